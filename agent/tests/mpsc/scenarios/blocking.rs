//! Threads that wait.

use super::mpsc;
use crate::poll::panic_of;
use std::thread;

#[test]
fn threads_at_both_ends() {
    let (tx, mut rx) = mpsc::channel(2);
    let sender = thread::spawn(move || {
        for i in 0..1000 {
            tx.blocking_send(i).unwrap();
        }
        tx
    });
    for i in 0..500 {
        assert_eq!(rx.blocking_recv(), Some(i));
    }
    let mut rest = Vec::new();
    while rest.len() < 500 {
        assert!(rx.blocking_recv_many(&mut rest, 7) <= 7);
    }
    assert!(rest.into_iter().eq(500..1000));
    let tx = sender.join().unwrap();
    rx.close();
    assert_eq!(tx.blocking_send(1).map_err(|e| e.0), Err(1));
    assert_eq!(rx.blocking_recv(), None);
    assert_eq!(rx.blocking_recv_many(&mut Vec::new(), 1), 0);
}

#[test]
fn a_thread_is_woken_when_the_other_end_goes() {
    let (tx, mut rx) = mpsc::channel::<u32>(1);
    let receiver = thread::spawn(move || rx.blocking_recv());
    drop(tx);
    assert_eq!(receiver.join().unwrap(), None);
    let (tx, rx) = mpsc::channel(1);
    tx.try_send(1).unwrap();
    let sender = thread::spawn(move || tx.blocking_send(2).is_err());
    drop(rx);
    assert!(sender.join().unwrap());
    let (tx, mut rx) = mpsc::unbounded_channel::<u32>();
    let receiver = thread::spawn(move || (rx.blocking_recv(), rx.blocking_recv_many(&mut Vec::new(), 4)));
    tx.send(1).unwrap();
    drop(tx);
    assert_eq!(receiver.join().unwrap(), (Some(1), 0));
}

#[test]
fn a_task_must_not_block_its_thread() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (tx, mut rx) = mpsc::channel(8);
    let (unbounded, mut unbounded_rx) = mpsc::unbounded_channel();
    tx.try_send(1).unwrap();
    unbounded.send(1).unwrap();
    runtime.block_on(async {
        let line = line!() + 2;
        let panics = [
            panic_of(|| _ = tx.blocking_send(1)),
            panic_of(|| _ = rx.blocking_recv()),
            panic_of(|| _ = rx.blocking_recv_many(&mut Vec::new(), 1)),
            panic_of(|| _ = unbounded_rx.blocking_recv()),
            panic_of(|| _ = unbounded_rx.blocking_recv_many(&mut Vec::new(), 1)),
        ];
        for (n, (text, at)) in panics.iter().enumerate() {
            assert!(text.starts_with("Cannot block the current thread from within a runtime."), "{text}");
            assert_eq!(*at, line + n as u32);
        }
    });
    // Nothing was sent or lost.
    assert_eq!((rx.len(), unbounded_rx.len()), (1, 1));
}

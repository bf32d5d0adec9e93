//! The types and the futures have the auto traits that tokio's have, whatever the message is.

use crate::probe::traits;
use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::time::Duration;

/// The traits of everything in `$mpsc`, for messages of type `$message`.
macro_rules! all {
    ($($mpsc:ident)::+, $message:ty, $value:expr) => {{
        use $($mpsc)::+ as mpsc;
        let (tx, mut rx) = mpsc::channel::<$message>(8);
        let (unbounded, mut unbounded_rx) = mpsc::unbounded_channel::<$message>();
        let mut buffer = Vec::new();
        let second = Duration::from_secs(1);
        vec![
            traits!(tx.clone()),
            traits!(tx.downgrade()),
            traits!(tx.try_reserve().unwrap()),
            traits!(tx.try_reserve_many(2).unwrap()),
            traits!(tx.clone().try_reserve_owned().unwrap()),
            traits!(mpsc::channel::<$message>(1).1),
            traits!(unbounded.clone()),
            traits!(unbounded.downgrade()),
            traits!(mpsc::unbounded_channel::<$message>().1),
            traits!(tx.send($value)),
            traits!(tx.send_timeout($value, second)),
            traits!(tx.reserve()),
            traits!(tx.reserve_many(1)),
            traits!(tx.clone().reserve_owned()),
            traits!(tx.closed()),
            traits!(unbounded.closed()),
            traits!(rx.recv()),
            traits!(rx.recv_many(&mut buffer, 1)),
            traits!(unbounded_rx.recv()),
            traits!(unbounded_rx.recv_many(&mut buffer, 1)),
        ]
    }};
}

macro_rules! same {
    ($message:ty, $value:expr) => {
        let (plain, dropin) =
            (all!(tokio::sync::mpsc, $message, $value), all!(taskscope::tokio::sync::mpsc, $message, $value));
        for (plain, dropin) in plain.into_iter().zip(dropin) {
            assert_eq!(plain, dropin, "for messages of type {}", stringify!($message));
        }
    };
}

#[test]
fn the_probe_tells_them_apart() {
    let (_, answers) = traits!(Rc::new(1));
    assert_eq!(answers.map(|(_, has)| has), [false, false, true, true, true, true]);
    async fn never() {
        std::future::pending().await
    }
    let (_, answers) = traits!(never());
    assert_eq!(answers.map(|(_, has)| has), [true, true, false, true, true, false]);
}

/// `Sync`, but not `Send`.
fn locked() -> std::sync::MutexGuard<'static, u8> {
    let lock: &'static std::sync::Mutex<u8> = Box::leak(Box::default());
    lock.lock().unwrap()
}

#[test]
fn auto_traits_are_tokios() {
    same!(u8, 1);
    same!(Cell<u8>, Cell::new(1));
    same!(Rc<u8>, Rc::new(1));
    same!(std::sync::MutexGuard<'static, u8>, locked());
    same!(std::marker::PhantomPinned, std::marker::PhantomPinned);
    same!(PhantomData<&'static mut u8>, PhantomData);
}

/// A caller that is generic over the message needs no bound of ours.
#[expect(dead_code, reason = "to compile is the test")]
fn generic<T>(value: T) -> impl Future<Output = Option<T>> {
    let (tx, mut rx) = taskscope::tokio::sync::mpsc::channel(1);
    async move {
        let _ = tx.send(value).await;
        rx.recv().await
    }
}

/// The future lives as long as its sender and its message.
#[expect(dead_code, reason = "to compile is the test")]
fn lifetimes<'a, T>(
    tx: &'a taskscope::tokio::sync::mpsc::Sender<T>,
    value: T,
) -> impl Future<Output = Result<(), tokio::sync::mpsc::error::SendError<T>>> + 'a
where
    T: 'a,
{
    tx.send(value)
}

/// What is asked of a plain sender, a drop-in lends.
#[test]
fn plain_values_in_and_out() {
    use taskscope::tokio::sync::mpsc;
    fn wants_plain(tx: &tokio::sync::mpsc::Sender<u8>) -> usize {
        tx.max_capacity()
    }
    let (tx, rx) = tokio::sync::mpsc::channel::<u8>(3);
    let (tx, rx): (mpsc::Sender<u8>, mpsc::Receiver<u8>) = (tx.into(), rx.into());
    assert_eq!(wants_plain(&tx), 3);
    tx.try_send(1).unwrap();
    let weak = mpsc::WeakSender::from_inner(tx.downgrade().into_inner());
    let permit = mpsc::OwnedPermit::from_inner(tx.clone().try_reserve_owned().unwrap().into_inner());
    let mut rx = mpsc::Receiver::from_inner(tokio::sync::mpsc::Receiver::from(rx));
    drop(permit.send(2));
    weak.upgrade().unwrap().try_send(3).unwrap();
    let plain: tokio::sync::mpsc::Sender<u8> = tx.into();
    drop(plain);
    let all: Vec<_> = std::iter::from_fn(|| rx.try_recv().ok()).collect();
    assert_eq!(all, [1, 2, 3]);
    assert!(rx.is_closed());

    let (tx, rx) = tokio::sync::mpsc::unbounded_channel::<u8>();
    let (tx, rx): (mpsc::UnboundedSender<u8>, mpsc::UnboundedReceiver<u8>) = (tx.into(), rx.into());
    tx.send(1).unwrap();
    let weak = mpsc::WeakUnboundedSender::from_inner(tx.downgrade().into_inner());
    assert!(weak.upgrade().unwrap().same_channel(&tx));
    assert_eq!(rx.into_inner().try_recv(), Ok(1));
}

//! `broadcast` and its futures, whatever the message is.

use crate::probe::traits;
use std::cell::Cell;
use std::rc::Rc;

/// The traits of everything in `$broadcast`, for messages of type `$message`.
macro_rules! all {
    ($($broadcast:ident)::+, $message:ty) => {{
        use $($broadcast)::+ as broadcast;
        let (tx, mut rx) = broadcast::channel::<$message>(1);
        vec![
            traits!(broadcast::Sender::<$message>::new(1)),
            traits!(tx.clone()),
            traits!(tx.downgrade()),
            traits!(rx.resubscribe()),
            traits!(tx.closed()),
            traits!(rx.recv()),
        ]
    }};
}

macro_rules! same {
    ($message:ty) => {
        assert_eq!(
            all!(taskscope::tokio::sync::broadcast, $message),
            all!(tokio::sync::broadcast, $message),
            "for messages of type {}",
            stringify!($message)
        );
    };
}

#[test]
fn auto_traits_are_tokios() {
    same!(u8);
    same!(Cell<u8>);
    same!(Rc<u8>);
    same!(std::marker::PhantomPinned);
    same!(&'static std::sync::MutexGuard<'static, u8>);
}

#[test]
fn plain_values_in_and_out() {
    use taskscope::tokio::sync::broadcast;
    fn wants_plain(tx: &tokio::sync::broadcast::Sender<u8>) -> usize {
        tx.receiver_count()
    }
    let (tx, rx) = tokio::sync::broadcast::channel::<u8>(4);
    let (tx, mut rx): (broadcast::Sender<u8>, broadcast::Receiver<u8>) = (tx.into(), rx.into());
    assert_eq!(wants_plain(&tx), 1);
    assert_eq!(
        format!("{tx:?} {rx:?} {:?}", tx.downgrade()),
        "broadcast::Sender broadcast::Receiver broadcast::WeakSender"
    );
    tx.send(1).unwrap();
    let weak = broadcast::WeakSender::from_inner(tx.downgrade().into_inner());
    weak.upgrade().unwrap().send(2).unwrap();
    assert_eq!((rx.try_recv(), rx.blocking_recv()), (Ok(1), Ok(2)));
    drop(tokio::sync::broadcast::Sender::from(tx));
    assert!(weak.upgrade().is_none());
    let mut rx = tokio::sync::broadcast::Receiver::from(rx);
    assert!(matches!(rx.try_recv(), Err(broadcast::error::TryRecvError::Closed)));
}

/// A sender asks nothing of the type of its messages, as tokio's.
#[test]
fn messages_need_not_be_cloned() {
    #[derive(Debug)]
    struct NoClone;
    let tx = taskscope::tokio::sync::broadcast::Sender::new(1);
    let rx = tx.subscribe();
    tx.send(NoClone).unwrap();
    assert_eq!((rx.len(), tx.len()), (1, 1));
}

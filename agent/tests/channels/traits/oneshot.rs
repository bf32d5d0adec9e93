//! `oneshot` and its futures, whatever the value is.

use crate::probe::traits;
use std::cell::Cell;
use std::rc::Rc;

/// The traits of everything in `$oneshot`, for values of type `$value`.
macro_rules! all {
    ($($oneshot:ident)::+, $value:ty) => {{
        use $($oneshot)::+ as oneshot;
        let (mut tx, rx) = oneshot::channel::<$value>();
        vec![
            traits!(oneshot::channel::<$value>().0),
            traits!(oneshot::channel::<$value>().1),
            traits!(tx.closed()),
            traits!(rx),
        ]
    }};
}

macro_rules! same {
    ($value:ty) => {
        assert_eq!(
            all!(taskscope::tokio::sync::oneshot, $value),
            all!(tokio::sync::oneshot, $value),
            "for values of type {}",
            stringify!($value)
        );
    };
}

#[test]
fn auto_traits_are_tokios() {
    same!(u8);
    same!(Cell<u8>);
    same!(Rc<u8>);
    same!(std::sync::MutexGuard<'static, u8>);
    same!(std::marker::PhantomPinned);
    same!(std::marker::PhantomData<&'static mut u8>);
}

/// A caller that is generic over the value needs no bound of ours.
#[expect(dead_code, reason = "to compile is the test")]
fn generic<T>(value: T) -> impl Future<Output = Option<T>> {
    let (tx, rx) = taskscope::tokio::sync::oneshot::channel();
    async move {
        let _ = tx.send(value);
        rx.await.ok()
    }
}

#[test]
fn plain_values_in_and_out() {
    use taskscope::tokio::sync::oneshot;
    fn wants_plain(tx: &tokio::sync::oneshot::Sender<u8>) -> bool {
        tx.is_closed()
    }
    let (tx, rx) = tokio::sync::oneshot::channel::<u8>();
    let (tx, rx): (oneshot::Sender<u8>, oneshot::Receiver<u8>) = (tx.into(), rx.into());
    assert!(!wants_plain(&tx));
    let (tx, rx) = (tokio::sync::oneshot::Sender::from(tx), tokio::sync::oneshot::Receiver::from(rx));
    tx.send(1).unwrap();
    assert_eq!(rx.blocking_recv(), Ok(1));
}

//! `watch` and its futures, whatever the value is.

use crate::probe::traits;
use std::cell::Cell;
use std::rc::Rc;

/// A condition that may not be sent. (What a closure captures is not known yet where it is written.)
fn not_send<T>() -> impl FnMut(&T) -> bool {
    let least = Rc::new(0);
    move |_| Rc::strong_count(&least) > 0
}

/// The traits of everything in `$watch`, for values of type `$value`.
macro_rules! all {
    ($($watch:ident)::+, $value:ty, $init:expr) => {{
        use $($watch)::+ as watch;
        let (tx, mut rx) = watch::channel::<$value>($init);
        vec![
            traits!(tx.clone()),
            traits!(rx.clone()),
            traits!(watch::Sender::<$value>::new($init)),
            traits!(tx.subscribe()),
            traits!(tx.closed()),
            traits!(rx.changed()),
            traits!(rx.wait_for(|_| true)),
            traits!(rx.wait_for(not_send())),
            traits!(rx.borrow()),
        ]
    }};
}

macro_rules! same {
    ($value:ty, $init:expr) => {
        assert_eq!(
            all!(taskscope::tokio::sync::watch, $value, $init),
            all!(tokio::sync::watch, $value, $init),
            "for values of type {}",
            stringify!($value)
        );
    };
}

#[test]
fn auto_traits_are_tokios() {
    same!(u8, 1);
    same!(Cell<u8>, Cell::new(1));
    same!(Rc<u8>, Rc::new(1));
    same!(std::marker::PhantomPinned, std::marker::PhantomPinned);
    same!(std::marker::PhantomData<&'static mut u8>, std::marker::PhantomData);
}

#[test]
fn plain_values_in_and_out() {
    use taskscope::tokio::sync::watch;
    fn wants_plain(tx: &tokio::sync::watch::Sender<u8>) -> usize {
        tx.receiver_count()
    }
    let (tx, rx) = tokio::sync::watch::channel::<u8>(1);
    let (tx, rx): (watch::Sender<u8>, watch::Receiver<u8>) = (tx.into(), rx.into());
    assert_eq!(wants_plain(&tx), 1);
    assert_eq!(format!("{tx:?} {rx:?}"), {
        let (tx, rx) = tokio::sync::watch::channel::<u8>(1);
        format!("{tx:?} {rx:?}")
    });
    tx.send(2).unwrap();
    let (tx, rx) = (tokio::sync::watch::Sender::from(tx), tokio::sync::watch::Receiver::from(rx));
    tx.send(3).unwrap();
    assert_eq!(*rx.borrow(), 3);
    assert_eq!(*watch::Sender::<u8>::default().borrow(), 0);
}

//! Cells that are written once.

use super::sync::{OnceCell, SetOnce};
use crate::poll::{now, polled};
use std::cell::Cell;
use std::future::{Ready, pending, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[test]
fn the_first_fills_it() {
    let cell = OnceCell::new();
    assert_eq!((cell.get(), cell.initialized()), (None, false));
    assert_eq!(*now(cell.get_or_init(|| ready(5))), 5);
    assert_eq!(*now(cell.get_or_init(|| ready(6))), 5);
    assert_eq!(now(cell.get_or_try_init(|| ready(Err::<i32, ()>(())))), Ok(&5));
    assert!(cell.set(7).unwrap_err().is_already_init_err());
    assert_eq!(
        format!("{cell:?} {:?}", cell.clone()),
        "OnceCell { value: Some(5) } OnceCell { value: Some(5) }"
    );
    assert_eq!(cell.into_inner(), Some(5));
}

#[test]
fn the_others_wait() {
    let cell = OnceCell::new();
    let go = Cell::new(false);
    let mut first = polled(cell.get_or_init(|| {
        std::future::poll_fn(|_| if go.get() { std::task::Poll::Ready(1) } else { std::task::Poll::Pending })
    }));
    first.pending();
    let mut second = polled(cell.get_or_init(|| ready(2)));
    let mut third = polled(cell.get_or_try_init(|| ready(Ok::<_, ()>(3))));
    second.pending();
    third.pending();
    assert!(cell.set(4).unwrap_err().is_initializing_err());
    go.set(true);
    assert_eq!(*first.ready(), 1);
    assert_eq!((second.wakes(), third.wakes()), (1, 1));
    assert_eq!((*second.ready(), third.ready()), (1, Ok(&1)));
}

#[test]
fn who_fails_lets_the_next_one_try() {
    let cell = OnceCell::new();
    let mut first = polled(cell.get_or_init(pending::<i32>));
    first.pending();
    let mut second = polled(cell.get_or_try_init(|| ready(Err::<i32, _>("no"))));
    second.pending();
    let mut third = polled(cell.get_or_init(|| ready(3)));
    third.pending();
    drop(first);
    assert_eq!((second.wakes(), third.wakes()), (1, 0));
    assert_eq!(second.ready(), Err("no"));
    assert_eq!(third.wakes(), 1);
    assert_eq!(*third.ready(), 3);
}

#[test]
fn a_panic_leaves_it_empty() {
    let cell = OnceCell::new();
    let on_call = || now(cell.get_or_init(|| -> Ready<i32> { panic!() }));
    assert!(catch_unwind(AssertUnwindSafe(on_call)).is_err());
    let on_poll = || now(cell.get_or_init(|| async { panic!() }));
    assert!(catch_unwind(AssertUnwindSafe(on_poll)).is_err());
    assert!(cell.set(1).is_ok());
    assert_eq!(cell.get(), Some(&1));
}

#[test]
fn cells_of_every_kind() {
    static EMPTY: OnceCell<u8> = OnceCell::const_new();
    static FULL: OnceCell<u8> = OnceCell::const_new_with(3);
    assert_eq!(*now(EMPTY.get_or_init(|| ready(2))) + *now(FULL.get_or_init(|| ready(9))), 5);
    let mut cell = OnceCell::new_with(Some(1));
    *cell.get_mut().unwrap() += 1;
    assert!(cell == OnceCell::from(2) && cell != OnceCell::new_with(None));
    assert_eq!((cell.take(), cell.get()), (Some(2), None));
    assert_eq!(*now(cell.get_or_init(|| ready(4))), 4);
    assert_eq!(OnceCell::<u8>::default().into_inner(), None);
}

#[test]
fn a_cell_that_is_set() {
    static EMPTY: SetOnce<u8> = SetOnce::const_new();
    static FULL: SetOnce<u8> = SetOnce::const_new_with(3);
    let (mut a, mut b) = (polled(EMPTY.wait()), polled(EMPTY.wait()));
    a.pending();
    b.pending();
    assert_eq!((EMPTY.get(), EMPTY.initialized()), (None, false));
    assert_eq!(EMPTY.set(2), Ok(()));
    assert_eq!((a.wakes(), b.wakes()), (1, 1));
    assert_eq!((*a.ready(), *b.ready(), *now(EMPTY.wait()), *now(FULL.wait())), (2, 2, 2, 3));
    assert_eq!(EMPTY.set(5).unwrap_err().0, 5);
    let cell = SetOnce::new_with(Some(1));
    assert!(cell == SetOnce::from(1) && cell != SetOnce::new_with(None) && cell.clone() == cell);
    assert_eq!(format!("{cell:?}"), "SetOnce { value: Some(1) }");
    assert_eq!((cell.into_inner(), SetOnce::<u8>::default().into_inner()), (Some(1), None));
}

//! Those who wait for each other.

use super::sync::Barrier;
use crate::poll::{now, polled};

#[test]
fn the_last_one_leads() {
    let barrier = Barrier::new(3);
    for _ in 0..2 {
        let (mut a, mut b) = (polled(barrier.wait()), polled(barrier.wait()));
        a.pending();
        b.pending();
        a.pending();
        assert!(now(barrier.wait()).is_leader());
        assert_eq!((a.wakes(), b.wakes()), (1, 1));
        assert!(!a.ready().is_leader() && !b.ready().is_leader());
    }
}

#[test]
fn one_or_none_is_enough() {
    for n in 0..2 {
        let barrier = Barrier::new(n);
        assert!(now(barrier.wait()).is_leader());
        assert!(now(barrier.wait()).is_leader());
    }
}

#[test]
fn who_gives_up_has_arrived() {
    let barrier = Barrier::new(2);
    let unpolled = barrier.wait();
    let mut gone = polled(barrier.wait());
    gone.pending();
    drop((gone, unpolled));
    assert!(now(barrier.wait()).is_leader());
    polled(barrier.wait()).pending();
}

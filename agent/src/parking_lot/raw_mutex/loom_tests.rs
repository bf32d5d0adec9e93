//! Models of a raw mutex and of the record of its holder. What runs is what ships, but for the real lock: that is one of the
//! model's own, with no more order than a lock has to give.

use super::*;
use crate::primitive::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::primitive::thread;
use loom::sync::Arc;
use parking_lot::lock_api::GuardNoSend;
use std::ptr;

crate::primitive::global! {
    /// Whether the one lock of a run is taken.
    pub(crate) static TAKEN: AtomicBool = AtomicBool::new(false);
}

/// The real lock of a model.
struct Model;

// SAFETY: whoever turns `TAKEN` to true has the lock until it turns it back.
unsafe impl Raw for Model {
    #[expect(clippy::declare_interior_mutable_const, reason = "the trait wants it")]
    const INIT: Self = Self;

    type GuardMarker = GuardNoSend;

    fn lock(&self) {
        while !self.try_lock() {
            thread::yield_now();
        }
    }

    fn try_lock(&self) -> bool {
        TAKEN.compare_exchange(false, true, Acquire, Relaxed).is_ok()
    }

    // SAFETY: the caller keeps the promise of the trait.
    unsafe fn unlock(&self) {
        TAKEN.store(false, Release);
    }
}

/// A recorded lock, and where it is recorded.
struct Lock {
    recorded: Recorded<Model>,
    slot: &'static ResourceSlot,
}

impl Lock {
    fn new() -> Arc<Self> {
        let slot: &'static ResourceSlot = Box::leak(Box::default());
        Arc::new(Self { recorded: Recorded::of(Resource::with_slot(Kind::Mutex, slot)), slot })
    }

    /// As long as the lock is held, its record says that it is, and where it was taken.
    fn is_held_at(&self, place: &'static Location<'static>) {
        assert_eq!(self.slot.user.load(Relaxed), ResourceSlot::NOBODY, "no holder");
        assert!(ptr::eq(self.slot.place.load(Relaxed), place), "the place of another holder");
    }

    /// Nobody has it, after it was held so many times.
    fn is_over(&self, times: u64) {
        assert_eq!(self.slot.user.load(Relaxed), 0, "a holder is left");
        assert_eq!(self.slot.entered.load(Relaxed), times);
    }
}

/// Takes the lock by `lock`, has it for a while if it got it, and says whether it did.
fn hold(
    lock: &Lock,
    place: &'static Location<'static>,
    take: fn(&Recorded<Model>, &'static Location<'static>) -> bool,
) -> bool {
    let taken = take(&lock.recorded, place);
    if taken {
        lock.is_held_at(place);
        // SAFETY: it was taken here.
        unsafe { lock.recorded.unlock() };
    }
    taken
}

fn wait(lock: &Recorded<Model>, place: &'static Location<'static>) -> bool {
    lock.lock_at(place);
    true
}

fn attempt(lock: &Recorded<Model>, place: &'static Location<'static>) -> bool {
    lock.try_lock_at(place)
}

#[test]
fn the_holder_is_recorded_as_long_as_it_has_the_lock() {
    loom::model(|| {
        let lock = Lock::new();
        let shared = Arc::clone(&lock);
        let other = thread::spawn(move || {
            hold(&shared, Location::caller(), wait);
            hold(&shared, Location::caller(), wait);
        });
        hold(&lock, Location::caller(), wait);
        other.join().unwrap();
        lock.is_over(3);
    });
}

#[test]
fn an_attempt_that_fails_changes_nothing() {
    loom::model(|| {
        let lock = Lock::new();
        let shared = Arc::clone(&lock);
        let other = thread::spawn(move || hold(&shared, Location::caller(), attempt));
        hold(&lock, Location::caller(), wait);
        let taken = other.join().unwrap();
        lock.is_over(1 + u64::from(taken));
    });
}

//! Models of the hold slot that belongs to a thread: it is taken by that thread alone and closed by any. And of a lock
//! whose one holder becomes one of many.

use super::*;
use crate::primitive::thread;
use loom::sync::Arc;

/// A slot, and who uses it.
struct Home {
    slot: HoldSlot,
    users: AtomicU32,
}

fn home() -> Arc<Home> {
    let slot = HoldSlot {
        version: AtomicU32::new(0),
        amount: AtomicU32::new(0),
        task: AtomicU64::new(0),
        resource: AtomicU64::new(0),
        place: AtomicPtr::new(std::ptr::null_mut()),
        since: AtomicU64::new(0),
        index: AtomicU32::new(HoldSlot::HOME),
        timed_group: AtomicU32::new(0),
    };
    Arc::new(Home { slot, users: AtomicU32::new(0) })
}

impl Home {
    /// Uses the slot for the `n`-th time, if it is free.
    fn take(&self, n: u32) -> bool {
        if !self.slot.is_free() {
            return false;
        }
        assert_eq!(self.users.fetch_add(1, Ordering::Relaxed), 0, "two users");
        self.slot.amount.store(n, Ordering::Relaxed);
        self.slot.since.store(u64::from(n), Ordering::Relaxed);
        self.slot.open();
        true
    }

    /// Uses the slot for the `n`-th time, as soon as it is free: the model is about what is then seen.
    fn take_when_free(&self, n: u32) {
        while !self.take(n) {
            thread::yield_now();
        }
    }

    /// Ends a use, and reads of it what is needed afterwards.
    fn end(&self, n: u32) {
        assert_eq!(self.slot.since.load(Ordering::Relaxed), u64::from(n), "read too late");
        self.users.fetch_sub(1, Ordering::Relaxed);
        self.slot.close();
    }
}

#[test]
fn the_owner_takes_it_when_another_thread_has_closed_it() {
    loom::model(|| {
        let home = home();
        assert!(home.take(1));
        let theirs = Arc::clone(&home);
        let other = thread::spawn(move || theirs.end(1));
        home.take_when_free(2);
        home.end(2);
        other.join().unwrap();
        assert!(home.take(3), "free at last");
    });
}

#[test]
fn a_reader_sees_one_use() {
    loom::model(|| {
        let home = home();
        assert!(home.take(1));
        let (closes, reads) = (Arc::clone(&home), Arc::clone(&home));
        let closes = thread::spawn(move || closes.end(1));
        let reads = thread::spawn(move || {
            let words =
                |slot: &HoldSlot| (slot.amount.load(Ordering::Relaxed), slot.since.load(Ordering::Relaxed));
            if let Some((amount, since)) = reads.slot.read(words) {
                assert_eq!(u64::from(amount), since, "of two uses");
            }
        });
        home.take_when_free(2);
        closes.join().unwrap();
        reads.join().unwrap();
    });
}

#[test]
fn who_shares_a_lock_is_seen_all_the_time() {
    loom::model(|| {
        let home = home();
        let lock = Arc::new(ResourceSlot::default());
        lock.user.store(7, Ordering::Relaxed);
        let (shared, seen) = (Arc::clone(&lock), Arc::clone(&home));
        let reader = thread::spawn(move || {
            let user = shared.user.load(Ordering::Acquire);
            let hold = seen.slot.read(|slot| slot.task.load(Ordering::Relaxed));
            assert!(user == 7 || hold == Some(7), "{user} {hold:?}");
        });
        home.slot.task.store(7, Ordering::Relaxed);
        lock.share(&home.slot);
        reader.join().unwrap();
    });
}

//! The slots of the ends of channels: one per live sender and receiver. Protocol: as for waits, [`super::design`].

use super::slab::{Slab, Slot};
use super::slots::versioned;
use crate::primitive::atomic::{AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Ordering, fence};
use crate::site::Body;

crate::primitive::global! {
    /// Every sender and receiver.
    pub(crate) static ENDS: Slab<EndSlot> = Slab::new();
}

/// An end of a channel.
#[repr(C)]
#[derive(Debug, Default)]
pub(crate) struct EndSlot {
    /// Odd while in use.
    pub version: AtomicU32,
    /// The slot's own place in its slab.
    pub index: AtomicU32,
    /// The channel's id, packed.
    pub resource: AtomicU64,
    /// Who made it, packed; 0 outside of any task.
    pub creator: AtomicU64,
    /// Who used it last, packed; 0 for nobody, or nobody that is known. Several threads may share one end: any of their
    /// stores is as good as another.
    pub user: AtomicU64,
    /// The task that entered the body that owns it, packed; 0 for none.
    pub owner: AtomicU64,
    /// That body. It belongs to `owner` if that is the same before and after.
    pub body: AtomicPtr<Body>,
    /// Of a receiver of a broadcast channel: how many of the channel's messages are behind it, modulo 2^32. Links free
    /// slots.
    pub position: AtomicU32,
    /// Links batches of free slots; unused otherwise.
    pub batch_link: AtomicU32,
    /// Which end it is: `SENDER`, `WEAK` or `RECEIVER`.
    pub side: AtomicU8,
}

#[cfg(not(taskscope_loom))]
const _: () = assert!(size_of::<EndSlot>() <= 64);

impl EndSlot {
    /// `side`: a sender.
    pub(crate) const SENDER: u8 = 0;
    /// `side`: a sender that does not keep the channel open.
    pub(crate) const WEAK: u8 = 1;
    /// `side`: a receiver.
    pub(crate) const RECEIVER: u8 = 2;

    /// Notes that `task` has entered a body that owns the end.
    pub(crate) fn own(&self, task: u64, body: &'static Body) {
        if self.owner.load(Ordering::Relaxed) != 0 {
            self.owner.store(0, Ordering::Relaxed);
            // A reader that sees the new body sees that the owner of before is none any more.
            fence(Ordering::Release);
        }
        self.body.store(std::ptr::from_ref(body).cast_mut(), Ordering::Relaxed);
        // Release: a reader that sees the owner sees the body.
        self.owner.store(task, Ordering::Release);
    }

    /// The owner and the body that belongs to it.
    pub(crate) fn owner(&self) -> Option<(u64, &'static Body)> {
        // Acquire: pairs with the release in `own`.
        let owner = self.owner.load(Ordering::Acquire);
        // SAFETY: null, or one of the statics that the attribute writes.
        let body = unsafe { self.body.load(Ordering::Relaxed).cast_const().as_ref::<'static>() };
        fence(Ordering::Acquire);
        let same = owner != 0 && self.owner.load(Ordering::Relaxed) == owner;
        if same { Some((owner, body?)) } else { None }
    }
}

versioned!(EndSlot);

// SAFETY: only atomics, for which all zero bytes are valid; nothing to drop.
unsafe impl Slot for EndSlot {
    fn link(&self) -> &AtomicU32 {
        &self.position
    }
    fn batch_link(&self) -> &AtomicU32 {
        &self.batch_link
    }
}

#[cfg(all(test, taskscope_loom))]
mod loom_tests {
    use super::*;
    use crate::primitive::thread;
    use crate::site::Keeps;
    use loom::sync::Arc;

    const fn body(line: u32) -> Body {
        Body { file: "a.rs", start: (line, 1), end: (line + 1, 1), keeps: Keeps::Future }
    }

    static FIRST: Body = body(1);
    static SECOND: Body = body(2);

    /// An end goes from one body to the next, each in a task of its own: a reader never takes one's body for the other's.
    #[test]
    fn an_owner_is_seen_with_its_own_body() {
        loom::model(|| {
            let slot = Arc::new(EndSlot::default());
            slot.own(1, &FIRST);
            let theirs = Arc::clone(&slot);
            let writer = thread::spawn(move || theirs.own(2, &SECOND));
            for _ in 0..2 {
                if let Some((owner, body)) = slot.owner() {
                    assert_eq!(u64::from(body.start.0), owner);
                }
            }
            writer.join().unwrap();
            assert!(matches!(slot.owner(), Some((2, body)) if body.start.0 == 2));
        });
    }
}

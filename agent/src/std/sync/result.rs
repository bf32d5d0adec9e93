//! What the locks of std have in common: results that may be poisoned, and the slow way to a lock.

use crate::sync::{Blocked, Entry, Op, Resource};
use std::panic::Location;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

/// The same result with `f` of the guard, poisoned or not.
#[inline(always)]
pub(super) fn map<G, H>(result: LockResult<G>, f: impl FnOnce(G) -> H) -> LockResult<H> {
    match result {
        Ok(guard) => Ok(f(guard)),
        Err(poison) => Err(PoisonError::new(f(poison.into_inner()))),
    }
}

/// The same result of an attempt with `f` of the guard, if there is one.
#[inline(always)]
pub(super) fn map_attempt<G, H>(result: TryLockResult<G>, f: impl FnOnce(G) -> H) -> TryLockResult<H> {
    match result {
        Ok(guard) => Ok(f(guard)),
        Err(TryLockError::Poisoned(poison)) => {
            Err(TryLockError::Poisoned(PoisonError::new(f(poison.into_inner()))))
        }
        Err(TryLockError::WouldBlock) => Err(TryLockError::WouldBlock),
    }
}

/// What is left to do when an attempt has not given the lock: `lock` waits for it, which is recorded. `taken` records that it
/// is held.
#[cold]
#[inline(never)]
pub(super) fn slowly<G, R>(
    resource: &Resource,
    op: Op,
    place: &'static Location<'static>,
    lock: impl FnOnce() -> LockResult<G>,
    taken: impl FnOnce(&Resource, &'static Location<'static>, Entry) -> R,
) -> (LockResult<G>, R) {
    let blocked = Blocked::new(resource.slot(), op, place);
    let result = lock();
    blocked.end();
    (result, taken(resource, place, Entry::Waited))
}

/// A lock that was given and is poisoned: the guard, and what `taken` records of it.
#[cold]
#[inline(never)]
pub(super) fn poisoned<G, R>(
    poison: PoisonError<G>,
    resource: &Resource,
    place: &'static Location<'static>,
    taken: impl FnOnce(&Resource, &'static Location<'static>, Entry) -> R,
) -> (G, R) {
    (poison.into_inner(), taken(resource, place, Entry::Called))
}

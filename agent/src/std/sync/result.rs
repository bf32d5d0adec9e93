//! Results that may be poisoned.

use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

/// The same result with `f` of the guard, poisoned or not.
#[inline(always)]
pub(super) fn map<G, H>(result: LockResult<G>, f: impl FnOnce(G) -> H) -> LockResult<H> {
    match result {
        Ok(guard) => Ok(f(guard)),
        Err(poison) => Err(PoisonError::new(f(poison.into_inner()))),
    }
}

/// The result of an attempt with `f` of the guard; `None` if there is none.
#[inline(always)]
pub(super) fn map_taken<G, H>(result: TryLockResult<G>, f: impl FnOnce(G) -> H) -> Option<LockResult<H>> {
    match result {
        Ok(guard) => Some(Ok(f(guard))),
        Err(TryLockError::Poisoned(poison)) => Some(Err(PoisonError::new(f(poison.into_inner())))),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// The same as the result of an attempt.
pub(super) fn as_attempt<G>(result: Option<LockResult<G>>) -> TryLockResult<G> {
    match result {
        Some(result) => result.map_err(TryLockError::Poisoned),
        None => Err(TryLockError::WouldBlock),
    }
}

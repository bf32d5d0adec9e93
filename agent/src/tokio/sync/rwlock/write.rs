//! The guard of a writer that borrows its lock.

use super::{RwLockMappedWriteGuard, RwLockReadGuard};
use crate::original::transparent;
use crate::sync::{Exclusive, Held, Hold, Reading};
use ::tokio::sync as real;
use std::panic::Location;

/// The writer's lock of a [`RwLock`](super::RwLock): [`tokio::sync::RwLockWriteGuard`](::tokio::sync::RwLockWriteGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    pub(super) held: Held<real::RwLockWriteGuard<'a, T>>,
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// A guard of a part of the value, see [`tokio`](::tokio::sync::RwLockWriteGuard::map).
    #[inline]
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let (real, exclusive) = this.held.into_parts();
        let mut kept = Exclusive::UNSEEN;
        // Inside of the closure, so that a panic of `f` takes the holder away before it frees the lock.
        let real = real::RwLockWriteGuard::map(real, |value| {
            let part = f(value);
            kept = exclusive;
            part
        });
        RwLockMappedWriteGuard { held: Held::new(real, kept) }
    }

    /// A guard of a part of the value, if there is one, see [`tokio`](::tokio::sync::RwLockWriteGuard::try_map).
    ///
    /// # Errors
    ///
    /// The guard itself, if there is none.
    #[inline]
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let (real, exclusive) = this.held.into_parts();
        let mut kept = Exclusive::UNSEEN;
        let mapped = real::RwLockWriteGuard::try_map(real, |value| {
            let part = f(value);
            kept = exclusive;
            part
        });
        match mapped {
            Ok(real) => Ok(RwLockMappedWriteGuard { held: Held::new(real, kept) }),
            Err(real) => Err(Self { held: Held::new(real, kept) }),
        }
    }

    /// A guard of the whole value, in the form of one of a part, see
    /// [`tokio`](::tokio::sync::RwLockWriteGuard::into_mapped).
    #[inline]
    pub fn into_mapped(this: Self) -> RwLockMappedWriteGuard<'a, T> {
        Self::map(this, |value| value)
    }

    /// The lock, shared with other readers from now on, see
    /// [`tokio`](::tokio::sync::RwLockWriteGuard::downgrade).
    #[track_caller]
    pub fn downgrade(self) -> RwLockReadGuard<'a, T> {
        let place = Location::caller();
        let (real, exclusive) = self.held.into_parts();
        let hold = exclusive.share(place);
        let real = real.downgrade();
        RwLockReadGuard { reading: Reading::new(real, hold) }
    }

    /// The lock for a part of the value, shared with other readers from now on, see
    /// [`tokio`](::tokio::sync::RwLockWriteGuard::downgrade_map).
    #[inline]
    #[track_caller]
    pub fn downgrade_map<F, U: ?Sized>(this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let place = Location::caller();
        let (real, exclusive) = this.held.into_parts();
        // What was written is recorded when the lock is shared, and before it can be free.
        let (mut hold, mut kept) = (Hold::unseen(), Exclusive::UNSEEN);
        let real = real::RwLockWriteGuard::downgrade_map(real, |value| {
            let part = f(value);
            hold = exclusive.share(place);
            kept = exclusive;
            part
        });
        drop(kept);
        RwLockReadGuard { reading: Reading::new(real, hold) }
    }

    /// The lock for a part of the value, if there is one, shared with other readers from now on, see
    /// [`tokio`](::tokio::sync::RwLockWriteGuard::try_downgrade_map).
    ///
    /// # Errors
    ///
    /// The writer's guard, if there is none.
    #[inline]
    #[track_caller]
    pub fn try_downgrade_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let place = Location::caller();
        let (real, exclusive) = this.held.into_parts();
        let (mut hold, mut kept) = (Hold::unseen(), Exclusive::UNSEEN);
        let mapped = real::RwLockWriteGuard::try_downgrade_map(real, |value| {
            let part = f(value);
            if part.is_some() {
                hold = exclusive.share(place);
            }
            kept = exclusive;
            part
        });
        match mapped {
            Ok(real) => {
                drop(kept);
                Ok(RwLockReadGuard { reading: Reading::new(real, hold) })
            }
            Err(real) => Err(Self { held: Held::new(real, kept) }),
        }
    }
}

transparent! { [T: ?Sized] RwLockWriteGuard<'_, T> => T in held, mutable }

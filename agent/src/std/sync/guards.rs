//! The guards of locks.

use crate::sync::{Held, Reading, Resource};
use std::fmt;
use std::ops::{Deref, DerefMut};
#[cfg(taskscope_std_downgrades)]
use std::panic::Location;
use std::sync as real;

/// The lock of a [`Mutex`](super::Mutex): [`std::sync::MutexGuard`](::std::sync::MutexGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized> {
    pub(super) held: Held<real::MutexGuard<'a, T>>,
    /// The mutex's, for a condition variable that takes the lock again.
    pub(super) resource: &'a Resource,
}

/// A reader's lock of a [`RwLock`](super::RwLock): [`std::sync::RwLockReadGuard`](::std::sync::RwLockReadGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    pub(super) reading: Reading<real::RwLockReadGuard<'a, T>>,
}

/// A writer's lock of a [`RwLock`](super::RwLock): [`std::sync::RwLockWriteGuard`](::std::sync::RwLockWriteGuard).
#[clippy::has_significant_drop]
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    pub(super) held: Held<real::RwLockWriteGuard<'a, T>>,
}

#[cfg(taskscope_std_downgrades)]
impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// The lock, shared with other readers from now on, see [`std`](::std::sync::RwLockWriteGuard::downgrade). Here as
    /// there, it takes Rust 1.92.
    #[expect(clippy::incompatible_msrv, reason = "it is here where std has it")]
    #[track_caller]
    pub fn downgrade(s: Self) -> RwLockReadGuard<'a, T> {
        let (real, exclusive) = s.held.into_parts();
        let hold = exclusive.share(Location::caller());
        let real = real::RwLockWriteGuard::downgrade(real);
        RwLockReadGuard { reading: Reading::new(real, hold) }
    }
}

macro_rules! transparent {
    ($guard:ident in $field:ident $(, $mutable:ident)?) => {
        impl<T: ?Sized> Deref for $guard<'_, T> {
            type Target = T;

            #[inline]
            fn deref(&self) -> &T {
                &self.$field
            }
        }

        $(impl<T: ?Sized> $mutable for $guard<'_, T> {
            #[inline]
            fn deref_mut(&mut self) -> &mut T {
                &mut self.$field
            }
        })?

        impl<T: ?Sized + fmt::Debug> fmt::Debug for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: ?Sized + fmt::Display> fmt::Display for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                (**self).fmt(f)
            }
        }
    };
}

transparent!(MutexGuard in held, DerefMut);
transparent!(RwLockReadGuard in reading);
transparent!(RwLockWriteGuard in held, DerefMut);

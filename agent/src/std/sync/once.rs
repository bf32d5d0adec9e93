//! What is done once.

use super::turn::Turn;
use crate::original::conversions;
use crate::sync::{Kind, Resource};
use std::fmt;
use std::panic::Location;
use std::sync as real;
use std::sync::OnceState;

/// Something that is done once: [`std::sync::Once`](::std::sync::Once). The thread that does it is the holder until it is
/// done.
pub struct Once {
    resource: Resource,
    real: real::Once,
}

/// What starts a `Once` in old programs: [`std::sync::ONCE_INIT`](::std::sync::ONCE_INIT). It is shown as made where it was
/// used first.
#[deprecated(note = "use `Once::new()` instead, which knows where it is")]
#[expect(clippy::declare_interior_mutable_const, reason = "std's own is one")]
pub const ONCE_INIT: Once = Once { resource: Resource::unplaced(Kind::OnceCell), real: real::Once::new() };

impl Once {
    /// It is not done yet. It is recorded from its first use on.
    #[expect(clippy::new_without_default, reason = "std's own has no default")]
    #[track_caller]
    #[inline]
    pub const fn new() -> Self {
        Self { resource: Resource::lazy(Kind::OnceCell, 0, Location::caller()), real: real::Once::new() }
    }

    /// Calls `f` unless that was done, and blocks while another thread is at it, see
    /// [`std`](::std::sync::Once::call_once).
    ///
    /// # Panics
    ///
    /// If an earlier call has panicked.
    #[track_caller]
    #[inline]
    pub fn call_once<F: FnOnce()>(&self, f: F) {
        if !self.real.is_completed() {
            let mut turn = Turn::new(&self.resource, Location::caller());
            self.real.call_once(|| {
                let _holder = turn.begin();
                f();
            });
            turn.end();
        }
    }

    /// The same, also after a panic, see [`std`](::std::sync::Once::call_once_force).
    #[track_caller]
    #[inline]
    pub fn call_once_force<F: FnOnce(&OnceState)>(&self, f: F) {
        if !self.real.is_completed() {
            let mut turn = Turn::new(&self.resource, Location::caller());
            self.real.call_once_force(|state| {
                let _holder = turn.begin();
                f(state);
            });
            turn.end();
        }
    }

    /// Whether it is done.
    #[inline]
    pub fn is_completed(&self) -> bool {
        self.real.is_completed()
    }

    /// Blocks until it is done, see [`std`](::std::sync::Once::wait).
    ///
    /// # Panics
    ///
    /// If a call has panicked.
    #[track_caller]
    pub fn wait(&self) {
        if !self.real.is_completed() {
            let turn = Turn::new(&self.resource, Location::caller());
            self.real.wait();
            turn.end();
        }
    }

    /// The same, also after a panic, see [`std`](::std::sync::Once::wait_force).
    #[track_caller]
    pub fn wait_force(&self) {
        if !self.real.is_completed() {
            let turn = Turn::new(&self.resource, Location::caller());
            self.real.wait_force();
            turn.end();
        }
    }

    /// std's own, which is not recorded.
    pub fn into_inner(self) -> real::Once {
        self.real
    }

    /// Records what happens to a `Once` of std's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::Once) -> Self {
        Self { resource: Resource::from_outside(Kind::OnceCell, 0, Location::caller()), real }
    }
}

conversions! { #[track_caller] [] Once as real::Once, into_inner }

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

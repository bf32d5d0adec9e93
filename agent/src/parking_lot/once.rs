//! What is done once.

use crate::original::conversions;
use crate::std::sync::turn::Turn;
use crate::sync::{Kind, Resource};
use parking_lot as real;
use parking_lot::OnceState;
use std::fmt;
use std::panic::Location;

/// Something that is done once: [`parking_lot::Once`](real::Once). The thread that does it is the holder until it is done.
pub struct Once {
    resource: Resource,
    real: real::Once,
}

impl Once {
    /// It is not done yet. It is recorded from its first use on.
    #[track_caller]
    #[inline]
    pub const fn new() -> Self {
        Self { resource: Resource::lazy(Kind::OnceCell, 0, Location::caller()), real: real::Once::new() }
    }

    /// How far it is.
    #[inline]
    pub fn state(&self) -> OnceState {
        self.real.state()
    }

    /// Calls `f` unless that was done, and blocks while another thread is at it.
    ///
    /// # Panics
    ///
    /// If an earlier call has panicked.
    #[track_caller]
    #[inline]
    pub fn call_once<F: FnOnce()>(&self, f: F) {
        if !self.real.state().done() {
            let mut turn = Turn::new(&self.resource, Location::caller());
            self.real.call_once(|| {
                let _holder = turn.begin();
                f();
            });
            turn.end();
        }
    }

    /// The same, also after a panic.
    #[track_caller]
    #[inline]
    pub fn call_once_force<F: FnOnce(OnceState)>(&self, f: F) {
        if !self.real.state().done() {
            let mut turn = Turn::new(&self.resource, Location::caller());
            self.real.call_once_force(|state| {
                let _holder = turn.begin();
                f(state);
            });
            turn.end();
        }
    }

    /// parking_lot's own, which is not recorded.
    pub fn into_inner(self) -> real::Once {
        self.real
    }

    /// Records what happens to a `Once` of parking_lot's from now on. It is shown as not covered.
    #[track_caller]
    pub fn from_inner(real: real::Once) -> Self {
        Self { resource: Resource::from_outside(Kind::OnceCell, 0, Location::caller()), real }
    }
}

conversions! { #[track_caller] [] Once as real::Once, into_inner }

impl Default for Once {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

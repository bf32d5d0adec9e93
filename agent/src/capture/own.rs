//! What the attribute puts at the beginning of a body for each end of a channel that the body keeps, and behind each `let`
//! that binds an owned guard which stays there.
//!
//! The attribute sees names and no types. So it asks about every name that a body keeps, in the form
//! `(&Own(&name)).__taskscope_own(&BODY)`, and the compiler finds the method of [`OwnsEnd`] if the name is an end that
//! is recorded, or else, one reference further, the one of [`OwnsNothing`], which does nothing.

use crate::site::Body;

/// An end of a channel, or an owned guard, that has a record.
pub trait Endpoint {
    /// Notes that the current task has entered `body`, which owns it.
    #[doc(hidden)]
    fn __taskscope_owned_by(&self, body: &'static Body);
}

impl<T: Endpoint, E> Endpoint for Result<T, E> {
    fn __taskscope_owned_by(&self, body: &'static Body) {
        if let Ok(it) = self {
            it.__taskscope_owned_by(body);
        }
    }
}

/// Something that a body owns.
#[derive(Debug)]
pub struct Own<'a, T>(pub &'a T);

/// What is an end.
pub trait OwnsEnd {
    /// Notes that the current task has entered `body`.
    #[doc(hidden)]
    fn __taskscope_own(&self, body: &'static Body);
}

impl<T: Endpoint> OwnsEnd for Own<'_, T> {
    #[inline]
    fn __taskscope_own(&self, body: &'static Body) {
        self.0.__taskscope_owned_by(body);
    }
}

/// What is anything else.
pub trait OwnsNothing {
    /// Does nothing.
    #[doc(hidden)]
    fn __taskscope_own(&self, body: &'static Body);
}

impl<T> OwnsNothing for &Own<'_, T> {
    #[inline(always)]
    fn __taskscope_own(&self, _: &'static Body) {}
}

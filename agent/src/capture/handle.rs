//! What the attribute puts at the beginning of a body for each `Arc` that the body keeps.
//!
//! As for ends of channels, the attribute sees names and no types. It asks in the form
//! `(&Handle(&name)).__taskscope_keep(&BODY)`, and the compiler finds the method of [`KeepsHandle`] if the name is an
//! `Arc` of something of which it is known what is inside, or else the one of [`KeepsNothing`]. The value is a variable
//! of the body, so that what is noted is true for no longer than the body has the handle.

use crate::site::Body;
use crate::sync::{Kept, Parts};
use std::sync::Arc;

/// Something that is in one place for as long as it is shared, with what is recorded of its parts.
pub trait Inside {
    /// Adds the parts. They must be in the value itself, not behind a pointer that others may have too.
    #[doc(hidden)]
    fn __taskscope_inside(&self, parts: &mut Parts);
}

/// Something that a body keeps.
#[derive(Debug)]
pub struct Handle<'a, T>(pub &'a T);

/// What is an `Arc` whose parts are known.
pub trait KeepsHandle {
    /// Notes that the current task has entered `body`.
    #[doc(hidden)]
    fn __taskscope_keep(&self, body: &'static Body) -> Kept;
}

impl<T: Inside> KeepsHandle for Handle<'_, Arc<T>> {
    fn __taskscope_keep(&self, body: &'static Body) -> Kept {
        let mut parts = Parts::default();
        self.0.__taskscope_inside(&mut parts);
        Kept::new(counts(self.0), &parts, body)
    }
}

/// Where the counts of an `Arc` are: two words, padded to the alignment of the value behind them. A reader makes sure that
/// they are there before it believes them.
fn counts<T>(handle: &Arc<T>) -> usize {
    let words = (2 * size_of::<usize>()).next_multiple_of(align_of::<T>());
    Arc::as_ptr(handle).addr().wrapping_sub(words)
}

/// What is anything else.
pub trait KeepsNothing {
    /// Does nothing.
    #[doc(hidden)]
    #[inline(always)]
    fn __taskscope_keep(&self, _: &'static Body) {}
}

impl<T> KeepsNothing for &Handle<'_, T> {}

/// A field of a struct.
#[derive(Debug)]
pub struct Field<'a, T>(pub &'a T);

/// What has parts that are known.
pub trait FieldInside {
    /// Adds them.
    #[doc(hidden)]
    fn __taskscope_field(&self, parts: &mut Parts);
}

impl<T: Inside> FieldInside for Field<'_, T> {
    fn __taskscope_field(&self, parts: &mut Parts) {
        self.0.__taskscope_inside(parts);
    }
}

/// What is anything else.
pub trait NothingInside {
    /// Does nothing.
    #[doc(hidden)]
    #[inline(always)]
    fn __taskscope_field(&self, _: &mut Parts) {}
}

impl<T> NothingInside for &Field<'_, T> {}

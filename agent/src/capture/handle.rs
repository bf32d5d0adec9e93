//! What the attribute puts at the beginning of a body for each `Arc` that the body keeps.
//!
//! As for ends of channels, the attribute sees names and no types. It asks in the form
//! `(&&Handle(&name)).__taskscope_keep(&BODY)`, and the compiler finds the method of [`KeepsHandle`] if the name is an
//! `Arc` of something of which it is known what is inside; that of [`KeepsPlace`] if it is another `Arc`, inside of which
//! a receiver may wait; or else the one of [`KeepsNothing`]. The value is a variable of the body, so that what is noted
//! is true for no longer than the body has the handle.

use crate::site::Body;
use crate::sync::{Kept, Parts};
use std::ops::Range;
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

impl<T: Inside> KeepsHandle for &Handle<'_, Arc<T>> {
    fn __taskscope_keep(&self, body: &'static Body) -> Kept {
        let mut parts = Parts::default();
        self.0.__taskscope_inside(&mut parts);
        Kept::new(range(self.0), &parts, body)
    }
}

/// What is an `Arc`.
pub trait KeepsPlace {
    /// Notes that the current task has entered `body`.
    #[doc(hidden)]
    fn __taskscope_keep(&self, body: &'static Body) -> Kept;
}

impl<T> KeepsPlace for &&Handle<'_, Arc<T>> {
    fn __taskscope_keep(&self, body: &'static Body) -> Kept {
        Kept::new(range(self.0), &Parts::default(), body)
    }
}

/// Where the counts of an `Arc` are and the value behind them: two words, padded to the alignment of the value. A reader
/// makes sure that they are there before it believes them.
fn range<T>(handle: &Arc<T>) -> Range<usize> {
    let words = (2 * size_of::<usize>()).next_multiple_of(align_of::<T>());
    let value = Arc::as_ptr(handle).addr();
    value.wrapping_sub(words)..value + size_of::<T>()
}

/// What is anything else.
pub trait KeepsNothing {
    /// Does nothing.
    #[doc(hidden)]
    #[inline(always)]
    fn __taskscope_keep(&self, _: &'static Body) {}
}

impl<T> KeepsNothing for Handle<'_, T> {}

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

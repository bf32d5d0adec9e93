//! What the code that the attributes write refers to. No part of the public interface: only the macros of the same
//! version use it.

pub use crate::capture::{
    At, Endpoint, Field, FieldInside, Handle, Inside, KeepsHandle, KeepsNothing, KeepsPlace, NothingInside,
    Own, OwnsEnd, OwnsNothing, began, made,
};
pub use crate::site::{Body, Item, Keeps, Label, Site, Uncovered};
pub use crate::sync::{Kept, Parts};
pub use ::inventory;
pub use ::tokio;
#[cfg(feature = "macros")]
pub use taskscope_macros::{dropin_main, dropin_test};

use std::future::IntoFuture;

/// Gives the awaited expression of an `.await` its site, as a method, since a method can be put in without knowing
/// where the expression begins.
pub trait AwaitAt: IntoFuture + Sized {
    /// The same future, with the site of its await.
    #[doc(hidden)]
    #[inline]
    fn __taskscope_at(self, site: &'static Site) -> At<Self::IntoFuture> {
        At::new(self.into_future(), site)
    }
}

impl<F: IntoFuture> AwaitAt for F {}

/// The same as a function, for an awaited variable: its type need not be known yet, which a method would need.
#[doc(hidden)]
#[inline]
pub fn __taskscope_at<F: IntoFuture>(future: F, site: &'static Site) -> At<F::IntoFuture> {
    At::new(future.into_future(), site)
}

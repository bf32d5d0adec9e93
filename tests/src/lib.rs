//! Helpers of the tests that need the whole product.
#![forbid(unsafe_code)]

/// The programs of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

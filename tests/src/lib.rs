//! Helpers of the tests that need the whole product.
#![forbid(unsafe_code)]

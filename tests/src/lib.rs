//! Helpers of the tests that need the whole product.

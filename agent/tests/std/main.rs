//! The drop-ins of `std`: they behave like std's own, and the snapshot says about them what is true.
#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(unsafe_code, reason = "one way to spawn a thread is unsafe")]

mod find;
mod threads;

//! `tokio_util::sync`, with cancellation tokens that know who waits for them and who cancelled last.

#[expect(unsafe_code, reason = "pin projection")]
mod futures;
mod guard;
mod token;

pub use ::tokio_util::sync::*;
pub use futures::{WaitForCancellationFuture, WaitForCancellationFutureOwned};
pub use guard::{DropGuard, DropGuardRef};
pub use token::CancellationToken;

//! `tokio_util::sync`, with cancellation tokens that know who waits for them and who cancelled last, and semaphores that are
//! polled for their permits.

#[expect(unsafe_code, reason = "pin projection")]
mod futures;
mod guard;
mod poll_semaphore;
mod token;

pub use ::tokio_util::sync::*;
pub use futures::{WaitForCancellationFuture, WaitForCancellationFutureOwned};
pub use guard::{DropGuard, DropGuardRef};
pub use poll_semaphore::PollSemaphore;
pub use token::CancellationToken;

//! `tokio_util::sync`, with cancellation tokens that know who waits for them and who cancelled last, and semaphores and
//! senders that are polled for their permits and their room.

#[expect(unsafe_code, reason = "pin projection")]
mod futures;
mod guard;
mod poll_semaphore;
#[expect(unsafe_code, reason = "a box whose lifetime no type can name")]
mod poll_sender;
mod token;

pub use ::tokio_util::sync::*;
pub use futures::{WaitForCancellationFuture, WaitForCancellationFutureOwned};
pub use guard::{DropGuard, DropGuardRef};
pub use poll_semaphore::PollSemaphore;
pub use poll_sender::PollSender;
pub use token::CancellationToken;

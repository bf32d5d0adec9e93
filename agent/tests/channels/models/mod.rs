//! Random programs do the same with a drop-in as with tokio's own, futures cancelled at any point included, and the
//! record agrees with them after every step.

mod broadcast;
mod look;
mod notify;
mod oneshot;
mod watch;

pub(crate) use look::{compare, compare_if_alive, now_or_not};

//! What awaits tasks behaves like tokio's and tokio-util's own: random programs do the same with both, futures cancelled and
//! tasks aborted at any point included, and the record agrees with them after every step.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what goes wrong here fails the test")]

#[expect(dead_code, reason = "other tests need more of it")]
#[path = "../locks/model_waits/driver.rs"]
mod driver;
mod handles;
mod map;
#[expect(dead_code, reason = "other tests need more of it")]
#[path = "../mpsc/poll.rs"]
mod poll;
mod program;
mod set;
mod tracker;

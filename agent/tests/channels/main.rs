//! The drop-ins of `Notify` and of the channels beside the queues behave like tokio's own, also in random programs. And
//! the snapshot says about them what is true.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what goes wrong here fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "../mpsc/look.rs"]
mod look;
#[path = "../mpsc/poll.rs"]
mod poll;
#[path = "../mpsc/probe.rs"]
mod probe;

mod models;

/// What the snapshot says about the drop-ins.
mod recorded {
    mod broadcast;
    mod notify;
    mod oneshot;
    mod watch;
}

/// The types and the futures have the auto traits that tokio's have.
mod traits {
    mod broadcast;
    mod notify;
    mod oneshot;
    mod watch;
}

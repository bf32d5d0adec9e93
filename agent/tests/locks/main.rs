//! The drop-in locks and semaphores behave like tokio's own: each scenario runs against both, and so do random
//! programs. And the snapshot says about them what is true.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what goes wrong here fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::duplicate_mod, reason = "the scenarios are compiled once for each of the two modules")]

mod converted;
mod find;
#[path = "../mpsc/look.rs"]
mod look;
mod model_mutex;
mod model_rwlock;
mod model_semaphore;
mod model_waits;
#[path = "../mpsc/poll.rs"]
mod poll;
mod traits;
mod unsized_values;

/// The scenarios against tokio's own types: they are right about tokio.
#[path = "scenarios"]
mod plain {
    use ::tokio::sync;

    mod barrier;
    mod blocking;
    mod cooperative;
    mod mapped;
    mod mutex;
    mod mutex_owned;
    mod once;
    mod permits;
    mod rwlock;
    mod semaphore;
    mod semaphore_closed;
}

/// The same against the drop-ins.
#[path = "scenarios"]
mod dropin {
    use taskscope::tokio::sync;

    mod barrier;
    mod blocking;
    mod cooperative;
    mod mapped;
    mod mutex;
    mod mutex_owned;
    mod once;
    mod permits;
    mod rwlock;
    mod semaphore;
    mod semaphore_closed;
}

/// What the snapshot says about the drop-ins.
mod recorded {
    mod guards;
    mod holders;
    mod once;
    mod permits;
    mod refused;
    mod rwlock;
    mod verdicts;
    mod waits;
}

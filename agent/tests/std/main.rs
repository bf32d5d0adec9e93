//! The drop-ins of `std`: they behave like std's own, and the snapshot says about them what is true.
#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::duplicate_mod, reason = "the scenarios are compiled once for each of the two modules")]
#![expect(unsafe_code, reason = "one way to spawn a thread is unsafe")]

mod blocked;
mod created;
mod find;
mod held;
mod model;
mod model_mpsc;
mod model_once;
mod model_thread;
mod threads;

/// The scenarios against std's own types: they are right about std.
#[path = "scenarios"]
mod plain {
    use ::std::sync;

    mod locks;
    mod mpsc;
    mod once;
}

/// The same against the drop-ins.
#[path = "scenarios"]
mod dropin {
    use taskscope::std::sync;

    mod locks;
    mod mpsc;
    mod once;
}

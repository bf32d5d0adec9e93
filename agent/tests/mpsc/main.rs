//! The drop-in queues behave like tokio's own: each scenario runs against both, and so do random programs. And the
//! snapshot says about them what is true.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what goes wrong here fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::duplicate_mod, reason = "the scenarios are compiled once for each of the two modules")]

#[expect(dead_code, reason = "other tests need more of it")]
#[path = "../locks/model_waits/driver.rs"]
mod driver;
mod look;
mod model;
mod model_unbounded;
mod poll;
mod probe;
mod traits;

/// The scenarios against tokio's own types: they are right about tokio.
#[path = "scenarios"]
mod plain {
    use ::tokio::sync::mpsc;

    mod blocking;
    mod bounded;
    mod closing;
    mod permits;
    mod unbounded;
    mod weak;
}

/// The same against the drop-ins.
#[path = "scenarios"]
mod dropin {
    use taskscope::tokio::sync::mpsc;

    mod blocking;
    mod bounded;
    mod closing;
    mod permits;
    mod unbounded;
    mod weak;
}

/// What the snapshot says about the drop-ins.
mod recorded {
    mod counts;
    mod ends;
    mod waits;
}

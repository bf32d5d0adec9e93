//! The drop-ins of crossbeam-channel: they behave like crossbeam's own, and the snapshot says about them what is true.
#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::duplicate_mod, reason = "the scenarios are compiled once for each of the two modules")]

#[expect(dead_code, reason = "the tests of std need more of it")]
#[path = "../std/find.rs"]
mod find;
mod model;
mod waits;

/// The scenarios against crossbeam's own types: they are right about crossbeam.
#[path = "scenarios"]
mod plain {
    use ::crossbeam_channel as queues;

    mod ends;
}

/// The same against the drop-ins.
#[path = "scenarios"]
mod dropin {
    use taskscope::crossbeam_channel as queues;

    mod ends;
}

//! The drop-ins of parking_lot: they behave like parking_lot's own, and the snapshot says about them what is true.
#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::duplicate_mod, reason = "the scenarios are compiled once for each of the two modules")]

#[expect(dead_code, reason = "the tests of std need more of it")]
#[path = "../std/find.rs"]
mod find;
mod held;
mod model;
mod model_mutex;
mod names;

/// The scenarios against parking_lot's own types: they are right about parking_lot.
#[path = "scenarios"]
mod plain {
    use ::parking_lot as locks;

    mod guards;
}

/// The same against the drop-ins.
#[path = "scenarios"]
mod dropin {
    use taskscope::parking_lot as locks;

    mod guards;
}

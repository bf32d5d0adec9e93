//! What a program says to instrument itself compiles and does the same with recording and without it, and without it each
//! drop-in is the original. `cargo test -p taskscope-tests --no-default-features --test modes` is without.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "code as applications write it")]

mod agent;
mod program;
mod types;

/// Whether this build records.
const RECORDS: bool = cfg!(feature = "record");

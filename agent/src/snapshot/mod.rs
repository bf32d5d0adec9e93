//! What the program was doing at one moment, as plain data.
//!
//! A [`Snapshot`] borrows nothing, can be cloned, compared and written by hand in a test. Everything that judges
//! (findings, profiles, metrics) is a pure function of snapshots.

mod histogram;
mod model;

pub use histogram::Histogram;
pub use model::*;

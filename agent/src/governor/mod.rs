//! What the agent costs the program, and how much it may record at that price.
//!
//! The fixed part (counts, holders, waits, wakers) is what makes verdicts right and is never lowered. The optional part
//! is the reading of the clock in polls and wakes, the noting of events, and the work of the agent's own threads: looks, scrapes, profiles.
//! The [`Governor`] times fewer polls when their share of the process's CPU time gets beyond the budget, and more when
//! there is room again; how often the agent looks follows from what a look takes.

mod flight;
mod law;
mod meter;

pub(crate) use flight::{Flight, Step};
pub(crate) use law::Governor;
pub(crate) use meter::{Price, Reading};

#[cfg(test)]
mod tests;

//! Which tasks may be stuck, found from a few facts of each slot: no row is made of a task that something can help from
//! outside.
//!
//! What can never run again is a set of tasks in which each waits for members only (`detect/stuck.rs`). So a task is no
//! member if any of its waits ends by itself, or by somebody unknown, or by a task that is no member. A [`Sieve`] is told
//! of all tasks, then of resources, of what is held and owned, and at last of all waits, and lets the others go. What it
//! keeps is at least all that a judgement on what is certain would find; in most programs it is next to nothing.

mod resource;
mod sift;
mod task;

pub(super) use resource::Facts as ResourceFacts;
pub(super) use sift::{Sieve, Suspects, Target, WaitFacts};
pub(super) use task::Facts as TaskFacts;

#[cfg(test)]
pub(crate) mod dice;
#[cfg(test)]
pub(crate) mod restrict;

//! Wiring: one running agent, made of a watcher that looks several times a second and a listener that answers.

mod board;
mod builder;
mod flight;
mod orders;
mod outlet;
mod place;
mod rhythm;
mod running;
mod say;
mod stacks;
#[cfg(test)]
mod suspects_tests;
mod watcher;

pub use builder::Builder;
pub use running::{Agent, init, set_enabled};

//! Wiring: one running agent, made of a watcher that looks several times a second and a listener that answers.

mod board;
mod builder;
mod flight;
mod orders;
mod outlet;
mod pause;
mod place;
mod running;
mod say;
mod stacks;
mod watcher;

pub use builder::Builder;
pub use running::{Agent, init, set_enabled};

//! The settings of the agent, and how the environment says them.

mod parse;
mod program;
mod settings;
mod token;
mod variables;

#[cfg(test)]
mod tests;

pub(crate) use program::program;
pub use settings::Config;
pub use token::Token;
pub use variables::{VARIABLES, Variable};

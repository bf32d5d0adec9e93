//! The settings of the agent, and how the environment says them.

mod parse;
mod program;
mod settings;
mod token;
mod variables;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use parse::LEAST_SERIES;
pub(crate) use program::program;
pub use settings::Config;
pub use token::Token;
pub use variables::{VARIABLES, Variable};

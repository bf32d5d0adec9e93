//! The listener, asked over real connections.

mod answers;
mod client;
mod documents;
mod errors;
mod fake;
mod fixture;
mod limits;
mod lists;
mod page;
mod profiles;
mod stage;

//! `std::thread`: threads that are seen as tasks.
//!
//! A thread is a task of kind `thread` from its spawn to the end of its function. It runs, except while it is inside of a
//! wait that is recorded: a join, a park, a sleep, or an operation of a drop-in lock or channel that had to block. All else
//! is std's own.

mod builder;
mod join_handle;
mod park;
mod scope;
mod spawn;

pub use ::std::thread::*;

pub use builder::Builder;
pub use join_handle::{JoinHandle, ScopedJoinHandle};
pub use park::{park, park_timeout, sleep};
pub use scope::{Scope, scope};
pub use spawn::spawn;

//! Checks for tests: a test fails, with names and source lines, if what it started does not end well.
//!
//! [`#[taskscope::test]`](crate::test) makes all of them for one test; the functions here and [`Checks`] make them for
//! a part of one. What belongs to a test is what its future or closure spawns, directly or through others, so tests
//! that run at the same time in one process do not see each other. No agent needs to run.
//!
//! ```
//! use taskscope::tokio;
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(async {
//! let sum = taskscope::assert::no_leaks(async {
//!     let (tx, mut rx) = tokio::sync::mpsc::channel(4);
//!     tokio::spawn(async move { tx.send(1).await });
//!     let mut sum = 0;
//!     while let Some(n) = rx.recv().await {
//!         sum += n;
//!     }
//!     sum
//! })
//! .await;
//! assert_eq!(sum, 1);
//! # });
//! ```
//!
//! A test that leaks fails with the places to look at:
//!
//! ```should_panic
//! use taskscope::tokio;
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(async {
//! taskscope::assert::no_leaks(async {
//!     let (tx, mut rx) = tokio::sync::mpsc::channel::<u32>(4);
//!     // Panics: 1 task is still alive: `task` (spawned at src/lib.rs:9:5), waiting to receive from the mpsc made at ..
//!     tokio::spawn(async move { rx.recv().await });
//!     std::mem::forget(tx);
//! })
//! .await;
//! # });
//! ```

mod checks;
mod except;
mod orders;
mod report;
mod retry;
mod scope;
mod watch;

pub use checks::{Checks, lock_order, no_deadlock, no_leaks};
pub use except::Except;

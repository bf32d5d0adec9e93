//! `rayon`: pools of threads that are seen as tasks (feature `rayon`).
//!
//! Each thread of a pool that a [`ThreadPoolBuilder`] makes is a task of kind `thread`, with its name, its place, which is
//! that of the builder, and its pool. So what a job locks, sends or waits for with a drop-in belongs to the thread that
//! runs it. A job costs nothing. All else is rayon's own, the parallel iterators included.
//!
//! Whoever calls [`ThreadPool::install`] or its like and is no thread of any pool is shown as blocked: in a `join` of the
//! thread that runs what was given to the pool, once that is known. A thread of a pool works on other jobs meanwhile, so it is
//! shown as running. An idle thread is shown as running too: it sleeps in rayon, which tells nobody.
//!
//! - The pool that rayon makes by itself, for whoever has not called [`ThreadPoolBuilder::build_global`], is not seen, and
//!   neither are waits in rayon's own functions and iterators, on whatever pool.
//! - Which thread will take a job is not known before it has begun, except in a pool of one thread.
//! - A `spawn_handler` is given a [`ThreadBuilder`] of ours. In a thread of [`crate::std::thread`] it is that thread that is
//!   seen, and no other.

mod builder;
mod pool;
mod spawn;

pub use ::rayon::*;

pub use builder::ThreadPoolBuilder;
pub use pool::ThreadPool;
pub use spawn::{CustomSpawn, DefaultSpawn, ThreadBuilder};

//! The workloads. Each is a pool, and runs in rounds that leave nothing behind.

mod ends;
mod locks;
mod news;
mod rounds;
mod threads;
mod workers;

pub(crate) use rounds::start;

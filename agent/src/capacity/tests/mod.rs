//! Queueing facts, by programs that are simulated as data: nothing runs, and no clock is read.

mod advice;
mod document;
mod facts;
mod pools;
mod station;

//! Random programs do the same with a drop-in that only lets futures wait as with the plain type, futures cancelled at any
//! point included, and the record agrees with them after every step.

mod barrier;
mod driver;
mod once_cell;
mod poll_semaphore;
mod set_once;
mod token;

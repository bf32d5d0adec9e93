//! The counting semaphore: who has how many permits, since when, from where, and who waits for how many.

mod debt;
mod limiter;
mod owned;
mod permit;

pub use limiter::Semaphore;
pub use owned::OwnedSemaphorePermit;
pub use permit::SemaphorePermit;

//! What is recorded at an `.await`.

mod at;

pub use at::At;

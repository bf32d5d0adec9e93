//! What is recorded at an `.await`.

mod at;
mod own;

pub use at::At;
pub use own::{Endpoint, Own, OwnsEnd, OwnsNothing};

//! What is recorded at an `.await`.

mod at;
mod handle;
mod inner;
mod mark;
mod outside;
mod own;

pub use at::At;
pub use handle::{Field, FieldInside, Handle, Inside, KeepsHandle, KeepsNothing, KeepsPlace, NothingInside};
pub use outside::began;
pub use own::{Endpoint, Own, OwnsEnd, OwnsNothing};

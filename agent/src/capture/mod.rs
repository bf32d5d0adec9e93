//! What is recorded at an `.await`.

mod at;
mod handle;
mod inner;
mod made;
mod mark;
mod outside;
mod own;

pub use at::At;
pub use handle::{Field, FieldInside, Handle, Inside, KeepsHandle, KeepsNothing, KeepsPlace, NothingInside};
pub use made::made;
pub use outside::began;
pub use own::{Endpoint, Own, OwnsEnd, OwnsNothing};

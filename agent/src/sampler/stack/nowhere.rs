//! Where no stacks can be taken.

use super::{Missed, Witness};
use crate::id::TaskId;

/// None.
pub(crate) fn take(
    _thread: u64,
    _witness: Witness,
    _wanted: impl Fn(TaskId, u32) -> bool,
) -> Result<Vec<usize>, Missed> {
    Err(Missed::Platform)
}

//! The guards of a mutex without their lifetimes, for the owned guards.

use super::{MappedMutexGuard, MutexGuard};
use crate::tokio::sync::erased::erased;

erased! {
    /// A [`MutexGuard`] without its lifetime.
    ErasedGuard of MutexGuard, Send if Send, Sync if Send & Sync, mutable
}

erased! {
    /// A [`MappedMutexGuard`] without its lifetime.
    ErasedMappedGuard of MappedMutexGuard, Send if Send, Sync if Sync, mutable
}

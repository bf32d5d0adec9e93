//! The guards of a reader-writer lock without their lifetimes, for the owned guards.

use super::{RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard};
use crate::tokio::sync::erased::erased;

erased! {
    /// A [`RwLockReadGuard`] without its lifetime.
    ErasedReadGuard of RwLockReadGuard, Send if Sync, Sync if Send & Sync
}

erased! {
    /// A [`RwLockWriteGuard`] without its lifetime.
    ErasedWriteGuard of RwLockWriteGuard, Send if Send & Sync, Sync if Send & Sync, mutable
}

erased! {
    /// A [`RwLockMappedWriteGuard`] without its lifetime.
    ErasedMappedGuard of RwLockMappedWriteGuard, Send if Send & Sync, Sync if Send & Sync, mutable
}

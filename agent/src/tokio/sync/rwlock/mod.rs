//! The asynchronous reader-writer lock: who reads and who writes, since when, from where, and who waits for what.

#[expect(unsafe_code, reason = "owned guards keep the lock that they borrow alive themselves")]
mod erased;
mod lock;
mod mapped;
#[expect(unsafe_code, reason = "owned guards keep the lock that they borrow alive themselves")]
mod owned_mapped;
#[expect(unsafe_code, reason = "owned guards keep the lock that they borrow alive themselves")]
mod owned_read;
#[expect(unsafe_code, reason = "owned guards keep the lock that they borrow alive themselves")]
mod owned_write;
mod read;
mod write;

pub use lock::RwLock;
pub use mapped::RwLockMappedWriteGuard;
pub use owned_mapped::OwnedRwLockMappedWriteGuard;
pub use owned_read::OwnedRwLockReadGuard;
pub use owned_write::OwnedRwLockWriteGuard;
pub use read::RwLockReadGuard;
pub use write::RwLockWriteGuard;

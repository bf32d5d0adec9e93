//! The asynchronous mutex: who holds it, since when, from where, and who waits for it.

#[expect(unsafe_code, reason = "owned guards keep the lock that they borrow alive themselves")]
mod erased;
mod guard;
mod lock;
mod mapped;
#[expect(unsafe_code, reason = "owned guards keep the lock that they borrow alive themselves")]
mod owned;
#[expect(unsafe_code, reason = "owned guards keep the lock that they borrow alive themselves")]
mod owned_mapped;

pub use guard::MutexGuard;
pub use lock::Mutex;
pub use mapped::MappedMutexGuard;
pub use owned::OwnedMutexGuard;
pub use owned_mapped::OwnedMappedMutexGuard;

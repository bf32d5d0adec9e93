//! A semaphore that is closed.

use super::sync::{Semaphore, TryAcquireError};
use crate::poll::{now, polled};
use std::sync::Arc;

#[test]
fn nobody_gets_any_more() {
    let semaphore = Arc::new(Semaphore::new(2));
    let permit = now(semaphore.acquire()).unwrap();
    assert!(!semaphore.is_closed());
    semaphore.close();
    assert!(semaphore.is_closed());
    assert_eq!(now(semaphore.acquire()).unwrap_err().to_string(), "semaphore closed");
    assert!(now(semaphore.acquire_many(0)).is_err());
    assert!(now(semaphore.clone().acquire_owned()).is_err());
    assert!(now(semaphore.clone().acquire_many_owned(2)).is_err());
    assert_eq!(semaphore.try_acquire().unwrap_err(), TryAcquireError::Closed);
    assert_eq!(semaphore.try_acquire_many(2).unwrap_err(), TryAcquireError::Closed);
    assert_eq!(semaphore.clone().try_acquire_owned().unwrap_err(), TryAcquireError::Closed);
    assert_eq!(semaphore.clone().try_acquire_many_owned(2).unwrap_err(), TryAcquireError::Closed);
    // What is out comes back all the same, and permits can be added and forgotten.
    drop(permit);
    semaphore.add_permits(2);
    assert_eq!(semaphore.available_permits(), 4);
    assert_eq!(semaphore.forget_permits(3), 3);
    semaphore.close();
    assert!(semaphore.is_closed());
}

#[test]
fn whoever_waits_is_told() {
    let semaphore = Arc::new(Semaphore::new(0));
    let mut borrowed = polled(semaphore.acquire());
    let mut many = polled(semaphore.acquire_many(3));
    let mut owned = polled(semaphore.clone().acquire_owned());
    borrowed.pending();
    many.pending();
    owned.pending();
    semaphore.close();
    assert_eq!((borrowed.wakes(), many.wakes(), owned.wakes()), (1, 1, 1));
    assert!(borrowed.ready().is_err());
    assert!(many.ready().is_err());
    assert!(owned.ready().is_err());
    assert_eq!(Arc::strong_count(&semaphore), 1);
}

/// Wakers may come back to the semaphore: no lock of it is held while they run.
#[test]
fn a_waker_may_use_the_semaphore() {
    use std::future::Future;
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::task::{Context, Wake, Waker};

    struct Looks(Arc<Semaphore>, AtomicUsize);
    impl Wake for Looks {
        fn wake(self: Arc<Self>) {
            assert!(self.0.try_acquire().is_err());
            self.1.fetch_add(1, SeqCst);
        }
    }
    impl Drop for Looks {
        fn drop(&mut self) {
            assert_eq!(self.0.available_permits(), 0);
        }
    }

    let semaphore = Arc::new(Semaphore::new(0));
    let looks = Arc::new(Looks(semaphore.clone(), AtomicUsize::new(0)));
    let waker = Waker::from(looks.clone());
    let mut waiting = pin!(semaphore.acquire());
    assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    semaphore.close();
    assert_eq!(looks.1.load(SeqCst), 1);
    assert!(waiting.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
}

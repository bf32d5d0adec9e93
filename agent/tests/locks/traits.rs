//! The types and the futures have the auto traits, the variance and the bounds that tokio's have.

use std::cell::Cell;
use std::future::Future;
use std::marker::{PhantomData, PhantomPinned};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::Arc;
use taskscope::tokio::sync::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard, Semaphore, SemaphorePermit,
};

/// Asks for the traits of a type that may have no name. The traits below answer "no" for all types; the methods of
/// the same names here come first where they exist.
struct Probe<T: ?Sized>(PhantomData<T>);

/// Asks about what a function would return.
fn probe<A, T>(_: impl FnOnce(A) -> T) -> Probe<T> {
    Probe(PhantomData)
}

macro_rules! questions {
    ($($question:ident, $fallback:ident: $bound:path;)*) => {
        $(
            trait $fallback {
                fn $question(&self) -> bool {
                    false
                }
            }
            impl<T: ?Sized> $fallback for Probe<T> {}
            impl<T: ?Sized + $bound> Probe<T> {
                fn $question(&self) -> bool {
                    true
                }
            }
        )*
    };
}

questions! {
    send, NoSend: Send;
    sync, NoSync: Sync;
    unpin, NoUnpin: Unpin;
    unwind_safe, NoUnwindSafe: UnwindSafe;
    ref_unwind_safe, NoRefUnwindSafe: RefUnwindSafe;
}

macro_rules! answers {
    ($what:expr, $probe:expr) => {{
        let probe = $probe;
        let answers = [
            ("Send", probe.send()),
            ("Sync", probe.sync()),
            ("Unpin", probe.unpin()),
            ("UnwindSafe", probe.unwind_safe()),
            ("RefUnwindSafe", probe.ref_unwind_safe()),
        ];
        ($what, answers)
    }};
}

macro_rules! of_type {
    ($type:ty) => {
        answers!(stringify!($type), Probe::<$type>(PhantomData))
    };
}

macro_rules! of_value {
    ($value:expr) => {
        answers!(stringify!($value), probe($value))
    };
}

/// The traits of everything in `$sync` that holds a `$t`, or a `$t` and a part `$u` of it.
macro_rules! all {
    ($($sync:ident)::+, $t:ty, $u:ty) => {{
        use $($sync)::+ as sync;
        vec![
            of_type!(sync::Mutex<$t>),
            of_type!(sync::MutexGuard<'static, $t>),
            of_type!(sync::MappedMutexGuard<'static, $t>),
            of_type!(sync::OwnedMutexGuard<$t>),
            of_type!(sync::OwnedMappedMutexGuard<$t, $u>),
            of_type!(sync::OwnedMappedMutexGuard<$u, $t>),
            of_type!(sync::OwnedMappedMutexGuard<$t>),
            of_type!(sync::RwLock<$t>),
            of_type!(sync::RwLockReadGuard<'static, $t>),
            of_type!(sync::RwLockWriteGuard<'static, $t>),
            of_type!(sync::RwLockMappedWriteGuard<'static, $t>),
            of_type!(sync::OwnedRwLockReadGuard<$t, $u>),
            of_type!(sync::OwnedRwLockReadGuard<$u, $t>),
            of_type!(sync::OwnedRwLockReadGuard<$t>),
            of_type!(sync::OwnedRwLockWriteGuard<$t>),
            of_type!(sync::OwnedRwLockMappedWriteGuard<$t, $u>),
            of_type!(sync::OwnedRwLockMappedWriteGuard<$u, $t>),
            of_type!(sync::OwnedRwLockMappedWriteGuard<$t>),
            of_value!(|lock: &'static sync::RwLock<$t>| lock.read()),
            of_value!(|lock: &'static sync::RwLock<$t>| lock.write()),
            of_value!(|lock: Arc<sync::RwLock<$t>>| lock.read_owned()),
            of_value!(|lock: Arc<sync::RwLock<$t>>| lock.write_owned()),
            of_value!(|lock: &'static sync::Mutex<$t>| lock.lock()),
            of_value!(|lock: Arc<sync::Mutex<$t>>| lock.lock_owned()),
        ]
    }};
}

/// Those of the cells, whose values have a size.
macro_rules! cells {
    ($($sync:ident)::+, $t:ty) => {{
        use $($sync)::+ as sync;
        vec![
            of_type!(sync::OnceCell<$t>),
            of_type!(sync::SetOnce<$t>),
            of_value!(|cell: &'static sync::OnceCell<$t>| cell.get_or_init(std::future::pending::<$t>)),
            of_value!(|cell: &'static sync::OnceCell<$t>| {
                cell.get_or_try_init(std::future::pending::<Result<$t, Rc<u8>>>)
            }),
            of_value!(|cell: &'static sync::SetOnce<$t>| cell.wait()),
        ]
    }};
}

macro_rules! same_cells {
    ($($t:ty),+) => {$(
        for (plain, dropin) in cells!(tokio::sync, $t).into_iter().zip(cells!(taskscope::tokio::sync, $t)) {
            assert_eq!(plain, dropin, "for {}", stringify!($t));
        }
    )+};
}

macro_rules! permits {
    ($($sync:ident)::+) => {{
        use $($sync)::+ as sync;
        vec![
            of_type!(sync::Barrier),
            of_value!(|barrier: &'static sync::Barrier| barrier.wait()),
            of_type!(sync::Semaphore),
            of_type!(sync::SemaphorePermit<'static>),
            of_type!(sync::OwnedSemaphorePermit),
            of_value!(|semaphore: &'static sync::Semaphore| semaphore.acquire()),
            of_value!(|semaphore: &'static sync::Semaphore| semaphore.acquire_many(2)),
            of_value!(|semaphore: Arc<sync::Semaphore>| semaphore.acquire_owned()),
            of_value!(|semaphore: Arc<sync::Semaphore>| semaphore.acquire_many_owned(2)),
        ]
    }};
}

macro_rules! same {
    ($t:ty, $u:ty) => {
        let (plain, dropin) = (all!(tokio::sync, $t, $u), all!(taskscope::tokio::sync, $t, $u));
        for (plain, dropin) in plain.into_iter().zip(dropin) {
            assert_eq!(plain, dropin, "for {} and {}", stringify!($t), stringify!($u));
        }
    };
    ($($t:ty),+) => { $(same!(@ $t: u8, Cell<u8>, Rc<u8>, std::sync::MutexGuard<'static, u8>);)+ };
    (@ $t:ty: $($u:ty),+) => { $(same!($t, $u);)+ };
}

#[test]
fn the_probe_tells_them_apart() {
    assert_eq!(of_type!(Rc<u8>).1.map(|(_, has)| has), [false, false, true, true, true]);
    async fn never() {
        std::future::pending().await
    }
    assert_eq!(of_value!(|()| never()).1.map(|(_, has)| has), [true, true, false, true, true]);
}

#[test]
fn auto_traits_are_tokios() {
    // Send and Sync; Send alone; neither; Sync alone; and what is not Unpin or not UnwindSafe.
    same!(u8, Cell<u8>, Rc<u8>, std::sync::MutexGuard<'static, u8>, PhantomPinned, &'static mut u8);
    same!(PhantomData<&'static Cell<u8>>, PhantomData<&'static mut u8>);
    same!(dyn Send, dyn Sync);
    same_cells!(u8, Cell<u8>, Rc<u8>, std::sync::MutexGuard<'static, u8>, PhantomPinned, &'static mut u8);
    for (plain, dropin) in permits!(tokio::sync).into_iter().zip(permits!(taskscope::tokio::sync)) {
        assert_eq!(plain, dropin);
    }
}

/// A guard of a long borrow is one of a short borrow.
#[expect(dead_code, reason = "to compile is the test")]
mod covariant {
    use super::*;

    fn guard<'short, 'long: 'short, T>(guard: MutexGuard<'long, T>) -> MutexGuard<'short, T> {
        guard
    }

    fn mapped<'short, 'long: 'short, T>(guard: MappedMutexGuard<'long, T>) -> MappedMutexGuard<'short, T> {
        guard
    }

    fn permit<'short, 'long: 'short>(permit: SemaphorePermit<'long>) -> SemaphorePermit<'short> {
        permit
    }
}

/// What is generic over the value needs no bound of ours, and a future lives as long as what it borrows.
#[expect(dead_code, reason = "to compile is the test")]
mod bounds {
    use super::*;

    fn borrowed<'a, T: ?Sized>(lock: &'a Mutex<T>) -> impl Future<Output = MutexGuard<'a, T>> + use<'a, T> {
        lock.lock()
    }

    fn owned<T: ?Sized>(lock: Arc<Mutex<T>>) -> impl Future<Output = OwnedMutexGuard<T>> + use<T> {
        lock.lock_owned()
    }

    fn is_static<T: 'static>(_: &T) {}

    fn owned_is_static<T: ?Sized + 'static>(lock: Arc<Mutex<T>>, semaphore: Arc<Semaphore>) {
        is_static(&lock.lock_owned());
        is_static(&semaphore.acquire_many_owned(2));
    }

    fn boxed(
        lock: Arc<Mutex<u8>>,
    ) -> std::pin::Pin<Box<dyn Future<Output = OwnedMutexGuard<u8>> + Send + Sync>> {
        Box::pin(lock.lock_owned())
    }

    fn parts<T: ?Sized, U: ?Sized>(
        guard: OwnedMappedMutexGuard<T, U>,
    ) -> impl std::ops::DerefMut<Target = U> {
        guard
    }

    fn nothing_is_asked_of_the_value<T>(value: T) -> T {
        let lock = Mutex::new(value);
        drop(lock.try_lock());
        lock.into_inner()
    }
}

/// Room in a future, beside tokio's own: the resource, the place, and the number of the record.
#[test]
fn futures_stay_small() {
    use std::mem::size_of_val;
    let (plain, dropin) = (tokio::sync::Mutex::new(0), Mutex::new(0));
    let added = size_of_val(&dropin.lock()) - size_of_val(&plain.lock());
    assert!(added <= 48, "{added} bytes");
    let (plain, dropin) = (tokio::sync::Semaphore::new(0), Semaphore::new(0));
    let added = size_of_val(&dropin.acquire_many(1)) - size_of_val(&plain.acquire_many(1));
    assert!(added <= 48, "{added} bytes");
}

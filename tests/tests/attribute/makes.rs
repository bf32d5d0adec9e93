//! Calls that make resources, in every place where an expression may stand: what the attribute must not change there.
#![deny(warnings)]

use crate::support::run;

/// Functions that are called like those which make resources, and make something else.
#[expect(
    clippy::missing_const_for_thread_local,
    clippy::declare_interior_mutable_const,
    clippy::borrow_interior_mutable_const,
    clippy::rc_clone_in_vec_init,
    reason = "these forms are what is tried"
)]
#[taskscope::instrument_pool(name = "makes")]
mod all {
    use std::any::Any;
    use std::cell::Cell;
    use std::fmt::Debug;
    use std::sync::{Arc, LazyLock, Mutex, Once, RwLock, mpsc};

    static PLAIN: parking_lot::Mutex<u8> = parking_lot::Mutex::new(1);
    static LATE: LazyLock<Mutex<u8>> = LazyLock::new(|| Mutex::new(2));
    const ONCE: fn() -> Once = Once::new;

    thread_local! {
        static HERE: Cell<Option<Mutex<u8>>> = const { Cell::new(Some(Mutex::new(3))) };
        static THERE: Mutex<u8> = Mutex::new(4);
    }

    const fn channel(n: usize) -> usize {
        n + 1
    }

    const fn in_a_constant_function() -> Mutex<usize> {
        Mutex::new(channel(1))
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    #[repr(usize)]
    enum Numbers {
        Two = channel(1),
        Five = { channel(4) },
    }

    struct Sized<const N: usize = { channel(2) }>(Mutex<[u8; N]>);

    impl<const N: usize> Sized<N> {
        const ROOM: usize = channel(N);

        fn new() -> Self {
            Self(Mutex::new([0; N]))
        }
    }

    trait Make {
        const LOCK: Mutex<u8> = Mutex::new(5);
        fn bounded<T: Default>() -> T;
    }

    impl Make for u8 {
        fn bounded<T: Default>() -> T {
            T::default()
        }
    }

    /// The type of what it makes comes from what is done with it.
    fn unbounded<T: Default>() -> T {
        T::default()
    }

    fn generic<M: Make, T: Debug + Send + 'static>(value: T) -> (Arc<Mutex<dyn Any + Send>>, u16) {
        let late = Mutex::new(None);
        *late.lock().unwrap() = Some(M::bounded::<u16>());
        let sum: u16 = unbounded();
        let boxed: Mutex<Box<dyn Debug>> = Mutex::new(Box::new(sum));
        assert_eq!(format!("{:?}", boxed.lock().unwrap()), "0");
        (Arc::new(Mutex::new(value)), late.into_inner().unwrap().unwrap_or(1))
    }

    /// A lock that borrows, a guard that borrows from a lock which lives for a statement, and one that is extended.
    fn lifetimes(text: &str) -> usize {
        let lock: &RwLock<&str> = &RwLock::new(text);
        let length = Mutex::new(&*lock.read().unwrap()).lock().unwrap().len();
        let guard = SEVEN.lock().unwrap();
        let longer = &Mutex::new(Some(&*guard));
        longer.lock().unwrap().copied().unwrap_or(1) + length
    }

    static SEVEN: Mutex<usize> = Mutex::new(7);

    fn early(n: Option<u8>) -> Option<u8> {
        let lock = Mutex::new(n?);
        let n = *lock.lock().ok()?;
        Some(n + 1)
    }

    fn statements() {
        Mutex::new(1);
        let _ = Mutex::new(2);
        if Mutex::new(true).into_inner().unwrap() {
            Mutex::new(4);
        }
    }

    async fn awaited() -> u8 {
        let lock = Mutex::new(std::future::ready(8).await);
        drop(tokio::sync::Mutex::new(1).lock().await);
        let (sender, receiver) = mpsc::channel::<u8>();
        sender.send(lock.into_inner().unwrap()).unwrap();
        receiver.recv().unwrap()
    }

    pub(super) fn everything() -> usize {
        let locks = [const { Mutex::new(1) }; 2];
        let more = vec![Arc::new(Mutex::new(2)); channel(2)];
        let fixed: [u8; channel(3)] = [0; channel(3)];
        let sized = Sized::<{ channel(1) }>::new();
        let made: Vec<Mutex<u8>> = (0..2).map(Mutex::new).collect();
        let (once, closure) = (ONCE(), || Mutex::new(3));
        once.call_once(|| ());
        assert_eq!((*PLAIN.lock(), *LATE.lock().unwrap()), (1, 2));
        assert!(HERE.take().is_some_and(|lock| *lock.lock().unwrap() == 3));
        assert_eq!(THERE.with(|lock| *lock.lock().unwrap()), 4);
        assert_eq!(*<u8 as Make>::LOCK.lock().unwrap(), 5);
        assert_eq!((Numbers::Two as usize, Numbers::Five as usize), (2, 5));
        assert_eq!((sized.0.into_inner().unwrap().len(), Sized::<1>::ROOM), (2, 2));
        assert_eq!(generic::<u8, _>("text").1, 0);
        assert_eq!((early(None), early(Some(1))), (None, Some(2)));
        statements();
        let all = locks.len() + more.len() + fixed.len() + made.len();
        all + *closure().lock().unwrap() + *in_a_constant_function().lock().unwrap() + lifetimes("four")
    }

    pub(super) fn waits() -> u8 {
        super::run(awaited())
    }
}

mod names {
    #![no_implicit_prelude]

    /// Nothing is taken from the scope.
    #[::taskscope::instrument_pool(name = "makes.names")]
    pub(super) mod inside {
        #![no_implicit_prelude]
        #![forbid(unsafe_code)]

        use ::parking_lot::Mutex;

        #[expect(dead_code, reason = "the name is in the way, and that is all")]
        fn made() {}

        pub(crate) fn run() -> u8 {
            let lock = Mutex::new(1);
            *lock.lock()
        }
    }
}

/// One of each that is no drop-in, and of each that is.
mod kinds {
    type Lines = std::ops::Range<u32>;

    #[taskscope::instrument_pool(name = "makes.kinds")]
    mod of_tokio {
        use ::tokio::{sync::*, task::*};

        pub(super) fn run() -> super::Lines {
            let first = line!() + 1;
            _ = Mutex::new(1);
            _ = RwLock::new(1);
            _ = Semaphore::new(1);
            _ = Notify::new();
            _ = Barrier::new(1);
            _ = OnceCell::<u8>::new();
            _ = SetOnce::<u8>::new();
            _ = mpsc::channel::<u8>(1);
            _ = mpsc::unbounded_channel::<u8>();
            _ = oneshot::channel::<u8>();
            _ = watch::channel(1);
            _ = broadcast::channel::<u8>(1);
            _ = JoinSet::<u8>::new();
            _ = LocalSet::new();
            first..line!()
        }
    }

    #[taskscope::instrument_pool(name = "makes.kinds")]
    mod of_std {
        use ::std::sync::*;

        pub(super) fn run() -> super::Lines {
            let first = line!() + 1;
            _ = Mutex::new(1);
            _ = RwLock::new(1);
            _ = Condvar::new();
            _ = Barrier::new(1);
            _ = Once::new();
            _ = OnceLock::<u8>::new();
            _ = mpsc::channel::<u8>();
            _ = mpsc::sync_channel::<u8>(1);
            first..line!()
        }
    }

    #[taskscope::instrument_pool(name = "makes.kinds")]
    mod of_others {
        use ::crossbeam_channel::{bounded, unbounded};
        use ::parking_lot::*;
        use tokio_util::{sync::*, task::*};

        pub(super) fn run(sender: ::tokio::sync::mpsc::Sender<u8>) -> super::Lines {
            let first = line!() + 1;
            _ = Mutex::new(1);
            _ = FairMutex::new(1);
            _ = ReentrantMutex::new(1);
            _ = RwLock::new(1);
            _ = Condvar::new();
            _ = Once::new();
            _ = bounded::<u8>(1);
            _ = unbounded::<u8>();
            _ = CancellationToken::new();
            _ = PollSender::new(sender);
            _ = ::rayon::ThreadPoolBuilder::new();
            _ = TaskTracker::new();
            _ = JoinMap::<u8, u8>::new();
            _ = futures::channel::mpsc::channel::<u8>(1);
            _ = futures::lock::Mutex::new(1);
            first..line!()
        }
    }

    #[taskscope::instrument_pool(name = "makes.kinds")]
    mod ours {
        use parking_lot::{Mutex, RwLock};
        use std::sync::{Condvar, LazyLock, Once, mpsc};
        use taskscope::crossbeam_channel::bounded;
        use taskscope::tokio_util::{sync::CancellationToken, task::TaskTracker};
        use tokio::sync::{Notify, oneshot};

        pub(super) fn run() {
            _ = (Mutex::new(1), RwLock::new(1), Condvar::new(), LazyLock::new(|| 1), Notify::new());
            _ = (bounded::<u8>(1), mpsc::channel::<u8>(), oneshot::channel::<u8>());
            _ = (CancellationToken::new(), TaskTracker::new());
            _ = Once::new();
        }
    }

    /// Runs all of them; the lines that make what is no drop-in.
    pub(super) fn run() -> Vec<u32> {
        ours::run();
        let (sender, _receiver) = ::tokio::sync::mpsc::channel(1);
        [of_tokio::run(), of_std::run(), of_others::run(sender)].into_iter().flatten().collect()
    }
}

#[test]
fn what_is_made_by_another_crate_is_told_by_its_line() {
    let lines = kinds::run();
    let told: Vec<u32> = taskscope::site::uncovered()
        .into_iter()
        .filter(|(place, why)| place.file.ends_with("attribute/makes.rs") && why.starts_with("what is made"))
        .map(|(place, _)| place.line)
        .collect();
    // The other tests of this file make some as well, further up.
    assert_eq!(told.into_iter().filter(|line| *line >= lines[0]).collect::<Vec<_>>(), lines);
}

#[test]
fn the_code_means_what_it_meant() {
    assert_eq!(all::everything(), 2 + 3 + 4 + 2 + 3 + 2 + 11);
    assert_eq!(all::waits(), 8);
    assert_eq!(names::inside::run(), 1);
}

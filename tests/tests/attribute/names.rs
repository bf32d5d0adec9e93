//! The names that the attribute writes down are found for the calls as they run.

use crate::support::{names, run};
use std::panic::Location;
use taskscope::site::lookup;

#[rustfmt::skip]
#[expect(unused_qualifications, reason = "calls in every form")]
#[taskscope::instrument_pool(name = "names")]
mod traced {
    use tokio::sync::mpsc;
    use tokio::task::{self, JoinSet};

    async fn worker(mut rx: mpsc::Receiver<u8>) -> Option<u8> {
        rx.recv().await
    }

    fn resize(n: u8) -> u8 { n }

    pub(super) async fn run() {
        let (jobs_tx, jobs_rx) = mpsc::channel(4); // 21
        let (tx, mut rx) =
            tokio::sync::mpsc::unbounded_channel::<u8>(); // 23
        jobs_tx.send(1).await.unwrap();
        tx.send(1).unwrap();
        let answer = tokio::spawn(worker(jobs_rx)).await.unwrap(); // 26
        let handle = tokio
            ::spawn(async { 1 }); // 27, its first word
        let mut set = JoinSet::new();
        set
            .spawn(async move { resize(3) }); // 31, the method
        set.join_next().await;
        task::spawn_blocking(move || resize(1)).await.unwrap(); // 33
        tokio::select! {
            _ = tokio::spawn(worker(mpsc::channel(1).1)) => {} // 35, twice
        }
        println!("{:?}", tokio::spawn(async { if true { 1 } else { 2 } }).await); // 37
        let _used = (answer, handle.await, rx.recv().await);
    }
}

#[test]
fn calls_have_their_names() {
    run(traced::run());
    let found = names("names", "attribute/names.rs");
    let found: Vec<_> = found.iter().map(|(line, column, name)| format!("{line}:{column} {name}")).collect();
    assert_eq!(
        found,
        [
            "21:34 Mpsc jobs",
            "23:13 Mpsc tx/rx",
            "26:22 task worker",
            "27:22 task handle",
            "31:14 task resize",
            "33:9 task resize",
            "35:17 task worker",
            "35:37 Mpsc tests/tests/attribute/names.rs:35:37",
            "37:26 task run",
        ]
    );
}

/// Where it was called.
struct Mutex(&'static Location<'static>);

impl Mutex {
    #[track_caller]
    const fn new<T: Copy>(_: T) -> Self {
        Self(Location::caller())
    }

    fn name(&self) -> Option<&'static str> {
        lookup(self.0).label
    }
}

mod path {
    pub(super) struct RwLock<T>(pub(super) T);

    impl<T> RwLock<T> {
        #[track_caller]
        pub(super) fn new(_: T) -> RwLock<&'static std::panic::Location<'static>> {
            RwLock(std::panic::Location::caller())
        }
    }
}

#[rustfmt::skip]
#[expect(unused_qualifications, reason = "calls in every form")]
#[taskscope::instrument_pool(name = "names.resources")]
mod resources {
    use super::{Mutex, path::{self, RwLock}};

    static STATIC: Mutex = Mutex::new(0);

    struct Fields { field: Option<Mutex>, other: (Mutex,) }

    pub(super) fn names() -> Vec<Option<&'static str>> {
        let plain = Mutex::new(1);
        let generic = Mutex::new::<u8>(1);
        let qualified = <Mutex>::new(1);
        let module = path::RwLock::<u8>::new(1);
        let angles =
            <RwLock<u8>>::new(1);
        let absolute = self::path
            ::RwLock
            ::new(1);
        let fields = Fields {
            field: Some(Mutex::new(1)),
            other: (Mutex::new(2),),
        };
        let mut assigned = Mutex::new(1);
        let before = assigned.name();
        assigned = { let _ = &fields; Mutex::new(2) };
        vec![
            STATIC.name(), plain.name(), generic.name(), qualified.name(), lookup(module.0), lookup(angles.0),
            lookup(absolute.0), fields.field.as_ref().and_then(Mutex::name), fields.other.0.name(), before,
            assigned.name(), Mutex::new(3).name(),
        ]
    }

    fn lookup(location: &'static std::panic::Location<'static>) -> Option<&'static str> {
        taskscope::site::lookup(location).label
    }
}

#[test]
fn however_the_call_is_written() {
    let expected = [
        Some("STATIC"),
        Some("plain"),
        Some("generic"),
        Some("qualified"),
        Some("module"),
        Some("angles"),
        Some("absolute"),
        Some("field"),
        Some("other"),
        Some("assigned"),
        Some("assigned"),
        None,
    ];
    assert_eq!(resources::names(), expected);
}

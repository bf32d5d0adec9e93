//! Pools of rayon: every setting of a builder is kept, every thread is seen once, and a thread that works is not shown as
//! waiting.
#![cfg(feature = "rayon")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[expect(unused_macros, unused_imports, dead_code, reason = "other tests find things by their line")]
#[path = "support/seen.rs"]
mod seen;

use seen::until;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;
use taskscope::rayon::{ThreadBuilder, ThreadPool, ThreadPoolBuilder, current_thread_index, join};
use taskscope::snapshot::{Detail, Op, Snapshot, Task, TaskKind, TaskState, Wait};

/// The threads whose names begin like this, by name.
fn threads(snapshot: &Snapshot, name: &str) -> Vec<String> {
    let is_thread = |task: &&Task| snapshot.group_of(task).kind == TaskKind::Thread;
    let names = snapshot.tasks.iter().filter(is_thread).map(|task| snapshot.task_name(task).to_owned());
    let mut names: Vec<String> = names.filter(|found| found.starts_with(name)).collect();
    names.sort();
    names
}

/// What the calling thread, and nobody else in this file, waits for on this line.
fn wait_at(line: u32) -> Option<Wait> {
    let here = |wait: &&Wait| wait.place.file.ends_with("rayon_pools.rs") && wait.place.line == line;
    Snapshot::read(Detail::Full).waits.iter().find(here).cloned()
}

#[test]
fn the_settings_are_those_of_the_original() {
    let (started, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let panics = Arc::new(Mutex::new(Vec::new()));
    let (start, exit, caught) = (started.clone(), ended.clone(), panics.clone());
    let builder = ThreadPoolBuilder::new()
        .num_threads(3)
        .thread_name(|n| format!("set-{n}"))
        .stack_size(1 << 20)
        .start_handler(move |n| _ = start.fetch_add(n + 1, Relaxed))
        .exit_handler(move |n| _ = exit.fetch_add(n + 1, Relaxed))
        .panic_handler(move |it| caught.lock().unwrap().push(*it.downcast::<&str>().unwrap()));
    assert_eq!(
        format!("{builder:?}"),
        "ThreadPoolBuilder { num_threads: 3, use_current_thread: false, get_thread_name: Some(<closure>), panic_handler: \
         Some(<closure>), stack_size: Some(1048576), start_handler: Some(<closure>), exit_handler: Some(<closure>), \
         breadth_first: false }"
    );
    let pool = builder.build().unwrap();
    assert_eq!(pool.current_num_threads(), 3);
    let mut names = pool.broadcast(|context| (context.index(), thread::current().name().unwrap().to_owned()));
    names.sort();
    assert_eq!(names, [0, 1, 2].map(|n| (n, format!("set-{n}"))));
    until(|snapshot| (threads(snapshot, "set-") == ["set-0", "set-1", "set-2"]).then_some(()));
    assert_eq!(started.load(Relaxed), 6);
    pool.spawn(|| panic!("a job"));
    while panics.lock().unwrap().is_empty() {
        thread::yield_now();
    }
    assert_eq!(*panics.lock().unwrap(), ["a job"]);
    drop(pool);
    until(|snapshot| threads(snapshot, "set-").is_empty().then_some(()));
    assert_eq!(ended.load(Relaxed), 6);
}

#[test]
fn errors_and_panics_are_those_of_the_original() {
    let refused = ThreadPoolBuilder::new()
        .num_threads(2)
        .thread_name(|n| format!("refused-{n}"))
        .spawn_handler(|_: ThreadBuilder| Err(std::io::Error::other("no threads")))
        .build();
    assert_eq!(refused.unwrap_err().to_string(), "no threads");
    let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let line = line!() + 1;
    let result = catch_unwind(AssertUnwindSafe(|| pool.install(|| panic!("inside"))));
    assert_eq!(*result.unwrap_err().downcast::<&str>().unwrap(), "inside");
    assert_eq!(wait_at(line), None);
    assert_eq!(pool.install(|| 3), 3);
    let plain: rayon::ThreadPoolBuilder = ThreadPoolBuilder::new().num_threads(1).into();
    assert_eq!(ThreadPoolBuilder::from(plain).build().unwrap().install(|| 5), 5);
    // Once it is rayon's own, and back.
    let plain: rayon::ThreadPool = pool.into();
    assert_eq!(ThreadPool::from(plain).into_inner().install(|| 4), 4);
}

#[test]
fn a_thread_that_the_program_spawns_is_seen_once() {
    let builder = || ThreadPoolBuilder::new().num_threads(2);
    let plain = builder().thread_name(|n| format!("plain-{n}")).spawn_handler(|it| {
        assert!(it.stack_size().is_none() && it.index() < 2);
        thread::Builder::new().name(it.name().unwrap().to_owned()).spawn(|| it.run()).map(drop)
    });
    let ours = builder().thread_name(|n| format!("inner-{n}")).spawn_handler(|it| {
        let outer = taskscope::std::thread::Builder::new().name(format!("outer-{}", it.index()));
        outer.spawn(|| it.run()).map(drop)
    });
    let pools = [plain.build().unwrap(), ours.build().unwrap()];
    until(|snapshot| (threads(snapshot, "plain-") == ["plain-0", "plain-1"]).then_some(()));
    until(|snapshot| (threads(snapshot, "outer-") == ["outer-0", "outer-1"]).then_some(()));
    assert_eq!(threads(&Snapshot::read(Detail::Full), "inner-"), [""; 0]);
    let sums = pools.map(|pool| pool.join(|| 1, || 2));
    assert_eq!(sums, [(1, 2); 2]);
}

#[test]
fn threads_of_a_scope_may_borrow() {
    let seen = AtomicUsize::new(0);
    let scoped = ThreadPoolBuilder::new().num_threads(2).thread_name(|n| format!("scoped-{n}"));
    let run = |it: ThreadBuilder| {
        seen.fetch_add(1, Relaxed);
        it.run();
    };
    let sum = scoped.build_scoped(run, |pool| {
        until(|snapshot| (threads(snapshot, "scoped-") == ["scoped-0", "scoped-1"]).then_some(()));
        pool.install(|| 5)
    });
    assert_eq!((sum.unwrap(), seen.load(Relaxed)), (5, 2));
    until(|snapshot| threads(snapshot, "scoped-").is_empty().then_some(()));
}

#[test]
fn a_thread_that_works_does_not_wait() {
    let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let other = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    // A thread of this pool, and one of another, work on what their own pools have meanwhile.
    let inside = |line: u32| pool.install(|| other.install(|| wait_at(line)));
    let nested = line!() - 1;
    assert_eq!(pool.install(|| inside(nested)), None);
    // One that is of none waits, whatever the pool does.
    let line = line!() + 1;
    let op = pool.install(|| inside(line).map(|wait| wait.op));
    assert_eq!(op, Some(Op::Join));
    // The thread that is one of the pool does all of it itself.
    let own = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    let line = line!() + 1;
    let here = own.unwrap().install(|| (current_thread_index(), wait_at(line)));
    assert_eq!(here, (Some(0), None));
}

#[test]
fn a_wait_names_the_thread_that_runs_what_is_waited_for_and_no_longer() {
    let pool = ThreadPoolBuilder::new().num_threads(2).thread_name(|n| format!("named-{n}")).build().unwrap();
    let line = line!() + 2;
    let (target, name) = taskscope::std::thread::scope(|scope| {
        let wait = || pool.install(|| (wait_at(line), thread::current().name().unwrap().to_owned()));
        scope.spawn(wait).join().unwrap()
    });
    let target = target.unwrap().target.unwrap();
    let snapshot = Snapshot::read(Detail::Full);
    let task = snapshot.task(target).unwrap();
    assert_eq!((snapshot.task_name(task).to_owned(), task.state), (name, TaskState::Running));

    let line = line!() + 1;
    let seen = pool.in_place_scope(|scope| {
        scope.spawn(|_| assert!(until(|_| wait_at(line)).target.is_none()));
        wait_at(line)
    });
    assert_eq!(seen, None);
    assert_eq!(wait_at(line), None);
}

#[test]
fn the_global_pool_can_be_one_that_is_seen() {
    let global = || ThreadPoolBuilder::default().num_threads(2).thread_name(|n| format!("global-{n}"));
    global().build_global().unwrap();
    until(|snapshot| (threads(snapshot, "global-") == ["global-0", "global-1"]).then_some(()));
    let (left, right) = join(|| thread::current().name().unwrap().to_owned(), || 2);
    assert!(left.starts_with("global-") && right == 2, "{left}");
    assert!(global().build_global().is_err());
    until(|snapshot| (threads(snapshot, "global-") == ["global-0", "global-1"]).then_some(()));
}

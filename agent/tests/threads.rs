//! Threads as the snapshot shows them: their runtime, what they poll, and what the system says of a long poll.
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as it does")]

#[expect(unused_macros, unused_imports, dead_code, reason = "other tests find things by their line")]
#[path = "support/seen.rs"]
mod seen;

use seen::until;
use std::sync::mpsc::{Receiver, Sender, channel};
use taskscope::snapshot::{Snapshot, TaskKind, Thread};
use taskscope::tokio;

fn runtime(name: &str) -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(3)
        .thread_name(name)
        .enable_all()
        .build()
        .unwrap()
}

/// The thread that polls the task that was spawned on this line.
fn thread_of(snapshot: &Snapshot, line: u32) -> Option<Thread> {
    let here = |task: &&taskscope::snapshot::Task| {
        let place = snapshot.group_of(task).place;
        place.file.ends_with("tests/threads.rs") && place.line == line
    };
    let task = snapshot.tasks.iter().find(here)?;
    let thread = snapshot.thread(task.thread?)?;
    (thread.task == Some(task.id)).then(|| thread.clone())
}

/// Something that blocks the thread until the other end is dropped.
fn blocker() -> (Sender<()>, Receiver<()>) {
    channel()
}

#[test]
fn a_blocked_worker_is_seen_with_its_name_and_what_the_system_says() {
    let rt = runtime("seen-worker");
    let (end, ended) = blocker();
    let line = line!() + 1;
    let task = rt.spawn(async move { ended.recv().is_err() });
    let thread = until(|snapshot| {
        let thread = thread_of(snapshot, line)?;
        let runtime = &snapshot.runtimes[thread.runtime? as usize];
        assert_eq!((runtime.name.as_str(), runtime.blocking_limit), ("seen-worker", Some(3)));
        (!cfg!(target_os = "linux") || thread.kernel.as_ref().is_some_and(|k| k.asleep)).then_some(thread)
    });
    assert!(!thread.may_block);
    if cfg!(target_os = "linux") {
        assert_eq!(thread.name, "seen-worker");
    }
    drop(end);
    assert!(rt.block_on(task).unwrap());
    until(|snapshot| (snapshot.thread(thread.number)?.task.is_none()).then_some(()));
}

#[test]
fn a_thread_that_may_block_says_so() {
    let rt = runtime("may-block");
    let (end, ended) = blocker();
    let line = line!() + 1;
    let task = rt.spawn(async move { tokio::task::block_in_place(|| ended.recv().is_err()) });
    let thread = until(|snapshot| thread_of(snapshot, line).filter(|thread| thread.may_block));
    drop(end);
    assert!(rt.block_on(task).unwrap());
    until(|snapshot| snapshot.thread(thread.number).is_none_or(|t| !t.may_block).then_some(()));
}

#[test]
fn a_blocking_job_runs_on_a_thread_of_its_runtime() {
    let rt = runtime("job-thread");
    let (end, ended) = blocker();
    let line = line!() + 1;
    let job = rt.spawn_blocking(move || ended.recv().is_err());
    let thread = until(|snapshot| {
        let thread = thread_of(snapshot, line)?;
        let task = snapshot.task(thread.task?)?;
        assert_eq!(snapshot.group_of(task).kind, TaskKind::Blocking);
        assert_eq!(snapshot.runtimes[thread.runtime? as usize].name, "job-thread");
        Some(thread)
    });
    assert_eq!(thread.kernel, None, "a job may block as long as it wants");
    drop(end);
    assert!(rt.block_on(job).unwrap());
}

/// A root inside of a task: the thread polls both, and the inner one is shown.
#[test]
fn of_two_polls_on_one_thread_the_inner_one_is_shown() {
    let rt = runtime("inner-poll");
    let (end, ended) = blocker();
    let line = line!() + 1;
    let outer = rt.spawn(async move {
        let handle = tokio::runtime::Handle::current();
        tokio::task::block_in_place(|| handle.block_on(async move { ended.recv().is_err() }))
    });
    until(|snapshot| {
        let outer = snapshot.tasks.iter().find(|t| snapshot.group_of(t).place.line == line)?;
        let thread = snapshot.thread(outer.thread?)?;
        let inner = snapshot.task(thread.task?)?;
        (inner.parent == Some(outer.id) && inner.thread == outer.thread).then_some(())
    });
    drop(end);
    assert!(rt.block_on(outer).unwrap());
}

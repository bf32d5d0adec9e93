//! Tasks as the snapshot shows them: states, ends, parents, wakers.
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as it does")]

#[expect(unused_macros, unused_imports, dead_code, reason = "other tests find things by their line")]
#[path = "support/seen.rs"]
mod seen;

use seen::until;
use std::future::{Future, pending, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use taskscope::snapshot::{Detail, Snapshot, Task, TaskGroup, TaskKind, TaskState};
use taskscope::tokio;

/// Runs `f` on a runtime of its own until it is done.
fn run<F: Future>(f: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(f)
}

fn groups_at(snapshot: &Snapshot, line: u32) -> Vec<&TaskGroup> {
    snapshot
        .task_groups
        .iter()
        .filter(|g| g.place.file.ends_with("tests/tasks.rs") && g.place.line == line)
        .collect()
}

fn tasks_at(snapshot: &Snapshot, line: u32) -> Vec<&Task> {
    snapshot
        .tasks
        .iter()
        .filter(|t| {
            let place = snapshot.group_of(t).place;
            place.file.ends_with("tests/tasks.rs") && place.line == line
        })
        .collect()
}

#[test]
fn every_end_is_told_apart() {
    let mut line = 0;
    run(async {
        let spawn = |which: u32| {
            line = line!() + 1;
            tokio::spawn(async move {
                match which {
                    0 => {}
                    1 => panic!("on purpose"),
                    _ => pending().await,
                }
            })
        };
        let mut spawn = spawn;
        spawn(0).await.unwrap();
        assert!(spawn(1).await.unwrap_err().is_panic());
        let aborted = spawn(2);
        tokio::task::yield_now().await;
        aborted.abort();
        assert!(aborted.await.unwrap_err().is_cancelled());
        // Two that the shutdown drops.
        spawn(2);
        spawn(2);
    });
    let snapshot = Snapshot::read(Detail::Full);
    let [group] = groups_at(&snapshot, line)[..] else { panic!("one group") };
    assert_eq!(group.spawned, 5);
    let f = group.finished;
    assert_eq!((f.completed, f.panicked, f.aborted, f.shutdown), (1, 1, 1, 2), "{f:?}");
    assert_eq!(group.lifetime.count(), 5);
    assert!(tasks_at(&snapshot, line).is_empty());
}

#[test]
fn a_task_dropped_before_its_first_poll_and_one_that_something_else_drops() {
    let set = tokio::task::LocalSet::new();
    let line = line!() + 1;
    drop(set.spawn_local(async {}));
    drop(set);
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!(groups_at(&snapshot, line)[0].finished.unpolled, 1);
    assert_eq!(groups_at(&snapshot, line)[0].kind, TaskKind::Local);
}

#[test]
fn a_join_set_that_is_dropped_aborts() {
    let line = line!() + 4;
    run(async {
        let mut set = tokio::task::JoinSet::new();
        for _ in 0..100 {
            set.spawn(pending::<()>());
        }
        tokio::task::yield_now().await;
        drop(set);
        while groups_at(&Snapshot::read(Detail::Light), line)[0].finished.total() < 100 {
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(groups_at(&Snapshot::read(Detail::Light), line)[0].finished.aborted, 100);
}

#[test]
fn states_wakers_and_wakes() {
    let slot: Arc<Mutex<Option<Waker>>> = Arc::default();
    let theirs = slot.clone();
    let line = line!() + 2;
    run(async move {
        let task = tokio::spawn(poll_fn(move |cx| {
            let mut kept = theirs.lock().unwrap();
            if kept.is_some() {
                return Poll::Ready(());
            }
            *kept = Some(cx.waker().clone());
            Poll::Pending
        }));
        let seen =
            until(|s| tasks_at(s, line).first().filter(|t| t.state == TaskState::Waiting).cloned().cloned());
        assert_eq!((seen.wakers, seen.polls, seen.wakes), (1, 1, 0));
        assert!(seen.covered);
        assert_eq!(
            seen.parent.map(|p| Snapshot::read(Detail::Light).task(p).unwrap().group),
            until(|s| s.tasks.iter().find(|t| Some(t.id) == seen.parent).map(|t| Some(t.group)))
        );
        let waker = slot.lock().unwrap().clone().unwrap();
        let copies = vec![waker.clone(); 7];
        until(|s| (s.task(seen.id).unwrap().wakers == 9).then_some(()));
        drop(copies);
        waker.wake();
        task.await.unwrap();
        // The clone in the slot outlives the task: it can still be used, and the next task has another id.
        slot.lock().unwrap().take().unwrap().wake();
        until(|s| s.task(seen.id).is_none().then_some(()));
    });
}

#[test]
fn a_wake_during_a_poll_is_not_lost_sight_of() {
    let line = line!() + 2;
    run(async {
        let task = tokio::spawn(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::<()>::Pending
        }));
        let polls = until(|s| tasks_at(s, line).first().filter(|t| t.polls > 10).map(|t| t.polls));
        for _ in 0..200 {
            let s = Snapshot::read(Detail::Light);
            let task = tasks_at(&s, line)[0];
            assert_ne!(task.state, TaskState::Waiting, "{task:?}");
        }
        until(|s| (tasks_at(s, line)[0].polls > polls).then_some(()));
        task.abort();
        let _ = task.await;
    });
}

#[test]
fn the_current_task_is_exact_through_nested_runtimes_and_panics() {
    let outer = line!() + 2;
    run(async {
        tokio::spawn(async {
            let inner = std::thread::spawn(|| {
                let nested = line!() + 1;
                run(async { tokio::spawn(async {}).await.unwrap() });
                nested
            });
            inner.join().unwrap();
            let _ = std::panic::catch_unwind(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    tokio::task::block_in_place(|| runtime.block_on(async { panic!("on purpose") }))
                }))
            });
            // The parent of what is spawned now is this task again.
            tokio::spawn(pending::<()>());
            pending::<()>().await;
        });
        let child = outer + 14;
        let (parent, group) = until(|s| {
            tasks_at(s, child).first().map(|t| {
                (t.parent, s.tasks.iter().find(|p| Some(p.id) == t.parent).map(|p| s.group_of(p).place.line))
            })
        });
        assert!(parent.is_some());
        assert_eq!(group, Some(outer));
    });
}

#[test]
fn a_blocking_job_is_a_task_of_one_poll() {
    let (release, gate) = std::sync::mpsc::channel::<()>();
    let line = line!() + 2;
    run(async move {
        let job = tokio::task::spawn_blocking(move || gate.recv().is_ok());
        let seen =
            until(|s| tasks_at(s, line).first().filter(|t| t.state == TaskState::Running).cloned().cloned());
        assert_eq!(seen.polls, 1);
        release.send(()).unwrap();
        assert!(job.await.unwrap());
    });
    assert_eq!(groups_at(&Snapshot::read(Detail::Full), line)[0].finished.completed, 1);
}

#[test]
fn whoever_awaits_a_handle_waits_for_that_task() {
    let line = line!() + 2;
    run(async {
        let target = tokio::spawn(pending::<()>());
        let abort = target.abort_handle();
        let waiter = tokio::spawn(target);
        let (id, wait) = until(|s| {
            let target = tasks_at(s, line).first()?.id;
            Some((target, s.waits.iter().find(|w| w.target == Some(target) && w.current)?.clone()))
        });
        assert!(wait.own_waker);
        assert!(Snapshot::read(Detail::Light).task(wait.task.unwrap()).is_some());
        abort.abort();
        assert!(waiter.await.unwrap().unwrap_err().is_cancelled());
        until(|s| s.waits.iter().all(|w| w.target != Some(id)).then_some(()));
    });
}

#[test]
fn a_million_short_tasks_leave_nothing_behind() {
    let line = line!() + 4;
    run(async {
        for _ in 0..1000 {
            for _ in 0..1000 {
                tokio::spawn(async {});
            }
            tokio::task::yield_now().await;
        }
        until(|s| tasks_at(s, line).is_empty().then_some(()));
    });
    let s = Snapshot::read(Detail::Full);
    let group = groups_at(&s, line)[0];
    assert_eq!(
        (group.spawned, group.finished.completed + group.finished.cancelled()),
        (1_000_000, 1_000_000)
    );
    assert_eq!(group.lifetime.count(), 1_000_000);
}

#[test]
fn tasks_of_a_local_runtime_are_seen() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.build_local(tokio::runtime::LocalOptions::default()).unwrap();
    let line = line!() + 1;
    let two = runtime.block_on(async { tokio::task::spawn_local(async { 2 }).await.unwrap() });
    assert_eq!(two, 2);
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!(groups_at(&snapshot, line)[0].finished.completed, 1);
}

/// What takes its time to go, and looks at its task meanwhile.
struct Heavy {
    line: u32,
    seen: Arc<Mutex<Vec<Task>>>,
}

impl Drop for Heavy {
    fn drop(&mut self) {
        let snapshot = Snapshot::read(Detail::Light);
        self.seen.lock().unwrap().extend(tasks_at(&snapshot, self.line).into_iter().cloned());
    }
}

/// Its future is dropped piece by piece, and no poll tells: the waker goes with the first piece.
#[test]
fn a_task_that_is_being_dropped_does_not_look_lost() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    run(async {
        let lock = Arc::new(tokio::sync::Mutex::new(()));
        let _guard = lock.lock().await;
        let line = line!() + 2;
        let (heavy, lock) = (Heavy { line, seen: seen.clone() }, lock.clone());
        let task = tokio::spawn(async move {
            let _heavy = heavy;
            drop(lock.lock().await);
        });
        let waits = |task: &&Task| task.state == TaskState::Waiting && task.wakers == 1;
        let task_waits = until(|s| tasks_at(s, line).into_iter().find(waits).cloned());
        assert!(task_waits.covered);
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    });
    let [task] = &seen.lock().unwrap()[..] else { panic!("one look") };
    assert_eq!((task.state, task.polls, task.wakers), (TaskState::Waiting, 1, 0));
    assert!(!task.covered, "whoever drops it may wake or end it");
}

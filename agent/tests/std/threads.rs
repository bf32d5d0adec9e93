//! `taskscope::std::thread`.

use crate::find::{At, group_of_tasks, next_line, run, task_at, until, waits_of};
use std::sync::mpsc::channel;
use taskscope::snapshot::{Detail, Op, Snapshot, TaskKind, TaskState, Wait};
use taskscope::std::thread;
use taskscope::tokio;

/// The one wait of the thread that was spawned at `at`, once it is in one.
fn wait_of(at: At) -> Wait {
    until(|snapshot| {
        let task = task_at(snapshot, at)?;
        let [wait] = &waits_of(snapshot, &task)[..] else { return None };
        (task.state == TaskState::Waiting && wait.current).then(|| wait.clone())
    })
}

fn finished(at: At) -> (u64, u64, u64, u64) {
    let snapshot = Snapshot::read(Detail::Full);
    let group = group_of_tasks(&snapshot, at).unwrap();
    (group.spawned, group.finished.completed, group.finished.panicked, group.finished.cancelled())
}

#[test]
fn a_thread_is_a_task_from_spawn_to_end() {
    let (end, ended) = channel::<()>();
    let spawned = next_line!();
    let handle = thread::spawn(move || ended.recv().is_err());
    let task = until(|snapshot| task_at(snapshot, spawned).filter(|task| task.state == TaskState::Running));
    let snapshot = Snapshot::read(Detail::Full);
    assert_eq!(snapshot.group_of(&task).kind, TaskKind::Thread);
    assert_eq!((task.parent, task.wakers, task.name.as_deref()), (None, 0, None));
    assert!(task.thread.is_some());
    assert!(!handle.is_finished());
    drop(end);
    assert!(handle.join().unwrap());
    assert_eq!(finished(spawned), (1, 1, 0, 0));
    assert!(task_at(&Snapshot::read(Detail::Full), spawned).is_none());
}

#[test]
fn a_panic_is_the_end_of_a_thread() {
    let spawned = next_line!();
    let handle = thread::spawn(|| panic!("on purpose"));
    let panic = handle.join().unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"on purpose"));
    assert_eq!(finished(spawned), (1, 0, 1, 0));
}

#[test]
fn who_joins_waits_for_the_thread() {
    let (end, ended) = channel::<()>();
    let inner = (file!(), line!() + 3);
    let outer = next_line!();
    let handle = thread::spawn(move || {
        let inner = thread::spawn(move || ended.recv().is_err());
        inner.join()
    });
    let wait = wait_of(outer);
    let snapshot = Snapshot::read(Detail::Full);
    let child = task_at(&snapshot, inner).unwrap();
    assert_eq!((wait.op, wait.target, wait.resource), (Op::Join, Some(child.id), None));
    assert_eq!((wait.blocking, wait.timed, wait.place.line), (true, false, outer.1 + 2));
    assert_eq!(child.parent, wait.task);
    drop(end);
    assert!(handle.join().unwrap().unwrap());
}

#[test]
fn a_thread_has_its_name() {
    let (end, ended) = channel::<()>();
    let builder = thread::Builder::new().name("resize-worker-number-4".to_owned()).stack_size(1 << 20);
    let spawned = next_line!();
    let handle = builder.spawn(move || (thread::current().name().map(str::to_owned), ended.recv()).0);
    let handle = handle.unwrap();
    let task = until(|snapshot| task_at(snapshot, spawned));
    assert_eq!(task.name.as_deref(), Some("resize-worker-n"));
    assert_eq!(Snapshot::read(Detail::Light).task_name(&task), "resize-worker-n");
    assert_eq!(handle.thread().name(), Some("resize-worker-number-4"));
    drop(end);
    assert_eq!(handle.join().unwrap().as_deref(), Some("resize-worker-number-4"));
}

#[test]
fn rest_is_a_wait_for_nothing() {
    let spawned = next_line!();
    let handle = thread::spawn(|| {
        thread::park();
        thread::park_timeout(std::time::Duration::from_secs(600));
        thread::sleep(std::time::Duration::from_millis(1));
    });
    let wait = wait_of(spawned);
    assert_eq!((wait.op, wait.blocking, wait.timed), (Op::Other, true, false));
    assert_eq!((wait.resource, wait.target, wait.place.line), (None, None, spawned.1 + 1));
    handle.thread().unpark();
    until(|_| {
        let wait = wait_of(spawned);
        (wait.timed && wait.op == Op::Other && wait.place.line == spawned.1 + 2).then_some(())
    });
    handle.thread().unpark();
    handle.join().unwrap();
    assert_eq!(finished(spawned), (1, 1, 0, 0));
}

#[test]
fn a_scope_waits_for_its_threads() {
    let (end, ended) = channel::<()>();
    let inner = (file!(), line!() + 6);
    let outer = next_line!();
    let handle = thread::spawn(move || {
        let mut seen = false;
        thread::scope(|scope| {
            let seen = &mut seen;
            scope.spawn(move || *seen = ended.recv().is_err());
        });
        seen
    });
    let wait = wait_of(outer);
    let child = task_at(&Snapshot::read(Detail::Full), inner).unwrap();
    assert_eq!((wait.op, wait.target, wait.place.line), (Op::Join, Some(child.id), outer.1 + 2));
    drop(end);
    assert!(handle.join().unwrap());
}

#[test]
fn scopes_behave_like_those_of_std() {
    let mut parts = vec![1, 2, 3];
    let sum: i32 = thread::scope(|scope| {
        let handles: Vec<_> = parts
            .iter_mut()
            .map(|part| {
                scope.spawn(move || {
                    *part += 1;
                    let part = *part;
                    scope.spawn(move || part * 2).join().unwrap()
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).sum()
    });
    assert_eq!((sum, parts), (18, vec![2, 3, 4]));
    let panicked = std::panic::catch_unwind(|| {
        thread::scope(|scope| {
            thread::Builder::new().spawn_scoped(scope, || panic!("on purpose")).unwrap();
        });
    });
    assert!(panicked.is_err());
    let panicked = std::panic::catch_unwind(|| thread::scope(|_| panic!("on purpose")));
    assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"on purpose"));
    // SAFETY: nothing is borrowed.
    let handle = unsafe { thread::Builder::new().spawn_unchecked(|| 7) }.unwrap();
    assert_eq!(handle.join().unwrap(), 7);
    let plain: std::thread::JoinHandle<i32> = thread::spawn(|| 8).into();
    assert_eq!(thread::JoinHandle::from(plain).join().unwrap(), 8);
}

#[test]
fn a_runtime_inside_of_a_thread_is_a_task_of_its_own() {
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let spawned = next_line!();
    let handle = thread::spawn(|| run(1, async { ended.await.is_err() }));
    let (thread, root) = until(|snapshot| {
        let thread = task_at(snapshot, spawned)?;
        let root = snapshot.tasks.iter().find(|task| task.parent == Some(thread.id))?.clone();
        (root.state == TaskState::Waiting && snapshot.group_of(&root).kind == TaskKind::Root)
            .then_some((thread, root))
    });
    assert_eq!((thread.state, root.name), (TaskState::Running, None));
    drop(end);
    assert!(handle.join().unwrap());
}

#[test]
fn a_poll_that_sleeps_is_a_running_task_with_a_wait() {
    run(2, async {
        let (tell, told) = channel();
        let spawned = next_line!();
        let task = tokio::spawn(async move {
            tell.send(thread::current()).unwrap();
            thread::park_timeout(std::time::Duration::from_secs(600));
        });
        let thread = told.recv().unwrap();
        let wait = until(|snapshot| {
            let task = task_at(snapshot, spawned).filter(|task| task.state == TaskState::Running)?;
            waits_of(snapshot, &task).pop()
        });
        assert_eq!((wait.op, wait.blocking, wait.timed, wait.current), (Op::Other, true, true, true));
        thread.unpark();
        task.await.unwrap();
    });
}

//! Trackers of tasks.

use crate::look::{run, spawned_at, until, wait_at};
use taskscope::snapshot::Op;

const FILE: &str = "mirrors/trackers.rs";

/// What a tracker says at each step of a little program.
macro_rules! program {
    ($tokio:path, $tracker:path) => {
        async {
            use $tokio as tokio;
            use $tracker as TaskTracker;
            let tracker = TaskTracker::new();
            let mut said = vec![];
            let mut say = |t: &TaskTracker| said.push((t.len(), t.is_empty(), t.is_closed()));
            say(&tracker);
            let token = tracker.token();
            assert!(TaskTracker::ptr_eq(token.task_tracker(), &tracker));
            say(&tracker);
            let (open, gate) = tokio::sync::oneshot::channel::<()>();
            let task = tracker.spawn(async { gate.await.is_ok() });
            let on = tracker.spawn_on(async { 2 }, &tokio::runtime::Handle::current());
            let job = tracker.spawn_blocking(|| 3);
            let sum = on.await.unwrap() + job.await.unwrap();
            assert!(tracker.close() && !tracker.close() && tracker.reopen() && !tracker.reopen());
            let clone = token.clone();
            // The task's own token is gone a moment after its result is there.
            while tracker.len() != 3 {
                tokio::task::yield_now().await;
            }
            say(&tracker);
            drop((token, clone));
            open.send(()).unwrap();
            tracker.close();
            tracker.wait().await;
            say(&tracker);
            let held = tracker.track_future(async { 5 });
            say(&tracker);
            assert_eq!(held.await, 5);
            tracker.wait().await;
            let local = tokio::task::LocalSet::new();
            let here = tracker.spawn_local_on(async { 7 }, &local);
            let there = local.run_until(async { tracker.spawn_local(async { 11 }).await.unwrap() }).await;
            let all = (sum, task.await.unwrap(), local.run_until(here).await.unwrap(), there);
            (said, all, !TaskTracker::ptr_eq(&tracker, &TaskTracker::default()))
        }
    };
}

#[test]
fn a_tracker_says_what_the_original_says() {
    let ours = run(program!(taskscope::tokio, taskscope::tokio_util::task::TaskTracker));
    let plain = tokio::runtime::Runtime::new().unwrap();
    let theirs = plain.block_on(program!(::tokio, ::tokio_util::task::TaskTracker));
    assert_eq!(ours, theirs);
    assert_eq!(ours.1, (5, true, 7, 11));
}

#[taskscope::instrument_pool(name = "tracked")]
mod traced {
    use taskscope::tokio_util::task::TaskTracker;

    /// Returns the lines of the spawn and of the wait.
    pub(super) fn start(tracker: &TaskTracker) -> (u32, u32) {
        let waiting = tracker.clone();
        let line = line!() + 1;
        tracker.spawn(std::future::pending::<()>());
        tokio::spawn(async move {
            waiting.close();
            waiting.wait().await;
        });
        (line, line + 3)
    }
}

#[test]
fn what_a_tracker_spawns_is_ours_and_who_waits_for_it_is_seen() {
    run(async {
        let tracker = taskscope::tokio_util::task::TaskTracker::new();
        let (spawned, waits) = traced::start(&tracker);
        let seen = until(|s| wait_at(s, FILE, waits)).await;
        assert_eq!(seen, (spawned + 1, Op::Join, None));
        let group = until(|s| {
            s.task_groups.iter().find(|g| g.place.file.ends_with(FILE) && g.place.line == spawned).cloned()
        });
        let (group, pools) = (group.await, until(|s| Some(s.pools.clone())).await);
        assert_eq!(pools[group.pool.index()].name, "tracked");
        assert_eq!(until(|s| Some(spawned_at(s, FILE, spawned))).await.0, 1);
    });
}

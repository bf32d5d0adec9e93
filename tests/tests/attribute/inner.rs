//! Awaits inside of executors that a task has of its own: `FuturesUnordered` and what is made of it.

use crate::support::{of_pool, run, until};
use std::future::Future;
use std::{sync::Arc, time::Duration};
use taskscope::snapshot::{Detail, Op, Snapshot, TaskState};
use taskscope::tokio::sync::Semaphore;

#[rustfmt::skip]
#[taskscope::instrument_pool(name = "inner")]
mod traced {
    use futures::StreamExt;
    use futures::future::join_all;
    use futures::stream::{self, FuturesUnordered};
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Semaphore;

    async fn take(gate: Arc<Semaphore>) {
        gate.acquire().await.unwrap().forget(); // 20
    }

    async fn child(gate: Arc<Semaphore>) {
        take(gate).await; // 24
    }

    pub(super) async fn unordered(gates: Vec<Arc<Semaphore>>) {
        let mut all: FuturesUnordered<_> = gates.into_iter().map(child).collect();
        while all.next().await.is_some() {} // 29
    }

    pub(super) async fn joined(gates: Vec<Arc<Semaphore>>) {
        join_all(gates.into_iter().map(child)).await; // 33
    }

    pub(super) async fn buffered(gates: Vec<Arc<Semaphore>>) {
        stream::iter(gates).map(child).buffer_unordered(2).for_each(|()| async {}).await; // 37
    }

    pub(super) async fn kept(gates: Vec<Arc<Semaphore>>) {
        let mut all: FuturesUnordered<_> = gates.into_iter().map(child).collect();
        all.next().await; // 42
        tokio::time::sleep(Duration::from_secs(3600)).await; // 43
    }

    pub(super) async fn moved(gates: Vec<Arc<Semaphore>>) {
        let mut first = Box::pin(child(gates[0].clone()));
        {
            let mut all: FuturesUnordered<_> = [&mut first].into_iter().collect();
            let either = async { tokio::select! { biased;
                _ = all.next() => {} // 51
                _ = gates[1].acquire() => {} // 52
            } }; // 53
            either.await; // 54
        }
        first.await; // 56
    }

    pub(super) async fn dropped(gates: Vec<Arc<Semaphore>>) {
        let mut all: FuturesUnordered<_> = gates.iter().cloned().map(child).collect();
        // The first is polled and dropped in one poll of the task, with others noted before and after it.
        let both = async { tokio::select! { biased; _ = all.next() => {} _ = std::future::ready(()) => {} } }; // 62
        both.await; // 63
        drop(all);
        let mut more: FuturesUnordered<_> = gates.into_iter().map(take).collect();
        more.next().await; // 66
    }
}

fn gates(n: usize) -> Vec<Arc<Semaphore>> {
    (0..n).map(|_| Arc::new(Semaphore::new(0))).collect()
}

/// The lines of the backtrace of the one task, and of the permits that it is shown to wait for, while it waits.
fn lines(snapshot: &Snapshot) -> Option<(Vec<u32>, usize)> {
    let [task] = of_pool(snapshot, "inner")[..] else { return None };
    let waits = snapshot.waits.iter().filter(|wait| wait.task == Some(task.id) && wait.op == Op::Acquire);
    let lines = snapshot.backtrace(task).iter().map(|site| site.place.line).collect();
    (task.state == TaskState::Waiting).then(|| (lines, waits.filter(|wait| wait.current).count()))
}

/// Runs the task until it is seen in this state, then opens a gate, and so on; then aborts it.
fn check<F>(work: impl FnOnce(Vec<Arc<Semaphore>>) -> F, n: usize, steps: &[(&[u32], usize, Option<usize>)])
where
    F: Future<Output = ()> + Send + 'static,
{
    // All of these look for the one task of the pool.
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    run(async {
        let gates = gates(n);
        let task = spawn(work(gates.clone()));
        for (expected, waits, open) in steps {
            until(|snapshot| lines(snapshot).filter(|seen| seen.0 == *expected && seen.1 == *waits)).await;
            if let Some(gate) = open {
                gates[*gate].add_permits(1);
            }
        }
        task.abort();
        assert!(task.await.is_err() || steps.iter().all(|step| step.2.is_some()));
        until(|snapshot| of_pool(snapshot, "inner").is_empty().then_some(())).await;
    });
}

#[taskscope::instrument_pool(name = "inner")]
fn spawn<F: Future<Output = ()> + Send + 'static>(work: F) -> taskscope::tokio::task::JoinHandle<()> {
    tokio::spawn(work)
}

#[test]
fn what_is_not_polled_again_stays_in_the_backtrace() {
    check(
        traced::unordered,
        3,
        &[
            (&[29, 24, 20, 24, 20, 24, 20], 3, Some(1)),
            (&[29, 24, 20, 24, 20], 2, Some(0)),
            (&[29, 24, 20], 1, None),
        ],
    );
}

#[test]
fn a_large_join_shows_as_much_as_there_is_room_for() {
    let shown: Vec<u32> = std::iter::once(33).chain([24, 20].repeat(16)).collect();
    check(traced::joined, 40, &[(&shown, 40, Some(7)), (&shown, 39, None)]);
}

#[test]
fn a_buffered_stream_shows_what_is_in_the_buffer() {
    let two: &[u32] = &[37, 24, 20, 24, 20];
    check(traced::buffered, 3, &[(two, 2, Some(0)), (two, 2, Some(2)), (&[37, 24, 20], 1, Some(1))]);
}

#[test]
fn what_is_kept_and_not_polled_is_not_what_the_task_is_in() {
    check(traced::kept, 3, &[(&[42, 24, 20, 24, 20, 24, 20], 3, Some(1)), (&[43], 0, None)]);
}

#[test]
fn a_future_that_leaves_its_executor_is_shown_once() {
    check(traced::moved, 2, &[(&[54, 52, 51, 24, 20], 2, Some(1)), (&[56, 24, 20], 1, None)]);
}

#[test]
fn what_is_dropped_in_the_poll_that_saw_it_leaves_the_others_in_order() {
    check(traced::dropped, 3, &[(&[66, 20, 20, 20], 3, None)]);
}

/// Many tasks on several threads: some polled, some not, some dropped, at any moment.
#[test]
fn nothing_is_left_behind() {
    use taskscope::tokio::{join, runtime::Builder, spawn, time::timeout};
    let memory = || Snapshot::read(Detail::Light).agent.slot_memory;
    let before = memory();
    let runtime = Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(async {
        for round in 0..50 {
            let work = (0..20).map(|n| async move {
                let gates = gates(40);
                let some: Vec<_> = gates.iter().step_by(1 + n % 7).cloned().collect();
                let joined = timeout(Duration::from_micros(round * 20), traced::joined(gates));
                let open = async { some.iter().for_each(|gate| gate.add_permits(1)) };
                let _ = join!(joined, open);
            });
            for task in work.map(spawn).collect::<Vec<_>>() {
                task.await.unwrap();
            }
        }
    });
    // There were 80,000 awaits, of 48 bytes each, and 1,600 at a time.
    let grown = memory().saturating_sub(before);
    assert!(grown < 1_500_000, "{grown} bytes");
}

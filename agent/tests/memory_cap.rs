//! More resources than there is room for: the first ones are recorded, the others are counted, and nothing else changes.
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as it does")]

use std::sync::Arc;
use std::time::{Duration, Instant};
use taskscope::snapshot::Snapshot;
use taskscope::tokio::sync::Semaphore;
use taskscope::{Agent, tokio};

/// The least cap that there may be.
const CAP: u64 = 1 << 20;
const MANY: usize = 30_000;

fn lost(snapshot: &Snapshot, kind: &str) -> u64 {
    snapshot.agent.dropped.iter().find(|(word, _)| *word == kind).unwrap().1
}

#[test]
fn what_finds_no_room_is_counted_and_works() {
    let agent = Agent::builder().addr(None).max_memory(CAP).start().unwrap();
    // What is made first has room.
    let gate = Arc::new(Semaphore::new(0));
    let all: Vec<Semaphore> = (0..MANY).map(|_| Semaphore::new(1)).collect();
    let snapshot = agent.snapshot();
    let seen = snapshot.resources.len();
    assert!((4096..MANY).contains(&seen), "{seen}");
    assert_eq!(seen as u64 + lost(&snapshot, "resource"), MANY as u64 + 1, "each is seen or counted");
    assert!(all.iter().all(|one| one.try_acquire().is_ok()), "all of them work");

    // The waits of tasks have room as the tasks have.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let tasks: Vec<_> = (0..MANY)
        .map(|_| {
            let gate = gate.clone();
            runtime.spawn(async move { gate.acquire().await.is_err() })
        })
        .collect();
    let start = Instant::now();
    let snapshot = loop {
        let snapshot = agent.snapshot();
        if snapshot.waits.len() >= MANY {
            break snapshot;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{} waits", snapshot.waits.len());
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!((lost(&snapshot, "task"), lost(&snapshot, "wait")), (0, 0));
    gate.close();
    for task in tasks {
        assert!(runtime.block_on(task).unwrap());
    }

    // Room that was given back is used again.
    drop(all);
    let before = lost(&agent.snapshot(), "resource");
    let again: Vec<Semaphore> = (0..seen / 2).map(|_| Semaphore::new(1)).collect();
    let snapshot = agent.snapshot();
    assert!(snapshot.resources.len() >= again.len());
    assert_eq!(lost(&snapshot, "resource"), before);
}

//! Tasks that come and go.

use super::station::{SECOND, STEP, task_group};
use crate::capacity::{Capacity, PoolFacts};
use crate::id::PoolId;
use crate::snapshot::{Pool, Snapshot, Sum, TaskKind, Totals};

/// A program that spawns ten tasks a second, each of which lives for so many seconds, after two minutes.
fn facts(lifetime: u64, kind: TaskKind) -> Option<PoolFacts> {
    let mut snapshot = Snapshot::default();
    snapshot.pools.push(Pool { name: "pool".to_owned() });
    snapshot.task_groups.push(task_group());
    snapshot.task_groups[0].kind = kind;
    let mut capacity = Capacity::new(STEP, 1);
    let mut last = None;
    for tenth in 0..1200_u64 {
        snapshot.at = 100 * SECOND + tenth * SECOND / 10;
        let ended = tenth.saturating_sub(10 * lifetime);
        snapshot.task_groups[0].spawned = tenth;
        snapshot.task_groups[0].finished.completed = ended;
        let lifetimes = vec![Sum { count: ended, nanos: ended * lifetime * SECOND }];
        if capacity.push(&snapshot) {
            let facts = capacity.close(&snapshot, &Totals { lifetimes, resources: Vec::new() });
            last = facts.pools.get(&PoolId(0)).copied();
        }
    }
    last
}

#[test]
fn tasks_that_come_and_go_obey_littles_law() {
    let facts = facts(20, TaskKind::Task).expect("tasks come");
    assert!((facts.arrivals - 10.0).abs() < 0.1 && (facts.departures - 10.0).abs() < 0.1, "{facts:?}");
    assert!((facts.live - 200.0).abs() < 2.0 && facts.residence == Some(20.0), "{facts:?}");
    assert!(facts.little.is_some_and(|ratio| (ratio - 1.0).abs() < 0.02), "{facts:?}");
}

#[test]
fn tasks_that_stay_do_not() {
    let facts = facts(300, TaskKind::Task).expect("tasks come");
    assert_eq!((facts.departures, facts.residence, facts.little), (0.0, None, None));
    assert!(facts.live > 500.0, "{facts:?}");
}

#[test]
fn threads_are_no_jobs() {
    assert_eq!(facts(20, TaskKind::Thread), None);
}

//! The graph finds every closed path and no other.

use super::*;
use crate::id::{PoolId, ResourceGroupId, ResourceId, TaskGroupId, TaskId};
use crate::snapshot::{
    Hold, Op, Place, Resource, ResourceGroup, ResourceKind, Snapshot, Task, TaskState, Unseen, Wait,
};
use proptest::prelude::*;

const HERE: Place = Place { file: "src/a.rs", line: 1, column: 2 };

fn task(n: u32) -> TaskId {
    TaskId::new(n, 1)
}

fn resource(n: u32) -> ResourceId {
    ResourceId::new(n, 1)
}

fn wait(who: u32, what: u32) -> Wait {
    Wait { task: Some(task(who)), resource: Some(resource(what)), since: 7, ..Wait::new(Op::Lock, HERE) }
}

fn join(who: u32, whom: u32) -> Wait {
    Wait { target: Some(task(whom)), resource: None, op: Op::Join, ..wait(who, 0) }
}

fn hold(what: u32, who: u32) -> Hold {
    Hold { task: Some(task(who)), ..Hold::new(resource(what), Op::Lock, HERE) }
}

fn cycles(waits: Vec<Wait>, holds: Vec<Hold>) -> Vec<Vec<Node>> {
    let graph = Graph::of(&Snapshot { waits, holds, ..Snapshot::default() });
    graph
        .cycles()
        .into_iter()
        .map(|group| group.into_iter().map(|n| graph.nodes[n as usize]).collect())
        .collect()
}

#[test]
fn two_locks_in_opposite_order_are_one_cycle() {
    let found = cycles(vec![wait(1, 20), wait(2, 10), wait(3, 10)], vec![hold(10, 1), hold(20, 2)]);
    let expected = vec![
        Node::Task(task(1)),
        Node::Task(task(2)),
        Node::Resource(resource(10)),
        Node::Resource(resource(20)),
    ];
    assert_eq!(found, [expected], "task 3 waits for the cycle and is not in it");
}

/// A task that keeps a future of its own in the queue of a lock, does not poll it, and waits for the lock again.
fn futurelock(holds: Vec<Hold>) -> Snapshot {
    let kept = Wait { current: false, unpolled: Some(3), since: 5, ..wait(1, 2) };
    Snapshot {
        tasks: vec![Task { state: TaskState::Waiting, ..Task::new(task(1), TaskGroupId(0)) }],
        resources: vec![Resource::new(resource(2), ResourceGroupId(0))],
        resource_groups: vec![ResourceGroup::new(PoolId(0), ResourceKind::Mutex, "lock", HERE)],
        waits: vec![kept, wait(1, 2)],
        holds,
        ..Snapshot::default()
    }
}

#[test]
fn a_lock_that_was_handed_to_a_future_which_is_not_polled_closes_a_cycle() {
    let snapshot = futurelock(Vec::new());
    let graph = Graph::of(&snapshot);
    let handed: Vec<&Edge> =
        graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Handed(Op::Lock)).collect();
    let [edge] = handed[..] else { panic!("{graph:?}") };
    assert_eq!((edge.from, edge.to, edge.since), (1, 0, None));
    assert_eq!(graph.cycles(), [[0, 1]]);
    assert_eq!(snapshot.is_granted(&snapshot.waits[0], &[]), Some(true));

    let held = futurelock(vec![hold(2, 9)]);
    assert_eq!(Graph::of(&held).cycles().len(), 0, "somebody has it");
    let holds: Vec<&Hold> = held.holds.iter().collect();
    assert_eq!(held.is_granted(&held.waits[0], &holds), Some(false));
}

#[test]
fn what_may_be_taken_unseen_was_not_handed_over() {
    let whole = futurelock(Vec::new());
    let mut others = vec![whole.clone(); 4];
    others[0].resources[0].covered = false;
    others[1].agent.dropped = vec![("hold", 1)];
    others[2].waits[0].blocking = true;
    others[3].resource_groups[0].kind = ResourceKind::Notify;
    for other in others {
        assert_eq!(other.is_granted(&other.waits[0], &[]), None);
        assert_eq!(Unseen::of(&other).in_all(), Vec::<&Wait>::new());
    }
    // It was woken, and may take it when it is polled; or it polls it.
    let mut woken = whole.clone();
    woken.tasks[0].state = TaskState::Runnable;
    let mut polled = whole.clone();
    polled.waits[0].current = true;
    for other in [woken, polled] {
        assert_eq!(other.is_granted(&other.waits[0], &[]), Some(true));
        assert_eq!(Unseen::of(&other).in_all(), Vec::<&Wait>::new());
    }
    assert_eq!(Unseen::of(&whole).in_all(), [&whole.waits[0]]);
}

#[test]
fn a_chain_is_no_cycle() {
    assert!(cycles(vec![wait(1, 20), wait(2, 30), join(3, 1)], vec![hold(20, 2), hold(30, 4)]).is_empty());
}

#[test]
fn a_lock_taken_twice_and_tasks_that_join_each_other_are_cycles() {
    let found = cycles(vec![wait(1, 10), join(5, 6), join(6, 5), join(7, 7)], vec![hold(10, 1)]);
    assert_eq!(
        found,
        [
            vec![Node::Task(task(1)), Node::Resource(resource(10))],
            vec![Node::Task(task(5)), Node::Task(task(6))],
            vec![Node::Task(task(7))],
        ]
    );
}

#[test]
fn a_wait_or_hold_without_both_ends_has_no_edge() {
    let sleep = Wait { resource: None, op: Op::Sleep, ..wait(1, 0) };
    let stranger = Wait { task: None, ..wait(1, 10) };
    let lost = Hold { task: None, ..hold(10, 1) };
    let graph =
        Graph::of(&Snapshot { waits: vec![sleep, stranger], holds: vec![lost], ..Snapshot::default() });
    assert_eq!(graph, Graph::default());
}

#[test]
fn a_chain_of_a_million_waits_needs_no_deep_stack() {
    let n = 1_000_000;
    let mut waits: Vec<Wait> = (0..n).map(|i| join(i, i + 1)).collect();
    let graph = Graph::of(&Snapshot { waits: waits.clone(), ..Snapshot::default() });
    assert!(graph.cycles().is_empty());
    waits.push(join(n, 0));
    let graph = Graph::of(&Snapshot { waits, ..Snapshot::default() });
    assert_eq!(graph.cycles().len(), 1);
    assert_eq!(graph.cycles()[0].len(), n as usize + 1);
}

#[test]
fn permits_that_may_have_been_handed_on_close_no_cycle() {
    assert_eq!(cycles(vec![wait(1, 10)], vec![hold(10, 1)]).len(), 1);
    assert!(cycles(vec![wait(1, 10)], vec![Hold { movable: true, ..hold(10, 1) }]).is_empty());
}

proptest! {
    /// Against the definition: two nodes are in one group if and only if each reaches the other.
    #[test]
    fn groups_are_mutual_reachability(pairs in prop::collection::vec((0u32..9, 0u32..9), 0..24)) {
        let graph = Graph::of(&Snapshot {
            waits: pairs.iter().map(|(a, b)| join(*a, *b)).collect(),
            ..Snapshot::default()
        });
        let n = graph.nodes.len();
        let mut reach = vec![vec![false; n]; n];
        for e in &graph.edges {
            reach[e.from as usize][e.to as usize] = true;
        }
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    reach[i][j] |= reach[i][k] && reach[k][j];
                }
            }
        }
        let mut expected: Vec<Vec<u32>> = (0..n)
            .filter(|i| reach[*i][*i])
            .map(|i| (0..n).filter(|j| reach[i][*j] && reach[*j][i]).map(|j| j as u32).collect())
            .collect();
        expected.sort_unstable();
        expected.dedup();
        prop_assert_eq!(graph.cycles(), expected);
    }
}

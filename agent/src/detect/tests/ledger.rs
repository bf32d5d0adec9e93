//! The history of findings.

use super::program::{PATIENCE, Program};
use crate::detect::{FindingKind, Ledger, Scope};
use crate::id::TaskId;
use crate::snapshot::TaskKind;

#[test]
fn a_finding_is_new_once_lasts_and_is_resolved() {
    let mut p = Program::new();
    let task = p.task(10, 0);
    let mut ledger = Ledger::default();
    let fresh = ledger.update(p.findings(), &p.0, PATIENCE);
    assert_eq!(fresh.len(), 1);
    assert_eq!((fresh[0].id, fresh[0].tasks.len()), (1, 1));
    // It stands still since 2 s on a clock that shows 100 s.
    assert_eq!(fresh[0].since_unix_ms, p.0.unix_ms - 98_000);
    p.0.unix_ms += 1_000;
    assert!(ledger.update(p.findings(), &p.0, PATIENCE).is_empty());
    assert_eq!(ledger.records()[0].resolved_unix_ms, None);
    p.task_mut(task).wakers = 1;
    p.0.unix_ms += 1_000;
    assert!(ledger.update(p.findings(), &p.0, PATIENCE).is_empty());
    assert_eq!(ledger.records()[0].resolved_unix_ms, Some(p.0.unix_ms));
    // The same again is a new finding, and the old one goes after a while.
    p.task_mut(task).wakers = 0;
    p.0.unix_ms += 1_000;
    assert_eq!(ledger.update(p.findings(), &p.0, PATIENCE)[0].id, 2);
    p.0.unix_ms += 11 * 60 * 1_000;
    ledger.update(p.findings(), &p.0, PATIENCE);
    assert_eq!(ledger.records().iter().map(|r| r.id).collect::<Vec<_>>(), [2]);
    assert_eq!(ledger.totals(), [(FindingKind::LostWaker, 2)]);
}

#[test]
fn more_tasks_of_the_same_place_are_the_same_finding() {
    let mut p = Program::new();
    let group = p.group(10, TaskKind::Task);
    let mut ledger = Ledger::default();
    for n in 1..=50 {
        p.task_in(group, 0);
        let fresh = ledger.update(p.findings(), &p.0, PATIENCE);
        assert_eq!(fresh.len(), usize::from(n == 1));
    }
    let records = ledger.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].finding.tasks.len(), 50);
    assert_eq!(records[0].tasks.len(), 20, "only some are kept as they were");
}

#[test]
fn a_look_tells_nothing_of_what_it_cannot_see() {
    let mut p = Program::new();
    p.task(10, 0);
    let mut ledger = Ledger::default();
    let proofs = p.findings();
    assert_eq!(ledger.update_some(Scope::Others, proofs.clone(), &p.0, PATIENCE).len(), 0);
    assert_eq!(ledger.update_some(Scope::Proofs, proofs, &p.0, PATIENCE).len(), 1);
    p.0.unix_ms += 1_000;
    ledger.update_some(Scope::Others, Vec::new(), &p.0, PATIENCE);
    assert_eq!(ledger.records()[0].resolved_unix_ms, None);
    ledger.update_some(Scope::Proofs, Vec::new(), &p.0, PATIENCE);
    assert_eq!(ledger.records()[0].resolved_unix_ms, Some(p.0.unix_ms));
}

#[test]
fn what_lasts_is_never_new_again_for_want_of_room() {
    let mut p = Program::new();
    let tasks: Vec<TaskId> = (10..260).map(|at| p.task(at, 0)).collect();
    let mut ledger = Ledger::default();
    let look = |p: &mut Program, ledger: &mut Ledger| {
        p.0.unix_ms += 1_000;
        let fresh = ledger.update(p.findings(), &p.0, PATIENCE).len();
        (fresh, ledger.records().len(), ledger.left_out())
    };
    assert_eq!(look(&mut p, &mut ledger), (200, 200, 50));
    assert_eq!(look(&mut p, &mut ledger), (0, 200, 50));
    assert_eq!(ledger.totals(), [(FindingKind::LostWaker, 200)]);
    // Some are resolved, and give way at the next look.
    for task in &tasks[..20] {
        p.task_mut(*task).wakers = 1;
    }
    assert_eq!(look(&mut p, &mut ledger), (0, 200, 50));
    assert_eq!(look(&mut p, &mut ledger), (20, 200, 30));
    assert_eq!(look(&mut p, &mut ledger), (0, 200, 30));
}

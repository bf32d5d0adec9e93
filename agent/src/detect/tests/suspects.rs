//! Who may be stuck is enough to tell what is certain: random programs, as a whole and sifted.

use super::program::{Program, SECOND};
use crate::detect::{Finding, Scope, Stuck, Trend, judge, prove};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::dice::Dice;
use crate::snapshot::restrict::restrict;
use crate::snapshot::{Op, ResourceKind, Side, Snapshot, TaskKind, TaskState, Thread, Wait};

/// Checks that a reading of suspects tells the same as one of everything does, given that this found `all`.
pub(super) fn check(before: Option<&Snapshot>, now: &Snapshot, trend: &Trend, all: &[Finding]) {
    let (found, suspicion) = prove(before.map(restrict).as_ref(), &restrict(now), trend);
    assert_eq!(suspicion, Stuck::suspected(now), "{now:#?}");
    // Who has not moved since the look before is stuck, and was not then: it is told of at the next look.
    let earlier = before.map(Stuck::suspected).unwrap_or_default();
    let stuck = before.map(|before| Stuck::confirmed(before, now)).unwrap_or_default();
    if stuck.tasks().all(|task| earlier.contains(task)) {
        let certain: Vec<&Finding> = all.iter().filter(|finding| Scope::Proofs.covers(finding)).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), certain, "{now:#?}");
    } else {
        let told = found.iter().flat_map(|finding| &finding.tasks);
        assert!(told.into_iter().all(|task| stuck.contains(*task)), "{now:#?}");
    }
}

/// Tasks, and what they may wait for.
struct World {
    tasks: Vec<TaskId>,
    resources: Vec<(ResourceId, ResourceKind)>,
}

/// A program of a few tasks that hold and await a few things.
fn program(dice: &mut Dice) -> Program {
    let mut p = Program::new();
    let mut world = World { tasks: Vec::new(), resources: Vec::new() };
    for n in 0..2 + dice.below(5) as u32 {
        let kinds = [
            TaskKind::Task,
            TaskKind::Task,
            TaskKind::Task,
            TaskKind::Local,
            TaskKind::Thread,
            TaskKind::Root,
        ];
        let group = p.group(10 + n, dice.of(&kinds));
        let id = p.task_in(group, 0);
        let thread = Some(1 + dice.below(2)).filter(|_| dice.one_in(3));
        let parent =
            Some(TaskId::new(dice.below(4) as u32, 1)).filter(|parent| dice.one_in(2) && *parent < id);
        let task = p.task_mut(id);
        (task.thread, task.parent, task.abortable) = (thread, parent, !dice.one_in(4));
        if dice.one_in(8) {
            task.state = dice.of(&[TaskState::Running, TaskState::Runnable, TaskState::Unknown]);
        }
        task.covered = !dice.one_in(12);
        world.tasks.push(id);
    }
    for number in 1..3 {
        let running = |id: &&TaskId| p.0.task(**id).is_some_and(|task| task.thread == Some(number));
        let task = world.tasks.iter().find(running).copied();
        if let Some(task) =
            task.filter(|id| p.0.task(*id).map(|task| p.0.group_of(task).kind) != Some(TaskKind::Thread))
        {
            p.task_mut(task).state = TaskState::Running;
        }
        p.0.threads.push(Thread { number, task, ..Thread::default() });
    }
    for n in 0..1 + dice.below(4) as u32 {
        world.resources.push(resource(&mut p, dice, n, &world.tasks));
    }
    for id in world.tasks.clone() {
        let waits = dice.of(&[0, 1, 1, 1, 1, 2, 3]);
        for _ in 0..waits {
            wait(&mut p, dice, id, &world);
        }
        let blocks = p.0.waits.iter().any(|wait| wait.task == Some(id) && wait.blocking);
        let is_thread = p.0.task(id).is_some_and(|task| p.0.group_of(task).kind == TaskKind::Thread);
        if blocks && !is_thread {
            p.task_mut(id).state = TaskState::Running;
        }
        p.task_mut(id).wakers = if dice.one_in(6) { dice.below(3) as u32 } else { waits };
    }
    p
}

fn resource(p: &mut Program, dice: &mut Dice, n: u32, tasks: &[TaskId]) -> (ResourceId, ResourceKind) {
    let (at, permits) = (50 + n, dice.below(3));
    let (id, kind) = match dice.below(6) {
        0 | 1 => (p.mutex(at), ResourceKind::Mutex),
        2 => (p.rwlock(at), ResourceKind::RwLock),
        3 => (p.semaphore(at, permits), ResourceKind::Semaphore),
        4 => (p.queue(at), ResourceKind::Mpsc),
        _ => (p.notify(at), ResourceKind::Notify),
    };
    match kind {
        ResourceKind::Mutex | ResourceKind::RwLock if !dice.one_in(5) => {
            let op = if kind == ResourceKind::Mutex { Op::Lock } else { dice.of(&[Op::Read, Op::Write]) };
            p.holds_by(dice.of(tasks), id, op, 1);
        }
        ResourceKind::Semaphore => {
            for _ in 0..permits.saturating_sub(u64::from(dice.one_in(5))) {
                p.holds_by(dice.of(tasks), id, Op::Acquire, 1);
            }
        }
        ResourceKind::Mpsc => {
            for side in [Side::Sender, Side::Sender, Side::Receiver, Side::WeakSender] {
                let owner = Some(dice.of(tasks)).filter(|_| !dice.one_in(6));
                if !dice.one_in(3) {
                    p.end(id, side, owner, None);
                }
            }
        }
        _ => {}
    }
    if let Some(hold) = p.0.holds.last_mut().filter(|hold| hold.resource == id) {
        hold.movable = dice.one_in(8);
        hold.task = hold.task.filter(|_| !dice.one_in(10));
    }
    let last = p.0.resources.len() - 1;
    let row = &mut p.0.resources[last];
    row.covered = !dice.one_in(12);
    row.closed = dice.one_in(12);
    row.permits_added = Some(u64::from(dice.one_in(12)));
    if kind == ResourceKind::Mpsc {
        (row.capacity, row.depth, row.permits_out) = (Some(2), Some(dice.of(&[0, 0, 1, 2, 2])), Some(0));
    }
    (id, kind)
}

fn wait(p: &mut Program, dice: &mut Dice, task: TaskId, world: &World) {
    let mut wait = match dice.below(14) {
        0 => Wait::new(dice.of(&[Op::Sleep, Op::Io, Op::Pending]), super::program::line(70)),
        1 | 2 => {
            Wait { target: Some(dice.of(&world.tasks)), ..Wait::new(Op::Join, super::program::line(71)) }
        }
        3 => Wait { children: true, ..Wait::new(Op::Join, super::program::line(72)) },
        _ => {
            let (id, kind) = dice.of(&world.resources);
            let op = match kind {
                ResourceKind::Mutex => Op::Lock,
                ResourceKind::RwLock => dice.of(&[Op::Read, Op::Write]),
                ResourceKind::Semaphore => Op::Acquire,
                ResourceKind::Mpsc => dice.of(&[Op::Recv, Op::Recv, Op::Send, Op::Wait]),
                _ => Op::Notified,
            };
            Wait { resource: Some(id), ..Wait::new(op, super::program::line(73)) }
        }
    };
    wait.task = Some(task).filter(|_| !dice.one_in(20));
    wait.since = SECOND + dice.below(4) * SECOND;
    wait.current = !dice.one_in(7);
    wait.own_waker = !dice.one_in(12);
    let kind = p.0.task(task).map(|task| p.0.group_of(task).kind);
    wait.blocking = dice.one_in(if kind == Some(TaskKind::Thread) { 1 } else { 12 });
    wait.timed = wait.blocking && dice.one_in(6);
    p.wait(wait);
}

/// Something happens between two looks.
fn change(p: &mut Program, dice: &mut Dice) {
    let place = dice.below(p.0.tasks.len() as u64) as usize;
    match dice.below(4) {
        0 => p.0.tasks[place].polls += 1,
        1 => p.0.tasks[place].wakers = dice.below(3) as u32,
        2 => drop(p.0.waits.pop()),
        _ => drop(p.0.holds.pop()),
    }
}

#[test]
fn those_who_may_be_stuck_tell_all_that_is_certain() {
    let (mut with_findings, mut smaller) = (0, 0);
    for seed in 0..20_000 {
        let mut dice = Dice::new(seed);
        let mut p = program(&mut dice);
        let mut before = None;
        for _ in 0..3 {
            let all = judge(before.as_ref(), &p.0, &Trend::default(), u64::MAX).0;
            check(before.as_ref(), &p.0, &Trend::default(), &all);
            with_findings += u32::from(all.iter().any(|finding| Scope::Proofs.covers(finding)));
            smaller += u32::from(restrict(&p.0).tasks.len() < p.0.tasks.len());
            before = Some(p.0.clone());
            if dice.one_in(2) {
                change(&mut p, &mut dice);
            }
        }
    }
    assert!(with_findings > 5_000 && smaller > 5_000, "{with_findings} {smaller}");
}

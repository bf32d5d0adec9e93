//! What a reading of suspects makes of a program that is written down as a snapshot.

use super::{ResourceFacts, Sieve, Target, TaskFacts, WaitFacts};
use crate::snapshot::{Op, ResourceKind, Side, Snapshot, TaskKind, TaskState};

/// The snapshot without what the sieve lets go.
pub(crate) fn restrict(full: &Snapshot) -> Snapshot {
    let high = |last: Option<u32>| last.map_or(0, |last| last + 1);
    let (last_task, last_resource) = (full.tasks.last(), full.resources.last());
    let mut sieve = Sieve::new(
        high(last_task.map(|task| task.id.index())),
        high(last_resource.map(|resource| resource.id.index())),
    );
    let mut also = Vec::new();
    for task in &full.tasks {
        let kind = full.group_of(task).kind;
        let by_waker = !matches!(kind, TaskKind::Thread | TaskKind::Blocking);
        sieve.task(&TaskFacts {
            id: task.id,
            asleep: task.state == TaskState::Waiting && task.covered && by_waker,
            wakers: task.wakers,
            parent: task.parent,
            child: task.abortable,
            root: kind == TaskKind::Root,
        });
        if task.state == TaskState::Running || kind == TaskKind::Thread {
            also.push(task.id.index());
        }
    }
    for resource in &full.resources {
        let kind = full.group_of_resource(resource).kind;
        let empty = kind == ResourceKind::Semaphore && resource.permits == Some(0);
        let open =
            !resource.covered || resource.closed || kind == ResourceKind::Semaphore && resource.is_resized();
        sieve.resource(&ResourceFacts { id: resource.id, kind, open, empty });
    }
    for hold in &full.holds {
        sieve.holds(hold.resource, hold.task.filter(|_| !hold.movable));
    }
    for end in full.endpoints.iter().filter(|end| end.side != Side::Receiver) {
        sieve.sends(end.resource, end.owner);
    }
    for (slot, wait) in (0..).zip(&full.waits) {
        let target = match wait.op {
            Op::Pending => Target::Never,
            _ if wait.children => Target::Children,
            Op::Join => wait.target.map_or(Target::Outside, Target::Task),
            _ => wait.resource.map_or(Target::Outside, Target::Resource),
        };
        let (task, op, blocking, timed) = (wait.task, wait.op, wait.blocking, wait.timed);
        sieve.wait(&WaitFacts { slot, task, target, op, blocking, timed }, || wait.current);
    }
    let blocked =
        full.waits.iter().filter(|wait| wait.blocking).filter_map(|wait| full.task(wait.task?)?.thread);
    let blocked: Vec<u64> = blocked.collect();
    for task in full.tasks.iter().filter(|task| full.group_of(task).kind == TaskKind::Local) {
        if task.state != TaskState::Running && task.thread.is_some_and(|thread| blocked.contains(&thread)) {
            sieve.hold_up(task.id.index());
        }
    }
    also.extend(full.shares.iter().flat_map(|share| &share.tasks).map(|task| task.index()));
    let suspects = sieve.sift(&also);
    let mut small = full.clone();
    small.tasks.retain(|task| suspects.tasks.contains(&task.id.index()));
    small.resources.retain(|resource| suspects.resources.contains(&resource.id.index()));
    let mut slot = 0..;
    small.waits.retain(|wait| {
        let missing = || {
            let of_task = wait.task.is_some_and(|task| suspects.tasks.contains(&task.index()));
            suspects.partly
                && (of_task || wait.resource.is_some_and(|id| suspects.resources.contains(&id.index())))
        };
        slot.next().is_some_and(|slot| suspects.waits.contains(&slot)) || missing()
    });
    let kept = |id| small.resources.iter().any(|resource| resource.id == id);
    small.holds.retain(|hold| kept(hold.resource));
    small.endpoints.retain(|end| kept(end.resource));
    small.inside.retain(|(id, _)| kept(*id));
    small
}

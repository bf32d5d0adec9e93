//! Polls that last, by the thread that they keep.

use crate::id::{ResourceId, TaskGroupId, TaskId};
use crate::snapshot::{Kernel, Op, Place, Snapshot, Thread};
use std::collections::HashMap;

/// From this age on a poll counts as asleep if its thread sleeps by intent, in nanoseconds.
const ASLEEP: u64 = 100_000_000;
/// The same, if the thread waits for something else than a message or the end of another: a lock that is freed soon is no
/// fault.
const ASLEEP_FOR_SOMETHING: u64 = 250_000_000;
/// A poll that was on a processor for so long counts as a computation, in nanoseconds.
const COMPUTES: u64 = 100_000_000;
/// For how long a sleep or a computation inside of a poll is remembered, in nanoseconds.
const MEMORY: u64 = 5_000_000_000;

/// A poll that is in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detect) struct LongPoll {
    pub(in crate::detect) task: TaskId,
    /// Which poll of the task it is.
    polls: u64,
    /// The last look that showed it.
    last: Seen,
    /// For how long it has been seen, and for how much of all its time its thread is known to have been on a processor.
    lasted: u64,
    computed: u64,
    pub(in crate::detect) thread: String,
    pub(in crate::detect) kernel: Kernel,
    /// Where it was first seen to block, if that is recorded, and on what.
    pub(in crate::detect) blocks: Option<(Place, Op, Option<ResourceId>)>,
}

impl LongPoll {
    /// Whether its thread waits for something of which it is not known who has to act: another thread, perhaps, that waits
    /// for a processor itself.
    pub(in crate::detect) fn waits_for_unknown(&self) -> bool {
        self.kernel.asleep && self.blocks.is_none() && !by_intent(&self.kernel)
    }

    /// For how long it has been seen, without the time in which its thread waited for a processor.
    pub(in crate::detect) fn lasted(&self) -> u64 {
        self.lasted
    }

    /// Takes in a look that shows the same poll again. How long a thread has waited for a processor is known when it runs
    /// again: unless it sleeps, what counts is that it ran.
    fn go_on(&mut self, now: Seen, kernel: &Kernel) {
        let ran = now.cpu.saturating_sub(self.last.cpu);
        let passed = now.at - self.last.at;
        self.lasted += if kernel.asleep {
            passed.saturating_sub(now.delayed.saturating_sub(self.last.delayed))
        } else {
            ran
        };
        self.computed += ran;
        (self.last, self.kernel) = (now, kernel.clone());
    }
}

/// What a look shows of a thread: when it was, and how long the thread had been on a processor, and had waited for one, by
/// then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    at: u64,
    cpu: u64,
    delayed: u64,
}

impl Seen {
    fn of(thread: &Thread, at: u64) -> Self {
        Self { at, cpu: thread.cpu.unwrap_or(0), delayed: thread.delayed.unwrap_or(0) }
    }
}

/// Polls of one group of tasks that keep a thread in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Repeated {
    /// In how many polls.
    pub(in crate::detect) polls: u64,
    /// The last of them.
    pub(in crate::detect) last: LongPoll,
}

/// Polls that last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) struct Polls {
    open: HashMap<u64, LongPoll>,
    sleeps: HashMap<TaskGroupId, Repeated>,
    computes: HashMap<TaskGroupId, Repeated>,
    /// The threads at the last look.
    seen: HashMap<u64, Seen>,
}

impl Polls {
    /// Takes in a look. `free`: whether threads hardly wait for processors.
    pub(in crate::detect) fn push(&mut self, now: &Snapshot, free: bool) {
        for thread in now.threads.iter().filter(|thread| !thread.may_block) {
            let (Some(kernel), Some(task)) = (&thread.kernel, thread.task.and_then(|id| now.task(id))) else {
                continue;
            };
            let seen = Seen::of(thread, now.at);
            let age = now.at.saturating_sub(task.since);
            let before = self.seen.get(&thread.number);
            let fresh = || LongPoll {
                task: task.id,
                polls: task.polls,
                last: seen,
                lasted: 0,
                computed: before.map_or(0, |before| ran_within(age, *before, seen, free)),
                thread: thread.name.clone(),
                kernel: kernel.clone(),
                blocks: None,
            };
            let open = self.open.entry(thread.number).or_insert_with(fresh);
            if (open.task, open.polls) != (task.id, task.polls) {
                *open = fresh();
            }
            open.go_on(seen, kernel);
            open.blocks = open.blocks.or_else(|| blocks(now, task.id));
            let depends = open.blocks.is_some_and(|(_, op, _)| matches!(op, Op::Send | Op::Recv | Op::Join));
            if is_asleep(kernel, age, depends) {
                note(&mut self.sleeps, task.group, open);
            } else if !kernel.asleep && open.computed >= COMPUTES {
                note(&mut self.computes, task.group, open);
            }
        }
        self.open.retain(|_, poll| poll.last.at == now.at);
        self.sleeps.retain(|_, repeated| repeated.last.last.at + MEMORY > now.at);
        self.computes.retain(|_, repeated| repeated.last.last.at + MEMORY > now.at);
        let times = now.threads.iter().filter(|thread| thread.cpu.is_some());
        self.seen = times.map(|thread| (thread.number, Seen::of(thread, now.at))).collect();
    }

    /// The polls that are in progress and have lasted for a while.
    pub(in crate::detect) fn open(&self) -> impl Iterator<Item = &LongPoll> {
        self.open.values()
    }

    /// The polls of the last seconds in which a thread slept.
    pub(in crate::detect) fn sleeps(&self) -> impl Iterator<Item = (TaskGroupId, &Repeated)> {
        self.sleeps.iter().map(|(group, sleeps)| (*group, sleeps))
    }

    /// Those in which it computed for long.
    pub(in crate::detect) fn computes(&self) -> impl Iterator<Item = (TaskGroupId, &Repeated)> {
        self.computes.iter().map(|(group, computes)| (*group, computes))
    }
}

/// For how long a thread was on a processor during a poll that has lasted for `age`. What it ran since the look before may
/// have been before the poll: while it has to wait for processors, as much of it as there was time for was.
fn ran_within(age: u64, before: Seen, now: Seen, free: bool) -> u64 {
    let ran = now.cpu.saturating_sub(before.cpu);
    let passed = now.at.saturating_sub(before.at);
    let elsewhere = if free { 0 } else { passed.saturating_sub(age) };
    ran.saturating_sub(elsewhere).min(age)
}

/// Counts a poll of a group, once.
fn note(groups: &mut HashMap<TaskGroupId, Repeated>, group: TaskGroupId, poll: &LongPoll) {
    let fresh = || Repeated { polls: 1, last: poll.clone() };
    let repeated = groups.entry(group).or_insert_with(fresh);
    let same = (repeated.last.task, repeated.last.polls) == (poll.task, poll.polls);
    repeated.polls += u64::from(!same);
    // What is told of a place stays the same while it is told.
    let blocks = repeated.last.blocks.or(poll.blocks);
    repeated.last = LongPoll { blocks, ..poll.clone() };
}

/// The wait in which a task blocks its thread. There are few polls that last, so all waits may be looked at for each.
fn blocks(now: &Snapshot, task: TaskId) -> Option<(Place, Op, Option<ResourceId>)> {
    let wait =
        now.waits.iter().find(|wait| wait.blocking && wait.task == Some(task) && wait.place.is_known())?;
    Some((wait.place, wait.op, wait.resource))
}

/// `depends`: the thread waits for a message or the end of another.
fn is_asleep(kernel: &Kernel, age: u64, depends: bool) -> bool {
    kernel.asleep && age >= if depends || by_intent(kernel) { ASLEEP } else { ASLEEP_FOR_SOMETHING }
}

/// Whether a thread sleeps for a time that the program chose.
fn by_intent(kernel: &Kernel) -> bool {
    kernel.wait.as_ref().is_some_and(|wait| wait.contains("nanosleep"))
}

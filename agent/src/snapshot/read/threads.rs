//! The threads that have recorded anything, and which task each of them polls.

use super::kernel;
use crate::recorder;
use crate::registry::RuntimeRecord;
use crate::snapshot::{Runtime, Task, TaskGroup, TaskKind, TaskState, Thread};
use std::collections::HashMap;
use std::ptr;

/// How long a poll must have lasted before the operating system is asked about its thread, in nanoseconds.
const LONG_POLL: u64 = 100_000_000;
/// The same for a task that was polled this often and spent most of its life ready to run.
const MANY_POLLS: u64 = 500;
/// About how many of those threads the operating system is asked at most in one look.
const MAX_ASKED: usize = 64;
/// Of how many threads, the first that came, it is asked in every look how long they waited for a processor.
const TIMED: usize = 16;

/// The numbers of the threads by those of their shards, the first of which is 1; 0 for a shard that nobody uses.
pub(super) fn numbers() -> Vec<u64> {
    // The list begins with the youngest.
    let mut numbers: Vec<u64> = recorder::shards().map(|shard| shard.thread()).collect();
    numbers.reverse();
    numbers
}

/// All threads; `tasks` are those of the same look, which was at `at`.
pub(super) fn read(
    tasks: &[Task],
    groups: &[TaskGroup],
    runtimes: &[(&'static RuntimeRecord, Runtime)],
    at: u64,
) -> Vec<Thread> {
    let polls = innermost(tasks, groups);
    let mut threads = recorded(&polls, runtimes);
    ask(&mut threads, &polls, groups, at);
    threads
}

/// The same, without what the operating system says about them.
pub(super) fn read_recorded(tasks: &[Task], groups: &[TaskGroup]) -> Vec<Thread> {
    recorded(&innermost(tasks, groups), &[])
}

/// All threads, with the tasks that they poll.
fn recorded(polls: &HashMap<u64, &Task>, runtimes: &[(&'static RuntimeRecord, Runtime)]) -> Vec<Thread> {
    let mut threads: Vec<Thread> = recorder::shards()
        .filter(|shard| shard.thread() != 0)
        .map(|shard| {
            let number = shard.thread();
            let runtime = runtimes.iter().position(|(record, _)| ptr::eq(*record, shard.runtime()));
            Thread {
                number,
                name: name(&shard.thread_name()),
                runtime: runtime.map(|place| place as u32),
                task: polls.get(&number).map(|task| task.id),
                may_block: shard.may_block(),
                cpu: None,
                delayed: None,
                kernel: None,
            }
        })
        .collect();
    threads.sort_by_key(|thread| thread.number);
    threads.dedup_by_key(|thread| thread.number);
    threads
}

/// Asks the operating system about some of them.
fn ask(threads: &mut [Thread], polls: &HashMap<u64, &Task>, groups: &[TaskGroup], at: u64) {
    let mut room = MAX_ASKED;
    for (place, thread) in threads.iter_mut().enumerate() {
        let busy = room > 0
            && polls.get(&thread.number).is_some_and(|task| {
                let kind = groups.get(task.group.index()).map(|group| group.kind);
                matches!(kind, Some(TaskKind::Task | TaskKind::Local)) && is_busy(task, at)
            });
        let times = if busy || place < TIMED { kernel::times(thread.number) } else { None };
        (thread.cpu, thread.delayed) = times.unzip();
        if busy {
            room -= 1;
            thread.kernel = times.and_then(|_| kernel::ask(thread.number));
        }
    }
}

/// Whether the poll in progress has lasted, or the task has been polled often and hardly waited.
fn is_busy(task: &Task, at: u64) -> bool {
    let active = task.busy + task.scheduled;
    at.saturating_sub(task.since) > LONG_POLL
        || task.polls > MANY_POLLS && active > at.saturating_sub(task.spawned_at) / 2
}

/// The task that each thread polls, or is; of several, one inside the other, the one that began or waits since last.
fn innermost<'a>(tasks: &'a [Task], groups: &[TaskGroup]) -> HashMap<u64, &'a Task> {
    let mut polls: HashMap<u64, &Task> = HashMap::new();
    let kind = |task: &Task| groups.get(task.group.index()).map(|group| group.kind);
    let runs = |task: &&Task| task.state == TaskState::Running || kind(task) == Some(TaskKind::Thread);
    for task in tasks.iter().filter(runs) {
        let Some(thread) = task.thread else { continue };
        let present = polls.entry(thread).or_insert(task);
        if task.since >= present.since {
            *present = task;
        }
    }
    polls
}

/// The name up to the first zero.
fn name(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

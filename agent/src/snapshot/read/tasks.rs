//! Tasks and their groups.

use super::Detail;
use super::which::Which;
use crate::clock;
use crate::id::{TaskGroupId, TaskId};
use crate::primitive::atomic::{AtomicU64, fence};
use crate::recorder::{self, TaskBlock};
use crate::registry::{self, BLIND, TASKS, TaskSlot, unpack_await};
use crate::site;
use crate::snapshot::{AwaitEntry, Place, Snapshot, Task, TaskGroup, TaskKind, TaskState};
use std::sync::atomic::Ordering::{Acquire, Relaxed};

/// How often a task that is polled all the time is read again before a mixed copy is taken as "running".
const TRIES: u32 = 3;

/// The live tasks of these slots, in their order; `threads` are the numbers of the threads by those of their shards.
pub(super) fn read(which: Which<'_>, threads: &[u64]) -> Vec<Task> {
    // Those that no other thread can poll.
    let stay = |kind: TaskKind| matches!(kind, TaskKind::Local | TaskKind::Thread);
    let stay: Vec<bool> = registry::groups().tasks.iter().map(|group| stay(kind(group.key.kind))).collect();
    let mut tasks = Vec::new();
    which.for_each(&TASKS, |_, slot| {
        let Some(task) = read_slot(slot) else { return };
        let stays = stay.get(task.group.index()).is_some_and(|stays| *stays && task.polls > 0);
        let known = task.state == TaskState::Running || stays;
        let thread = if known { thread_of(slot, threads) } else { None };
        tasks.push(Task { thread, ..task });
    });
    tasks
}

/// Whether a task is where it was when it was read, and nobody has woken it since.
pub(super) fn is_unmoved(task: &Task) -> bool {
    let now = TASKS.get(task.id.index()).and_then(read_slot);
    now.is_some_and(|now| now.id == task.id && now.polls == task.polls && now.state == task.state)
}

fn read_slot(slot: &TaskSlot) -> Option<Task> {
    let mut last = None;
    for _ in 0..TRIES {
        let (task, steady) = slot.read(|id, word| {
            let polls = slot.polls.load(Acquire);
            let task = copy(slot, id, word, polls);
            fence(Acquire);
            (task, slot.polls.load(Relaxed) == polls)
        })?;
        if steady {
            return Some(task);
        }
        last = Some(Task { state: TaskState::Running, awaits: Vec::new(), awaits_lost: 0, ..task });
    }
    last
}

fn copy(slot: &TaskSlot, id: TaskId, word: u32, polls: u32) -> Task {
    let running = polls & 1 == 1;
    let (refs, list, woken) = slot.signs();
    let high = u64::from((list & !(TaskSlot::FOREIGN | TaskSlot::INNER)) / TaskSlot::WRAPPED);
    let [await_len, awaits_lost, ..] = list.to_le_bytes();
    let blind = await_len == BLIND;
    let state = match () {
        () if running => TaskState::Running,
        () if blind => TaskState::Unknown,
        () if woken == polls.wrapping_add(1) => TaskState::Runnable,
        () => TaskState::Waiting,
    };
    let since = if state == TaskState::Runnable { &slot.woken_at } else { &slot.since };
    // While it runs the list is that of the poll in progress, which is not complete.
    let awaits = if !blind && !running { usize::from(await_len) } else { 0 };
    Task {
        id,
        group: TaskGroupId(word & TaskSlot::GROUP),
        state,
        parent: TaskId::unpack(slot.parent.load(Relaxed)),
        spawned_at: clock::time_of(slot.spawned_at.load(Relaxed)),
        since: clock::time_of(since.load(Relaxed)),
        polls: (high << 32 | u64::from(polls)).div_ceil(2),
        busy: clock::positive(slot.busy.load(Relaxed)),
        scheduled: clock::positive(slot.scheduled.load(Relaxed)),
        // The poll asked for is one of the near past, or the next.
        wakes: (high << 32 | u64::from(polls))
            .saturating_add_signed(i64::from(woken.wrapping_sub(polls) as i32))
            >> 1,
        wakers: (refs & TaskSlot::COUNT).saturating_sub(1),
        covered: list & TaskSlot::FOREIGN == 0 && refs & TaskSlot::UNCOUNTED == 0,
        awaits: slot.awaits.iter().take(awaits).map(|entry| await_entry(entry.load(Relaxed))).collect(),
        awaits_lost,
        inner: Vec::new(),
        inner_lost: 0,
        abortable: word & (TaskSlot::ABORTABLE | TaskSlot::DETACHED) != TaskSlot::DETACHED,
        may_be_stopped: word & (TaskSlot::ABORTABLE | TaskSlot::ABORTED) != 0,
        awaited: (!blind && await_len > 0).then(|| await_entry(slot.awaits[0].load(Relaxed)).site),
        thread: None,
        name: if word & TaskSlot::THREAD != 0 { name(slot) } else { None },
    }
}

/// The number of the thread that polled the task last.
fn thread_of(slot: &TaskSlot, threads: &[u64]) -> Option<u64> {
    let shard = slot.link.load(Relaxed) as usize;
    threads.get(shard.checked_sub(1)?).copied().filter(|number| *number != 0)
}

/// The name that a thread was given, up to the first zero.
fn name(slot: &TaskSlot) -> Option<String> {
    let words = [&slot.waker_data, &slot.waker_vtable].map(|word| word.load(Relaxed).addr());
    let bytes: Vec<u8> =
        words.into_iter().flat_map(usize::to_le_bytes).take_while(|byte| *byte != 0).collect();
    (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).trim_end_matches('\u{fffd}').to_owned())
}

fn await_entry(word: u32) -> AwaitEntry {
    let (word, start) = unpack_await(word);
    let (site, what) = site::parts(word);
    AwaitEntry { site, start, what }
}

/// The kind with this number.
pub(super) fn kind(number: u8) -> TaskKind {
    const KINDS: [TaskKind; 5] =
        [TaskKind::Task, TaskKind::Local, TaskKind::Blocking, TaskKind::Thread, TaskKind::Root];
    KINDS.get(usize::from(number)).copied().unwrap_or(TaskKind::Task)
}

/// All groups of tasks, with what all shards recorded about them.
pub(super) fn groups(detail: Detail) -> Vec<TaskGroup> {
    let mut groups = group_names();
    for shard in recorder::shards() {
        shard.tasks.for_each(|number, block| {
            if let Some(group) = groups.get_mut(number as usize) {
                add(group, block, detail);
            }
        });
    }
    groups
}

impl Snapshot {
    /// Reads how long the tasks of these groups lived, which a look does without otherwise.
    pub(crate) fn read_lifetimes(&mut self, groups: &[TaskGroupId]) {
        if groups.is_empty() {
            return;
        }
        for shard in recorder::shards() {
            shard.tasks.for_each(|number, block| {
                if groups.contains(&TaskGroupId(number)) {
                    add_lifetimes(&mut self.task_groups[number as usize], block);
                }
            });
        }
    }
}

/// All groups of tasks, without any number.
pub(super) fn group_names() -> Vec<TaskGroup> {
    let groups = registry::groups();
    let named = groups.tasks.iter().map(|group| {
        let (file, line, column) = group.key.place;
        let place = Place { file, line, column };
        TaskGroup::new(group.key.pool, kind(group.key.kind), group.label, place)
    });
    named.collect()
}

/// How many tasks have been spawned and have not ended, by the counts alone.
pub(crate) fn live_tasks() -> u64 {
    let (mut spawned, mut ended) = (0_u64, 0_u64);
    for shard in recorder::shards() {
        shard.tasks.for_each(|_, block| {
            spawned += block.spawned.load(Relaxed);
            ended += block.ended().iter().sum::<u64>();
        });
    }
    spawned.saturating_sub(ended)
}

fn add(group: &mut TaskGroup, block: &TaskBlock, detail: Detail) {
    let read = |number: &AtomicU64| number.load(Relaxed);
    group.spawned += read(&block.spawned);
    let [completed, panicked, aborted, shutdown, unpolled, dropped] = block.ended();
    let finished = &mut group.finished;
    finished.completed += completed;
    finished.panicked += panicked;
    finished.aborted += aborted;
    finished.shutdown += shutdown;
    finished.unpolled += unpolled;
    finished.dropped += dropped;
    if detail == Detail::Full {
        add_lifetimes(group, block);
        let (poll, delay) = (&mut group.poll, &mut group.schedule_delay);
        block.poll.add_to(&mut poll.counts, &mut poll.sum);
        block.delay.add_to(&mut delay.counts, &mut delay.sum);
        if let Some(often) = block.often() {
            often.poll.add_to(&mut poll.counts, &mut poll.sum);
            often.delay.add_to(&mut delay.counts, &mut delay.sum);
        }
    }
}

fn add_lifetimes(group: &mut TaskGroup, block: &TaskBlock) {
    let lifetime = &mut group.lifetime;
    block.lifetime.add_to(&mut lifetime.counts, &mut lifetime.sum);
    if let Some(often) = block.often() {
        often.lifetime.add_to(&mut lifetime.counts, &mut lifetime.sum);
    }
}

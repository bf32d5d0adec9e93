//! Tasks that are polled all the time.

use crate::id::{SiteId, TaskId};
use crate::snapshot::{AwaitKind, Op, Snapshot, Task, TaskState};
use std::collections::HashMap;

/// The share of the time in which a task that spins runs or is about to, in percent.
const ACTIVE_PERCENT: u64 = 90;
/// Or else it waits for no longer than this between two polls, in nanoseconds: a task that yields is woken a moment after
/// its poll.
const MOMENT: u64 = 20_000;
/// A task that is seen for the first time is not judged before this many nanoseconds.
const SETTLE: u64 = 300_000_000;
/// How many tasks are tracked at most.
const MOST: usize = 1000;

/// A task that has hardly waited since it was seen first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::detect) struct Spin {
    from: u64,
    polls_then: u64,
    busy_then: u64,
    active_then: u64,
    /// Messages that it is known to have sent and received, and how many there were when it was seen first.
    moved: Option<u64>,
    /// Its thread, with the time on a processor and in the kernel at the last look.
    thread: Option<(u64, u64, u64)>,
    /// For how long it has not waited, in nanoseconds.
    pub(in crate::detect) lasted: u64,
    /// Polls since.
    pub(in crate::detect) polls: u64,
    /// Time inside of them.
    pub(in crate::detect) busy: u64,
    /// Whether messages went through its hands since.
    pub(in crate::detect) progress: bool,
    /// Whether it was seen to await input or output.
    pub(in crate::detect) outside: bool,
    /// The time on a processor that was looked at closely, and the part of it in the kernel.
    pub(in crate::detect) cpu: u64,
    pub(in crate::detect) system: u64,
    /// The time in which this was.
    watched: u64,
    /// The last look.
    last: u64,
    /// The innermost await that was seen first, after a while.
    pub(in crate::detect) site: Option<SiteId>,
}

/// Tasks that are polled all the time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::detect) struct Spins {
    tasks: HashMap<TaskId, Spin>,
}

impl Spins {
    pub(in crate::detect) fn push(&mut self, now: &Snapshot) {
        let active = |task: &&Task| {
            matches!(task.state, TaskState::Running | TaskState::Runnable)
                || self.tasks.contains_key(&task.id)
        };
        let ready: Vec<&Task> = now.tasks.iter().filter(active).take(MOST).collect();
        let mut seen: HashMap<TaskId, Spin> = HashMap::new();
        for task in ready {
            let fresh = || Spin::of(task, now.at);
            let mut spin = self.tasks.remove(&task.id).unwrap_or_else(fresh);
            if !spin.update(task, now) {
                if task.state == TaskState::Waiting {
                    continue;
                }
                spin = fresh();
            }
            seen.insert(task.id, spin);
        }
        self.tasks = seen;
        if self.tasks.values().any(|spin| spin.lasted > SETTLE) {
            self.note_messages(now);
            self.note_waits(now);
        }
    }

    /// The tasks that have hardly waited since they were seen first.
    pub(in crate::detect) fn tasks(&self) -> impl Iterator<Item = (TaskId, &Spin)> {
        self.tasks.iter().map(|(task, spin)| (*task, spin))
    }

    /// A task that was seen to wait for a resource or for the end of another has been woken by others since: two that answer
    /// each other wait as shortly as one that spins, and where there are hardly any processors all do.
    fn note_waits(&mut self, now: &Snapshot) {
        for wait in
            now.waits.iter().filter(|wait| wait.current && (wait.resource.is_some() || wait.op == Op::Join))
        {
            let waiting = |id| now.task(id).is_some_and(|task| task.state == TaskState::Waiting);
            if let Some(spin) = wait.task.and_then(|id| self.tasks.get_mut(&id).filter(|_| waiting(id))) {
                spin.progress = true;
            }
        }
    }

    /// Adds up what each tracked task has sent and received, as far as it was the last to do so.
    fn note_messages(&mut self, now: &Snapshot) {
        let mut moved: HashMap<TaskId, u64> = HashMap::new();
        for resource in &now.resources {
            let ends = [(resource.last_sender, resource.sent), (resource.last_receiver, resource.received)];
            for (task, count) in ends {
                if let (Some(task), Some(count)) = (task, count) {
                    *moved.entry(task).or_default() += count;
                }
            }
        }
        for (task, spin) in &mut self.tasks {
            let moved = moved.get(task).copied().unwrap_or(0);
            spin.progress |= spin.moved.is_some_and(|before| before != moved);
            spin.moved = Some(moved);
        }
    }
}

impl Spin {
    fn of(task: &Task, at: u64) -> Self {
        Self {
            from: at,
            polls_then: task.polls,
            busy_then: task.busy,
            active_then: task.busy + task.scheduled,
            moved: None,
            thread: None,
            lasted: 0,
            polls: 0,
            busy: 0,
            progress: false,
            outside: false,
            cpu: 0,
            watched: 0,
            last: at,
            system: 0,
            site: None,
        }
    }

    /// The mean length of its polls; as far as it is known only the time on a processor counts.
    pub(in crate::detect) fn mean_poll(&self) -> u64 {
        let mean = self.busy / self.polls.max(1);
        match self.watched {
            0 => mean,
            watched => mean.saturating_mul(self.cpu.min(watched)) / watched,
        }
    }

    /// Takes in what a look shows; whether the task has still hardly waited.
    fn update(&mut self, task: &Task, now: &Snapshot) -> bool {
        self.lasted = now.at - self.from;
        self.polls = task.polls.saturating_sub(self.polls_then);
        self.busy = task.busy.saturating_sub(self.busy_then);
        // Of several awaits that take turns, as in a `select!`, one stands for all while it spins.
        if self.lasted >= SETTLE {
            self.site = self.site.or(task.awaited);
        }
        self.outside |= task.awaits.first().is_some_and(|entry| entry.what == AwaitKind::Io);
        let thread = task.thread.and_then(|number| now.thread(number));
        let kernel =
            thread.and_then(|thread| Some((thread.number, thread.cpu?, thread.kernel.as_ref()?.system)));
        if let (Some((number, cpu, system)), Some((same, cpu_then, system_then))) = (kernel, self.thread)
            && number == same
        {
            self.watched += now.at.saturating_sub(self.last);
            self.cpu += cpu.saturating_sub(cpu_then);
            self.system += system.saturating_sub(system_then);
        }
        (self.thread, self.last) = (kernel, now.at);
        let open = now.at.saturating_sub(task.since);
        let active = (task.busy + task.scheduled).saturating_sub(self.active_then) + open;
        let waited = self.lasted.saturating_sub(active);
        self.lasted < SETTLE
            || active.saturating_mul(100) >= self.lasted.saturating_mul(ACTIVE_PERCENT)
            || waited <= self.polls.saturating_mul(MOMENT)
    }
}

//! The table of all metrics. One entry here is a metric: its export, its documentation and the checks of the
//! dashboards and rules follow from it.
//!
//! An entry is its name, kind, unit, labels and source; its help text; and how its samples are taken from the rows
//! of a tally. What the snapshot has no numbers for yet has no entry.

use crate::metrics::metric::{Kind, Metric, Unit};
use crate::snapshot::TaskState;
use Kind::{Counter, Gauge, Info};
use Unit::{Bytes, One, Ratio, Seconds};

/// Polls and waits: 1 us to 69 s.
const SHORT: Kind = Kind::Histogram { first: 10, last: 36 };
/// Lives of tasks: 66 us to 4.9 h.
const LONG: Kind = Kind::Histogram { first: 16, last: 44 };

macro_rules! table {
    ($($name:literal $kind:ident $unit:ident [$($label:ident),*] $source:ident $help:literal => $collect:expr;)+) => {
        /// All metrics, in the order in which they are exported.
        pub const CATALOG: &[Metric] = &[$(Metric {
            name: $name,
            kind: $kind,
            unit: $unit,
            labels: &[$(stringify!($label)),*],
            help: $help,
            source: $source,
            collect: $collect,
        }),+];
    };
}

/// The metric that samples of this name belong to, the parts of histograms included.
pub fn find(sample: &str) -> Option<&'static Metric> {
    let named = |name: &str| CATALOG.iter().find(|m| m.name == name);
    named(sample).or_else(|| {
        let part = ["_bucket", "_sum", "_count"].iter().find_map(|part| sample.strip_suffix(part))?;
        named(part).filter(|m| matches!(m.kind, Kind::Histogram { .. }))
    })
}

const TASKS: &str = "live tasks";
const SPAWNS: &str = "counts of each spawn site";
const RESOURCES: &str = "live resources";
const CREATIONS: &str = "counts of each creation site";
const WAITS: &str = "waits in progress";
const FINDINGS: &str = "findings";
const RUNTIMES: &str = "the runtime's own metrics";
const AGENT: &str = "the agent";

table! {
"taskscope_tasks" Gauge One [pool, state] TASKS
    "Live tasks by what they do: running (being polled), runnable (woken and not polled since), waiting, \
     or unknown (last polled while recording was off; left out while there is none)."
    => |t, out| for p in t.pools.iter().filter(|p| p.has_tasks) {
        for (state, n) in TaskState::ALL.iter().zip(p.states) {
            if n > 0 || *state != TaskState::Unknown {
                out.whole(&[p.name, state.word()], n);
            }
        }
    };

"taskscope_tasks_spawned_total" Counter One [pool, task] SPAWNS
    "Tasks that were spawned."
    => |t, out| for row in &t.tasks {
        out.whole(&[row.pool, &row.name], row.spawned);
    };

"taskscope_tasks_finished_total" Counter One [pool, task, outcome] SPAWNS
    "Tasks that ended: completed (returned), cancelled (aborted, dropped, or shut down with their runtime), \
     or panicked."
    => |t, out| for row in &t.tasks {
        out.whole(&[row.pool, &row.name, "completed"], row.completed);
        out.whole(&[row.pool, &row.name, "cancelled"], row.cancelled);
        out.whole(&[row.pool, &row.name, "panicked"], row.panicked);
    };

"taskscope_task_lifetime_seconds" LONG Seconds [pool] SPAWNS
    "Time from spawn to end of the tasks that ended."
    => |t, out| for p in t.pools.iter().filter(|p| p.has_tasks) {
        out.durations(&[p.name], &p.lifetime);
    };

"taskscope_poll_duration_seconds" SHORT Seconds [pool] SPAWNS
    "Time that single polls took: a long one keeps a worker from all other tasks."
    => |t, out| for p in t.pools.iter().filter(|p| p.has_tasks) {
        out.durations(&[p.name], &p.poll);
    };

"taskscope_spurious_polls_total" Counter One [pool] AGENT
    "Polls that are known to have been spurious: nothing had come that the task waits for. There may be more."
    => |t, out| for p in t.pools.iter().filter(|p| p.has_tasks) {
        out.whole(&[p.name], p.spurious);
    };

"taskscope_schedule_delay_seconds" SHORT Seconds [pool] SPAWNS
    "Time from a task's wake to the poll that follows it."
    => |t, out| for p in t.pools.iter().filter(|p| p.has_tasks) {
        out.durations(&[p.name], &p.schedule_delay);
    };

"taskscope_queue_depth" Gauge One [pool, queue] RESOURCES
    "Messages in the queue, added up over all live queues of this name."
    => |t, out| for q in t.queues() {
        out.known(&[q.pool, q.name], q.depth.or((q.live == 0).then_some(0)));
    };

"taskscope_queue_capacity" Gauge One [pool, queue] RESOURCES
    "Messages that the queue can hold, added up over all live queues of this name; left out if it has no bound, \
     and of a broadcast channel, where nobody ever waits for room."
    => |t, out| for q in t.queues_of_one() {
        out.known(&[q.pool, q.name], q.capacity);
    };

"taskscope_queue_sent_total" Counter One [pool, queue] CREATIONS
    "Messages that were sent."
    => |t, out| for q in t.queues() {
        out.whole(&[q.pool, q.name], q.sent);
    };

"taskscope_queue_received_total" Counter One [pool, queue] CREATIONS
    "Messages that were received; left out of a broadcast channel, where every receiver gets every message."
    => |t, out| for q in t.queues_of_one() {
        out.whole(&[q.pool, q.name], q.received);
    };

"taskscope_queue_missed_total" Counter One [pool, queue] CREATIONS
    "Messages that a receiver of a broadcast channel was too slow to get, counted for each receiver."
    => |t, out| for q in t.broadcasts() {
        out.whole(&[q.pool, q.name], q.missed);
    };

"taskscope_queue_dwell_seconds" SHORT Seconds [pool, queue] CREATIONS
    "Time that messages spent in the queue (sampled); left out of a broadcast channel."
    => |t, out| for q in t.queues_of_one() {
        out.durations(&[q.pool, q.name], &q.dwell);
    };

"taskscope_queue_send_wait_seconds" SHORT Seconds [pool, queue] CREATIONS
    "Time that senders waited for room, of the sends that had to wait; left out if the queue has no bound."
    => |t, out| for q in t.queues_of_one().filter(|q| q.capacity.is_some() || !q.send_wait.counts.is_empty()) {
        out.durations(&[q.pool, q.name], &q.send_wait);
    };

"taskscope_lock_wait_seconds" SHORT Seconds [pool, lock, mode] CREATIONS
    "Time that tasks waited for the lock, of those that had to wait. Mode is lock for a mutex, and read or write for a \
     reader-writer lock."
    => |t, out| for l in t.locks() {
        out.durations(&[l.pool, l.lock, l.mode], l.wait);
    };

"taskscope_lock_hold_seconds" SHORT Seconds [pool, lock, mode] CREATIONS
    "Time that guards of the lock were held (sampled where nobody had waited)."
    => |t, out| for l in t.locks() {
        out.durations(&[l.pool, l.lock, l.mode], l.hold);
    };

"taskscope_lock_waiters" Gauge One [pool, lock, mode] WAITS
    "Tasks that wait for the lock now."
    => |t, out| for l in t.locks() {
        out.whole(&[l.pool, l.lock, l.mode], l.waiters);
    };

"taskscope_semaphore_permits" Gauge One [pool, semaphore] RESOURCES
    "Permits of the semaphore, those that are out included."
    => |t, out| for s in t.semaphores() {
        out.known(&[s.pool, s.name], s.permits);
    };

"taskscope_semaphore_permits_available" Gauge One [pool, semaphore] RESOURCES
    "Permits of the semaphore that nobody has."
    => |t, out| for s in t.semaphores() {
        let free = s.permits.zip(s.permits_out).map(|(all, taken)| all.saturating_sub(taken));
        out.known(&[s.pool, s.name], free);
    };

"taskscope_semaphore_wait_seconds" SHORT Seconds [pool, semaphore] CREATIONS
    "Time that tasks waited for permits, of those that had to wait."
    => |t, out| for s in t.semaphores() {
        out.durations(&[s.pool, s.name], &s.wait);
    };

"taskscope_semaphore_waiters" Gauge One [pool, semaphore] WAITS
    "Tasks that wait for permits now."
    => |t, out| for s in t.semaphores() {
        out.whole(&[s.pool, s.name], s.waiters);
    };

"taskscope_oldest_wait_seconds" Gauge Seconds [pool, kind, resource] WAITS
    "How long the oldest wait in progress has lasted: for a lock, for permits, for room in a queue, or for a \
     once-cell; 0 if nobody waits. A wait that never ends is in no histogram, but it is here. A wait behind \
     holders that all wait for a message is idle, as theirs is, and does not count."
    => |t, out| for r in t.resources.iter().filter(|r| r.has_oldest_wait()) {
        out.nanos(&[r.pool, r.kind.word(), r.name], r.oldest_wait);
    };

"taskscope_findings" Gauge One [kind, certainty] FINDINGS
    "Findings that are open now; 0 if there is none."
    => |t, out| for (kind, certainty, open) in &t.findings {
        out.whole(&[kind.word(), certainty.word()], *open);
    };

"taskscope_findings_total" Counter One [kind] FINDINGS
    "Findings since the start of the program, those that are resolved included."
    => |t, out| for (kind, n) in &t.findings_total {
        out.whole(&[kind.word()], *n);
    };

"taskscope_runtime_workers" Gauge One [runtime] RUNTIMES
    "Worker threads of the runtime."
    => |t, out| for r in &t.runtimes {
        out.whole(&[r.name], r.workers);
    };

"taskscope_runtime_worker_busy_seconds_total" Counter Seconds [runtime] RUNTIMES
    "Time in which worker threads of the runtime were not parked, added up over its workers."
    => |t, out| for r in &t.runtimes {
        out.nanos(&[r.name], r.busy);
    };

"taskscope_pressure_ratio" Gauge Ratio [pool, kind] WAITS
    "Share of the last ten seconds in which tasks of the pool could not go on because of others: some (at least one \
     waited for a lock, for permits or for room in a queue), full (at least one did, and none was running or \
     runnable). A moving average over several looks a second."
    => |t, out| for p in t.pools.iter().filter(|p| p.has_tasks) {
        if let Some(pressure) = p.pressure {
            out.real(&[p.name, "some"], pressure.some);
            out.real(&[p.name, "full"], pressure.full);
        }
    };

"taskscope_coverage_ratio" Gauge Ratio [what] AGENT
    "Share that is recorded in full: of the tasks that the runtimes count as alive, and of the resources that \
     are known; left out where there are none."
    => |t, out| for (what, share) in &t.coverage {
        out.real(&[what], *share);
    };

"taskscope_overhead_ratio" Gauge Ratio [part] AGENT
    "Share of the process's CPU time that goes to the agent: fixed (counts, holders, waits, wakers) and optional \
     (what is lowered to stay inside the budget); left out while it is not known."
    => |t, out| if let Some(overhead) = t.overhead {
        out.real(&["fixed"], overhead.fixed);
        out.real(&["optional"], overhead.optional);
    };

"taskscope_dropped_total" Counter One [kind] AGENT
    "What the agent did not record for want of room, by kind."
    => |t, out| for (kind, n) in &t.dropped {
        out.whole(&[kind], *n);
    };

"taskscope_agent_recording" Gauge One [] AGENT
    "1 while recording is switched on, 0 while it is off."
    => |t, out| out.whole(&[], t.agent.enabled.into());

"taskscope_agent_memory_bytes" Gauge Bytes [part] AGENT
    "Memory that the agent holds: slots (of live tasks, resources, waits, guards and ends of channels) and tables (everything else). All is capped but the slots of tasks with one wait each."
    => |t, out| {
        out.whole(&["slots"], t.agent.slot_memory);
        out.whole(&["tables"], t.agent.memory);
    };

"taskscope_agent_cpu_seconds_total" Counter Seconds [] AGENT
    "CPU time of the agent's own threads."
    => |t, out| if let Some(nanos) = t.agent_cpu {
        out.nanos(&[], nanos);
    };

"taskscope_agent_uncovered_places" Gauge One [] AGENT
    "Places in the source of which not everything is seen."
    => |t, out| out.whole(&[], t.agent.uncovered.len() as u64);

"taskscope_agent_folded_series" Gauge One [] AGENT
    "Series that are part of `other` because the program has more of them than the agent may export."
    => |t, out| out.whole(&[], t.folded);

"taskscope_build_info" Info One [version] AGENT
    "Version of the agent."
    => |t, out| out.whole(&[t.version], 1);
}

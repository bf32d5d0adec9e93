//! The nouns of a snapshot. Times are nanoseconds of [`crate::clock`], durations are nanoseconds.

use crate::id::{PoolId, ResourceGroupId, ResourceId, SiteId, TaskGroupId, TaskId};
pub use crate::site::{AwaitKind, Place};
use crate::snapshot::{Endpoint, Histogram, Share, Spurious, TaskList, Wakes};

/// The program at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// When it was taken, on the agent's clock.
    pub at: u64,
    /// When it was taken, in milliseconds since 1970.
    pub unix_ms: u64,
    /// All pools; a [`PoolId`] is a place in this list.
    pub pools: Vec<Pool>,
    /// All await sites; a [`SiteId`] is a place in this list, and place 0 is "no site".
    pub sites: Vec<AwaitSite>,
    /// All groups of tasks; a [`TaskGroupId`] is a place in this list.
    pub task_groups: Vec<TaskGroup>,
    /// All groups of resources; a [`ResourceGroupId`] is a place in this list.
    pub resource_groups: Vec<ResourceGroup>,
    /// All live tasks, in the order of their slots.
    pub tasks: Vec<Task>,
    /// All live resources, in the order of their slots.
    pub resources: Vec<Resource>,
    /// All waits that have been started and not ended.
    pub waits: Vec<Wait>,
    /// All guards and permits that are out.
    pub holds: Vec<Hold>,
    /// Who wakes the live tasks, as far as it was looked at, in the order of the tasks.
    pub wakes: Vec<Wakes>,
    /// Polls of the live tasks that are known to have been spurious, in the order of the tasks; none in a snapshot that
    /// was read alone.
    pub spurious: Vec<Spurious>,
    /// Those of all tasks since the start, by pool; pools that are missing have none.
    pub spurious_of_pools: Vec<u64>,
    /// All live senders and receivers, in the order of their channels.
    pub endpoints: Vec<Endpoint>,
    /// What is shared by tasks that are all known.
    pub shares: Vec<Share>,
    /// Which of them these resources are in, in the order of the resources.
    pub inside: Vec<(ResourceId, u32)>,
    /// The runtimes that were built or entered through the drop-ins.
    pub runtimes: Vec<Runtime>,
    /// The threads that have recorded anything and are alive, in the order of their numbers.
    pub threads: Vec<Thread>,
    /// What the agent itself did and lost.
    pub agent: AgentStats,
}

/// A named group of tasks and resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Its name, unique among pools.
    pub name: String,
}

/// One `.await` in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitSite {
    /// Where it is.
    pub place: Place,
    /// The awaited expression, shortened.
    pub label: &'static str,
}

/// What a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskKind {
    /// Spawned with `spawn`.
    Task,
    /// Spawned with `spawn_local`.
    Local,
    /// A job on a blocking thread.
    Blocking,
    /// An OS thread.
    Thread,
    /// The future that a `block_on` drives.
    Root,
}

/// Tasks of one kind that were spawned at one place into one pool.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskGroup {
    /// Pool of its tasks.
    pub pool: PoolId,
    /// What they are.
    pub kind: TaskKind,
    /// Label of the spawn: the called function or the `let` binding; empty if unknown.
    pub label: String,
    /// Where they are spawned.
    pub place: Place,
    /// How many were spawned.
    pub spawned: u64,
    /// How many ended, by how they ended.
    pub finished: Finished,
    /// Durations of their polls.
    pub poll: Histogram,
    /// Durations from wake to poll.
    pub schedule_delay: Histogram,
    /// Durations from spawn to end.
    pub lifetime: Histogram,
}

/// How tasks ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// Returned.
    pub completed: u64,
    /// Panicked.
    pub panicked: u64,
    /// Dropped after an `abort`.
    pub aborted: u64,
    /// Dropped by the shutdown of their runtime.
    pub shutdown: u64,
    /// Dropped before the first poll.
    pub unpolled: u64,
    /// Dropped for another reason.
    pub dropped: u64,
}

impl Finished {
    /// All that ended without returning and without a panic.
    pub fn cancelled(&self) -> u64 {
        self.aborted + self.shutdown + self.unpolled + self.dropped
    }

    /// All that ended.
    pub fn total(&self) -> u64 {
        self.completed + self.panicked + self.cancelled()
    }
}

/// What a task is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskState {
    /// It is being polled (a blocking job: it runs; a thread: it is in no wait that is recorded).
    Running,
    /// It was woken and not polled since.
    Runnable,
    /// Its last poll returned `Pending` and nobody woke it since (a thread: it is in a wait).
    Waiting,
    /// Recording was switched off when it was polled last.
    Unknown,
}

/// How many await sites of a task are kept.
pub const MAX_AWAITS: usize = 8;

/// One entry of a task's await list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwaitEntry {
    /// The await.
    pub site: SiteId,
    /// Length of the list when this await was polled: the entries from there up to this one are awaited inside it.
    pub start: u8,
    /// What its future waits for.
    pub what: AwaitKind,
}

/// How many awaits inside of executors of its own are kept of a task.
pub const MAX_INNER: usize = 32;

/// An await whose future is polled by an executor inside of the task, as those of a `FuturesUnordered` are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InnerAwait {
    /// The await.
    pub site: SiteId,
    /// The task's own await inside of which it was polled last, which is in the task's list.
    pub within: SiteId,
    /// What its future waits for.
    pub what: AwaitKind,
}

/// A live task.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its identity.
    pub id: TaskId,
    /// Where it was spawned, what it is, and its pool.
    pub group: TaskGroupId,
    /// What it is doing.
    pub state: TaskState,
    /// The task that spawned it.
    pub parent: Option<TaskId>,
    /// When it was spawned.
    pub spawned_at: u64,
    /// Its own name, of a thread that was given one: the first 15 bytes.
    pub name: Option<String>,
    /// When its present state began.
    pub since: u64,
    /// Polls started; of a thread, stretches between recorded waits.
    pub polls: u64,
    /// Time inside polls that have ended; of a thread, outside of recorded waits, as far as they have ended.
    pub busy: u64,
    /// Time between wake and poll.
    pub scheduled: u64,
    /// Wakes that asked for a poll: those that come before the poll they ask for count once.
    pub wakes: u64,
    /// Clones of its waker that are alive.
    pub wakers: u32,
    /// Whether everything that can wake it is known to be visible in principle: false once it was polled with
    /// recording off.
    pub covered: bool,
    /// Awaits that were pending at the end of its last poll, innermost first: each entry follows those awaited
    /// inside it.
    pub awaits: Vec<AwaitEntry>,
    /// Awaits that did not fit into the list.
    pub awaits_lost: u8,
    /// Awaits inside of executors that the task polls itself: the chain of the future that was polled last comes first,
    /// and each await before those inside of it.
    pub inner: Vec<InnerAwait>,
    /// Those of them that are left out, since there are too many.
    pub inner_lost: u32,
    /// The await whose future was last seen to be pending: the innermost of the last poll; during a poll, the first that
    /// was pending in this one.
    pub awaited: Option<SiteId>,
    /// Whether somebody may have a handle that can abort it: the one that its spawn returned, or one made for nothing else.
    pub abortable: bool,
    /// Whether such a handle was made, which may be anywhere and end the task at any time, or somebody has asked for that:
    /// its future may be about to be dropped.
    pub may_be_stopped: bool,
    /// The thread that polls it now, by the system's number; of a local task, the one that polled it last: no other ever
    /// does; of a thread, itself. `None` if that is not known.
    pub thread: Option<u64>,
}

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceKind {
    /// A mutual-exclusion lock.
    Mutex,
    /// A reader-writer lock.
    RwLock,
    /// A counting semaphore.
    Semaphore,
    /// A queue of many senders and one receiver.
    Mpsc,
    /// A channel for one value.
    Oneshot,
    /// A channel in which every receiver gets every value.
    Broadcast,
    /// A channel that holds the last value.
    Watch,
    /// A `Notify`.
    Notify,
    /// A barrier.
    Barrier,
    /// A cell that is written once.
    OnceCell,
    /// A handle that is awaited for a task's end.
    Join,
    /// A condition variable.
    Condvar,
    /// The threads for blocking jobs of a runtime.
    BlockingPool,
}

/// Resources of one kind that were created at one place into one pool.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceGroup {
    /// Pool of its resources.
    pub pool: PoolId,
    /// What they are.
    pub kind: ResourceKind,
    /// Name: the `let` binding or field, or else the place.
    pub name: String,
    /// Where they are created.
    pub place: Place,
    /// How many were created.
    pub created: u64,
    /// Waits that ended, whether served or cancelled: to lock, to acquire, to receive. Uncontended operations are
    /// not counted here.
    pub wait: Histogram,
    /// Time a guard or permit was held (sampled when it was taken without a wait).
    pub hold: Histogram,
    /// Time a message spent in the queue (sampled).
    pub dwell: Histogram,
    /// Waits of senders for room.
    pub send_wait: Histogram,
    /// Of a reader-writer lock, the waits of writers; `wait` has those of readers.
    pub write_wait: Histogram,
    /// Of a reader-writer lock, the time that writers had it; `hold` has that of readers.
    pub write_hold: Histogram,
    /// Locks and permits taken, arrivals at barriers, all together.
    pub acquired: u64,
    /// Messages sent into all of its queues, calls that notify, those that are gone included, so that it never goes down.
    pub sent: u64,
    /// Messages received from all of its queues, those that are gone included.
    pub received: u64,
    /// Messages that receivers of its broadcast channels were too slow to get.
    pub missed: u64,
}

/// A live resource. What its kind does not have, or what is not known, is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Its identity.
    pub id: ResourceId,
    /// Where it was created, what it is, and its pool.
    pub group: ResourceGroupId,
    /// When it was created.
    pub created_at: u64,
    /// The task that created it.
    pub creator: Option<TaskId>,
    /// Whether all uses of it go through the drop-in: false once the plain value was handed out or came from
    /// outside.
    pub covered: bool,
    /// Whether it was closed: no more messages or permits will come.
    pub closed: bool,
    /// Messages in the queue, of a broadcast channel for the receiver that is furthest behind; 0 without a receiver, `None`
    /// if it is not covered, or if it holds no messages, as a watch channel does.
    pub depth: Option<u64>,
    /// Messages the queue can hold; `None` if none ever waits for room, or if that is not known.
    pub capacity: Option<u64>,
    /// Live senders; `None` if it is not covered.
    pub senders: Option<u64>,
    /// Live receivers, likewise.
    pub receivers: Option<u64>,
    /// Messages sent through the drop-in; of a `Notify`, calls that notify; of a watch channel, new values.
    pub sent: Option<u64>,
    /// Messages received through the drop-in; `None` for a queue in which every receiver gets every message.
    pub received: Option<u64>,
    /// Messages that a receiver of a broadcast channel was too slow to get, counted for each receiver.
    pub missed: Option<u64>,
    /// Permits of a semaphore, those that are out included.
    pub permits: Option<u64>,
    /// Permits of a semaphore that were added to it after it was made.
    pub permits_added: Option<u64>,
    /// Permits of a semaphore that were taken away for good.
    pub permits_forgotten: Option<u64>,
    /// Of a lock or a semaphore, the tries that were refused in a row; `None` if there are none.
    pub refused: Option<Refused>,
    /// Permits that are out; of a queue, the room that was reserved and not used yet.
    pub permits_out: Option<u64>,
    /// How many must arrive at a barrier before they all go on.
    pub parties: Option<u64>,
    /// How many of them are there, those included that have given up waiting; `None` if it is not covered.
    pub arrived: Option<u64>,
    /// The task that sent or notified last.
    pub last_sender: Option<TaskId>,
    /// The task that received last.
    pub last_receiver: Option<TaskId>,
}

impl Resource {
    /// Whether permits were ever added to it, or taken away for good. Then they may be a signal: whoever waits for one may
    /// get one that nobody has now.
    pub fn is_resized(&self) -> bool {
        [self.permits_added, self.permits_forgotten].iter().flatten().any(|permits| *permits > 0)
    }
}

/// Tries of one task, one after the other, that found a lock or permits taken. Its row ends when it is served or when
/// another task is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Who tried.
    pub task: TaskId,
    /// How often.
    pub tries: u64,
    /// When the first of them was.
    pub since: u64,
}

/// What a wait is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// To lock a mutex.
    Lock,
    /// To lock for reading.
    Read,
    /// To lock for writing.
    Write,
    /// To take permits.
    Acquire,
    /// To send, or for room to send.
    Send,
    /// To receive.
    Recv,
    /// For a new value of a watch channel.
    Changed,
    /// For a notification.
    Notified,
    /// For a barrier or a condition.
    Wait,
    /// For the end of a task.
    Join,
    /// For a once-cell to be written.
    Init,
    /// For a time.
    Sleep,
    /// For input or output.
    Io,
    /// For something else, by intent for ever.
    Pending,
    /// For something else.
    Other,
}

impl Op {
    /// Whether those who wait so for a resource of tokio's stand in one queue, the first of which is served first. Who waits
    /// for the other side of a channel stands beside it.
    pub(crate) fn is_served_in_order(self) -> bool {
        matches!(self, Op::Lock | Op::Read | Op::Write | Op::Acquire | Op::Send)
    }
}

/// One future, or one blocked thread, that waits for one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// Who waits; `None` outside of any task that is recorded.
    pub task: Option<TaskId>,
    /// What for; `None` if it is no resource.
    pub resource: Option<ResourceId>,
    /// The task whose end is waited for.
    pub target: Option<TaskId>,
    /// Whether the end of any of those is waited for that this task has spawned into a set.
    pub children: bool,
    /// The operation.
    pub op: Op,
    /// Where the operation was called; of a value that is a future itself, where the nearest await that has a site is.
    pub place: Place,
    /// When the wait began.
    pub since: u64,
    /// Whether the task's last poll polled this future: false for one that is kept but not polled.
    pub current: bool,
    /// How many polls of its task have ended since the one that polled this future; `None` if it is no future.
    pub unpolled: Option<u32>,
    /// Whether it was last polled with the task's own waker, so that the waker balance holds.
    pub own_waker: bool,
    /// Whether there is no waker, and the thread is blocked until the wait is over.
    pub blocking: bool,
    /// Whether it blocks the thread for a limited time: it then ends by itself.
    pub timed: bool,
    /// Permits asked for; 1 for everything else.
    pub amount: u32,
}

/// A guard or some permits that are out.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    /// Of which resource.
    pub resource: ResourceId,
    /// Who took it; `None` outside of any task that is recorded.
    pub task: Option<TaskId>,
    /// The operation that took it: it tells the readers of a lock from its writer.
    pub op: Op,
    /// Where it was taken.
    pub place: Place,
    /// When it was taken; `None` if this was not sampled.
    pub since: Option<u64>,
    /// How many permits; 1 for a lock.
    pub amount: u32,
    /// Whether the guard is an owned one, which may have been given to another task since: it often is; or one that any of
    /// too many tasks may have. Then `task` took it, and nothing follows from what that task does now.
    pub movable: bool,
    /// Of another one, the live tasks that may have it in place of `task` all the same, if its lock is borrowed for ever:
    /// those that it has spawned since, and those that they have.
    pub may_be_with: TaskList,
}

/// A thread of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The system's number.
    pub number: u64,
    /// Its name as the system has it: the first 15 bytes of the one it was given.
    pub name: String,
    /// The runtime that it works for: a place in [`Snapshot::runtimes`].
    pub runtime: Option<u32>,
    /// The task that it polls now, the innermost one if there are several.
    pub task: Option<TaskId>,
    /// Whether it may block now: it is inside of `block_in_place`.
    pub may_block: bool,
    /// Time on a processor, since it began; `None` if it was not asked for.
    pub cpu: Option<u64>,
    /// Time in which it could have run and no processor was free, since it began; the system adds it up when it runs again.
    /// `None` if it was not asked for.
    pub delayed: Option<u64>,
    /// What else the operating system says about it; `None` unless the poll has lasted for a while, or if nothing is said.
    pub kernel: Option<Kernel>,
}

/// What the operating system says about a thread. Times are since the thread began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kernel {
    /// Whether it sleeps inside of a system call.
    pub asleep: bool,
    /// The function of the kernel that it sleeps in, if that is shown.
    pub wait: Option<String>,
    /// Time on a processor in the kernel; it grows in large steps.
    pub system: u64,
}

/// A tokio runtime.
#[derive(Clone, Debug, PartialEq)]
pub struct Runtime {
    /// Name: its threads' name.
    pub name: String,
    /// Worker threads.
    pub workers: u64,
    /// Tasks alive by the runtime's own count, those that the agent does not see included.
    pub alive_tasks: u64,
    /// Tasks in the global queue.
    pub global_queue: u64,
    /// Time in which the workers were not parked.
    pub busy: u64,
    /// How many threads it may have for blocking jobs; `None` if that is not known.
    pub blocking_limit: Option<u64>,
}

/// What the agent itself did and lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgentStats {
    /// Bytes of memory it holds, slots excluded.
    pub memory: u64,
    /// Bytes of slots: of tasks, resources, waits, guards, ends of channels and handles of what is shared.
    pub slot_memory: u64,
    /// Tasks, resources, waits, histograms that were not recorded for want of room, by kind.
    pub dropped: Vec<(&'static str, u64)>,
    /// Places in the source of which not everything is seen, and why.
    pub uncovered: Vec<(Place, &'static str)>,
    /// Whether recording is on.
    pub enabled: bool,
}

//! What a look at the program costs, by the number of live tasks and what they do: each part of it, a glance, the share
//! of a core that the agent's watcher takes over a while, and how long it takes until two tasks that lock each other out
//! are found among the others.
//!
//! Run with `cargo bench -p taskscope --bench looks`, with numbers of tasks and names of shapes as arguments if others are
//! wanted, and with `parts` if the watcher is not. Each line is measured in a process of its own, in milliseconds of CPU
//! time.
#![expect(clippy::print_stdout, reason = "a bench shows its numbers")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run ends")]

#[path = "../tests/support/client.rs"]
mod client;

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};
use taskscope::capacity::Capacity;
use taskscope::detect::{FindingKind, Ledger, Trend, detect};
use taskscope::snapshot::{Detail, Point, Snapshot, SpuriousPolls, Totals};
use taskscope::tokio::sync::{Barrier, Mutex, Semaphore, mpsc, oneshot, watch};
use taskscope::{Agent, tokio};

/// The least rounds, and the least milliseconds of CPU time, of a measurement.
const ROUNDS: u32 = 3;
const ENOUGH: f64 = 100.0;
const PATIENCE: u64 = 30_000_000_000;
/// For how long the watcher is watched: long enough for several looks, however dear.
const WATCH: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// What the tasks do.
const SHAPES: [&str; 14] = [
    "both", "asleep", "queue", "permits", "reply", "some", "held", "owned", "lent", "notify", "lost",
    "behind", "senders", "watch",
];
/// What leaves the watcher out.
const PARTS: &str = "parts";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let mut numbers: Vec<usize> = arguments.iter().filter_map(|arg| arg.parse().ok()).collect();
    let mut shapes: Vec<&str> =
        SHAPES.into_iter().filter(|shape| arguments.iter().any(|arg| arg == shape)).collect();
    let parts = arguments.iter().any(|arg| arg == PARTS);
    if let ([tasks], [shape]) = (&numbers[..], &shapes[..]) {
        return measure(*tasks, shape, parts);
    }
    if numbers.is_empty() {
        numbers = vec![1_000, 10_000, 100_000, 1_000_000];
    }
    if shapes.is_empty() {
        shapes = vec!["both"];
    }
    println!(
        "{:>9} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8}",
        "tasks", "", "light", "full", "trend", "detect", "rest", "look", "glance", "of a core", "proof"
    );
    for tasks in numbers {
        for shape in &shapes {
            let program = std::env::current_exe().unwrap();
            let mut line = std::process::Command::new(program);
            line.arg(tasks.to_string()).arg(shape).args(parts.then_some(PARTS));
            assert!(line.status().unwrap().success());
        }
    }
}

/// Two locks for two tasks.
struct Circle {
    locks: [Arc<Mutex<()>>; 2],
    both: Arc<Barrier>,
}

impl Default for Circle {
    fn default() -> Self {
        Self { locks: Default::default(), both: Arc::new(Barrier::new(2)) }
    }
}

impl Circle {
    /// The tasks lock each other out.
    fn close(&self, runtime: &tokio::runtime::Runtime) {
        for n in 0..2 {
            let (mine, other, both) = (self.locks[n].clone(), self.locks[1 - n].clone(), self.both.clone());
            drop(runtime.spawn(async move {
                let _mine = mine.lock().await;
                both.wait().await;
                let _other = other.lock().await;
            }));
        }
    }
}

/// What the tasks wait for, and what must be kept while they do.
struct World {
    gate: Arc<Semaphore>,
    /// With permits for one task in ten.
    pool: Arc<Semaphore>,
    lock: Arc<Mutex<()>>,
    full: mpsc::Sender<()>,
    news: watch::Sender<()>,
    receiver: mpsc::Receiver<()>,
    messages: Vec<mpsc::Sender<()>>,
    replies: Vec<oneshot::Sender<()>>,
}

impl World {
    fn new(tasks: usize) -> Self {
        let (full, receiver) = mpsc::channel(1);
        full.try_send(()).unwrap();
        Self {
            gate: Arc::new(Semaphore::new(0)),
            pool: Arc::new(Semaphore::new(tasks.div_ceil(10))),
            lock: Arc::default(),
            full,
            news: watch::channel(()).0,
            receiver,
            messages: Vec::new(),
            replies: Vec::new(),
        }
    }

    /// The task of this number: for "both", half of them wait for permits, and half for messages in queues of a hundred
    /// tasks each; for "some", one in a hundred moves; for "held" and "owned", one in ten has what the others wait for, and
    /// for "behind" one of all; for "lost", nobody has a waker.
    fn spawn(&mut self, shape: &str, number: usize) {
        let (gate, pool, lock) = (self.gate.clone(), self.pool.clone(), self.lock.clone());
        match (shape, number % 100) {
            ("some", 0) => drop(tokio::spawn(async {
                loop {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            })),
            ("asleep" | "some" | "lent", _) => drop(tokio::spawn(tokio::time::sleep(DAY))),
            ("reply", _) => {
                let (send, receive) = oneshot::channel::<()>();
                drop(tokio::spawn(receive));
                self.replies.push(send);
            }
            ("held", _) => drop(tokio::spawn(async move {
                let _permit = pool.acquire().await;
                tokio::time::sleep(DAY).await;
            })),
            ("owned", _) => drop(tokio::spawn(async move {
                let _permit = pool.acquire_owned().await;
                tokio::time::sleep(DAY).await;
            })),
            ("lost", _) => drop(tokio::spawn(pending::<()>())),
            ("behind", _) => drop(tokio::spawn(async move {
                let _guard = lock.lock().await;
                pending::<()>().await;
            })),
            ("senders", _) => {
                let full = self.full.clone();
                drop(tokio::spawn(async move { full.send(()).await.is_err() }));
            }
            ("watch", _) => {
                let mut news = self.news.subscribe();
                drop(tokio::spawn(async move { news.changed().await.is_err() }));
            }
            (shape, n) if shape == "queue" || shape == "both" && n % 2 == 1 => {
                let (send, mut receive) = mpsc::channel::<()>(8);
                drop(tokio::spawn(async move { receive.recv().await }));
                self.messages.push(send);
            }
            _ => drop(tokio::spawn(async move { gate.acquire().await.is_err() })),
        }
    }
}

/// Gives a permit that is borrowed for ever to each of so many tasks that it spawns.
fn lend(permits: usize) {
    let pool: &Semaphore = Box::leak(Box::new(Semaphore::new(permits)));
    drop(tokio::spawn(async move {
        for _ in 0..permits {
            let permit = pool.acquire().await;
            drop(tokio::spawn(async move {
                let _permit = permit;
                tokio::time::sleep(DAY).await;
            }));
        }
        tokio::time::sleep(DAY).await;
    }));
}

#[taskscope::instrument_pool(name = "party")]
mod party {
    use std::sync::Arc;
    use taskscope::tokio;
    use taskscope::tokio::sync::Notify;

    async fn waits(notify: Arc<Notify>) {
        notify.notified().await;
    }

    /// So many tasks that wait for one another.
    pub(super) fn spawn(tasks: usize) {
        let notify = Arc::new(Notify::new());
        for _ in 0..tasks {
            drop(tokio::spawn(waits(Arc::clone(&notify))));
        }
    }
}

fn measure(tasks: usize, shape: &str, parts: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let guard = runtime.enter();
    // First: of so many resources not all find room.
    let circle = Circle::default();
    let mut world = World::new(tasks);
    match shape {
        "notify" => party::spawn(tasks),
        "lent" => lend(tasks / 10),
        _ => {}
    }
    let others = match shape {
        "notify" => 0,
        "lent" => tasks - tasks / 10,
        _ => tasks,
    };
    for number in 0..others {
        world.spawn(shape, number);
    }
    drop(guard);
    std::thread::sleep(Duration::from_millis(500 + tasks as u64 / 100));
    let light = mean(|| drop(Snapshot::read(Detail::Light)));
    let full = mean(|| drop(Snapshot::read(Detail::Full)));
    let (before, now) = (Snapshot::read(Detail::Light), Snapshot::read(Detail::Light));
    let mut kept = Trend::new(4 * PATIENCE);
    let trend = mean(|| {
        let mut trend = Trend::new(4 * PATIENCE);
        trend.push(&before);
        kept = trend;
    });
    let mut findings = Vec::new();
    let found = mean(|| findings = detect(Some(&before), &now, &kept, PATIENCE));
    let rest = mean(|| {
        let mut capacity = Capacity::new(PATIENCE / 3, 2);
        if capacity.push(&now) {
            drop(capacity.close(&now, &Totals::read()));
        }
        drop(Point::of(&now));
        SpuriousPolls::default().push(&before, &now);
        Ledger::default().update(findings.clone(), &now, PATIENCE);
    });
    drop((before, now));
    let look = light + trend + found + rest;
    let watched = if parts { String::new() } else { watched(&runtime, &circle) };
    println!(
        "{tasks:>9} {shape:>8} {light:>8.2} {full:>8.2} {trend:>8.2} {found:>8.2} {rest:>8.2} {look:>8.2} {watched}"
    );
    drop((world.receiver, world.messages, world.replies));
}

/// The share of a core that the watcher of an agent takes, once it has found its pace; what a glance costs, if there are
/// any; and the seconds from a deadlock to its finding.
fn watched(runtime: &tokio::runtime::Runtime, circle: &Circle) -> String {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().unwrap();
    std::thread::sleep(Duration::from_secs(5));
    let (before, start) = (watcher_cpu(), Instant::now());
    std::thread::sleep(WATCH);
    let share = (watcher_cpu() - before).as_secs_f64() / start.elapsed().as_secs_f64();
    let start = Instant::now();
    circle.close(runtime);
    let locks = || agent.findings().iter().any(|record| record.finding.kind == FindingKind::Deadlock);
    while !locks() && start.elapsed() < 10 * WATCH {
        std::thread::sleep(Duration::from_millis(10));
    }
    let proof = start.elapsed().as_secs_f64();
    let (_, coverage) = client::get(agent.local_addr().unwrap(), "/api/v1/coverage");
    let cost =
        coverage.split_once("\"glances\":{").and_then(|(_, glances)| glances.split_once("cpu_seconds\":"));
    let cost = cost.and_then(|(_, cost)| cost.split([',', '}']).next()?.parse::<f64>().ok());
    let glance = cost.map_or_else(|| "-".to_owned(), |cost| format!("{:.2}", cost * 1e3));
    format!("{glance:>8} {:>7.2} % {proof:>6.1} s", share * 100.0)
}

/// CPU time of the agent's watcher, as the system has it.
fn watcher_cpu() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let watcher = tasks.map(|task| task.path()).find(|path| {
        std::fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim() == "taskscope-watch")
    });
    let schedstat = std::fs::read_to_string(watcher.unwrap().join("schedstat")).unwrap();
    Duration::from_nanos(schedstat.split(' ').next().unwrap().parse().unwrap())
}

/// Milliseconds of CPU time of this thread for one round: as many rounds as it takes for the system to count them well.
fn mean(mut what: impl FnMut()) -> f64 {
    let cpu = || {
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
    };
    // Once for the memory that the first round has to get from the system.
    what();
    let (start, mut rounds) = (cpu(), 0);
    loop {
        what();
        rounds += 1;
        let passed = cpu() - start;
        if rounds >= ROUNDS && passed >= ENOUGH {
            return passed / f64::from(rounds);
        }
    }
}

//! What a look at the program costs, by the number of live tasks: each part of it, and the share of a core that the
//! agent's watcher takes over a while.
//!
//! Run with `cargo bench -p taskscope --bench looks`, with numbers of tasks as arguments if others are wanted. Each number
//! is measured in a process of its own, in milliseconds of CPU time.
#![expect(clippy::print_stdout, reason = "a bench shows its numbers")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run ends")]

use std::sync::Arc;
use std::time::{Duration, Instant};
use taskscope::capacity::Capacity;
use taskscope::detect::{Ledger, Trend, detect};
use taskscope::snapshot::{Detail, Point, Snapshot, SpuriousPolls, Totals};
use taskscope::tokio::sync::{Semaphore, mpsc};
use taskscope::{Agent, tokio};

/// The least rounds, and the least milliseconds of CPU time, of a measurement.
const ROUNDS: u32 = 3;
const ENOUGH: f64 = 100.0;
const PATIENCE: u64 = 30_000_000_000;
/// For how long the watcher is watched: long enough for several looks, however dear.
const WATCH: Duration = Duration::from_secs(60);

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    if let [tasks] = numbers[..] {
        return measure(tasks);
    }
    let numbers = if numbers.is_empty() { vec![1_000, 10_000, 100_000, 1_000_000] } else { numbers };
    println!(
        "{:>9} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9}",
        "tasks", "light", "full", "trend", "detect", "rest", "look", "of a core"
    );
    for tasks in numbers {
        let program = std::env::current_exe().unwrap();
        assert!(std::process::Command::new(program).arg(tasks.to_string()).status().unwrap().success());
    }
}

/// Tasks of which half wait for permits, and half for messages in queues of a hundred tasks each.
fn measure(tasks: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let guard = runtime.enter();
    let gate = Arc::new(Semaphore::new(0));
    let mut senders = Vec::new();
    for number in 0..tasks {
        let gate = gate.clone();
        if number % 2 == 0 {
            drop(tokio::spawn(async move { gate.acquire().await.is_err() }));
        } else {
            let (send, mut receive) = mpsc::channel::<()>(8);
            drop(tokio::spawn(async move { receive.recv().await }));
            senders.push(send);
        }
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
    let found = mean(|| drop(detect(Some(&before), &now, &kept, PATIENCE)));
    let rest = mean(|| {
        let mut capacity = Capacity::new(PATIENCE / 3, 2);
        if capacity.push(&now) {
            drop(capacity.close(&now, &Totals::read()));
        }
        drop(Point::of(&now));
        SpuriousPolls::default().push(&before, &now);
        Ledger::default().update(Vec::new(), &now, PATIENCE);
    });
    drop((before, now));
    let look = light + trend + found + rest;
    let share = watched();
    println!(
        "{tasks:>9} {light:>8.2} {full:>8.2} {trend:>8.2} {found:>8.2} {rest:>8.2} {look:>8.2} {:>7.2} %",
        share * 100.0
    );
    drop(senders);
}

/// The share of a core that the watcher of an agent takes, once it has found its pace.
fn watched() -> f64 {
    let _agent = Agent::builder().addr(None).start().unwrap();
    std::thread::sleep(Duration::from_secs(5));
    let (before, start) = (watcher_cpu(), Instant::now());
    std::thread::sleep(WATCH);
    (watcher_cpu() - before).as_secs_f64() / start.elapsed().as_secs_f64()
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

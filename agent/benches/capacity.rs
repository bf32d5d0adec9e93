//! Queueing facts of a running program against what it did and against theory: independent arrivals, workers whose
//! service times are exponential or steady, at several loads. Each row takes a minute and a half.
//!
//! Run with `cargo bench -p taskscope --bench capacity`. Nothing is asserted: the columns stand side by side.
#![expect(clippy::print_stdout, reason = "a bench shows its numbers")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]
#![expect(clippy::unwrap_used, reason = "a bench that cannot run ends")]

#[path = "../tests/support/client.rs"]
mod client;

use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use taskscope::tokio::sync::{Mutex, mpsc};
use taskscope::tokio::time::{Instant as Time, sleep_until};
use taskscope::{Agent, tokio};

/// A third of it is a step, twice of it a window.
const PATIENCE: Duration = Duration::from_secs(9);
/// How long each row takes: the last window of it is shown.
const LENGTH: Duration = Duration::from_secs(90);
const SERVICE: f64 = 0.02;

/// What the program itself counts.
#[derive(Debug, Default)]
struct Counts {
    served: AtomicU64,
    waited: AtomicU64,
    busy: AtomicU64,
}

/// Numbers from 0 to 1 that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -self.roll().ln() * mean
    }
}

fn main() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).stuck_after(PATIENCE).start().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    println!("each cell: by the agent / by the program itself; the wait also by M/M/c");
    println!(
        "workers  service      utilization      service ms         wait ms               little  off by"
    );
    for (workers, load, steady) in
        [(1, 0.7, false), (4, 0.7, false), (4, 0.85, false), (8, 0.93, false), (8, 0.93, true)]
    {
        row(&agent, &runtime, workers, load, steady);
    }
}

fn row(agent: &Agent, runtime: &tokio::runtime::Runtime, workers: u32, load: f64, steady: bool) {
    let counts = Arc::new(Counts::default());
    let done = Time::now() + LENGTH;
    let guard = runtime.enter();
    let (send, receive) = mpsc::unbounded_channel::<(Instant, f64)>();
    let receive = Arc::new(Mutex::new(receive));
    for _ in 0..workers {
        let (receive, counts) = (receive.clone(), counts.clone());
        tokio::spawn(async move {
            loop {
                let message = receive.lock().await.recv().await;
                let Some((sent, service)) = message else { return };
                let start = Instant::now();
                sleep_until(Time::now() + Duration::from_secs_f64(service)).await;
                counts.waited.fetch_add((start - sent).as_nanos() as u64, Relaxed);
                counts.busy.fetch_add(start.elapsed().as_nanos() as u64, Relaxed);
                counts.served.fetch_add(1, Relaxed);
            }
        });
    }
    tokio::spawn(async move {
        let mut dice = Dice(u64::from(workers) * 1000 + u64::from(steady));
        let mut next = Time::now();
        while next < done {
            next += Duration::from_secs_f64(dice.exponential(SERVICE / (load * f64::from(workers))));
            sleep_until(next).await;
            let service = if steady { SERVICE } else { dice.exponential(SERVICE) };
            let _ = send.send((Instant::now(), service));
        }
    });
    drop(guard);
    // The last step that was closed began at most a step before the end.
    let window = PATIENCE * 2;
    std::thread::sleep(LENGTH - window);
    let read = || [&counts.served, &counts.waited, &counts.busy].map(|count| count.load(Relaxed) as f64);
    let (before, start) = (read(), Instant::now());
    std::thread::sleep(window - Duration::from_millis(500));
    let (after, seconds) = (read(), start.elapsed().as_secs_f64());
    let [served, waited, busy] = [0, 1, 2].map(|n| after[n] - before[n]);
    show(agent, workers, steady, served / seconds, waited / served / 1e9, busy / served / 1e9);
    std::thread::sleep(Duration::from_secs(2));
}

fn show(agent: &Agent, workers: u32, steady: bool, rate: f64, wait: f64, service: f64) {
    let pools: Value =
        serde_json::from_str(&client::get(agent.local_addr().unwrap(), "/api/v1/pools").1).unwrap();
    let pools = pools["pools"].as_array().unwrap();
    let queues = pools.iter().flat_map(|pool| pool["queues"].as_array().unwrap());
    let facts = queues.map(|queue| &queue["queueing"]).find(|facts| !facts.is_null()).unwrap();
    let ms = |name: &str| {
        facts[name].as_f64().map_or_else(|| "?".to_owned(), |value| format!("{:.1}", value * 1e3))
    };
    let percent =
        |name: &str| facts[name].as_f64().map_or_else(|| "?".to_owned(), |v| format!("{:.1} %", v * 100.0));
    println!(
        "{:>2} of {workers:<2} {:<12} {:>6} / {:>6.1} %  {:>5} / {:<8.1}  {:>5} / {:>5.1} / {:<5.1} {:>10} {:>8}",
        facts["workers"].as_u64().unwrap_or(0),
        if steady { "steady" } else { "exponential" },
        percent("utilization"),
        rate * service / f64::from(workers) * 100.0,
        ms("service_seconds"),
        service * 1e3,
        ms("wait_seconds"),
        wait * 1e3,
        erlang(workers, rate * service) * service * 1e3,
        facts["little_ratio"].as_f64().map_or_else(|| "?".to_owned(), |value| format!("{value:.2}")),
        percent("prediction_error"),
    );
    if let Some(text) = facts["advice"]["text"].as_str() {
        println!("    {text}");
    }
}

/// The mean wait of M/M/c in service times, written down a second time, term by term.
fn erlang(workers: u32, load: f64) -> f64 {
    let term = |n: u32| (1..=n).fold(1.0, |term, k| term * load / f64::from(k));
    let all_busy = term(workers) * f64::from(workers) / (f64::from(workers) - load);
    let some_free: f64 = (0..workers).map(term).sum();
    all_busy / (some_free + all_busy) / (f64::from(workers) - load)
}

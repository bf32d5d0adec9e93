//! Pools of rayon as a client of the API sees them: their threads, who waits for them, and who is stuck with them.
#![cfg(feature = "rayon")]
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/answers.rs"]
mod answers;

use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use taskscope::Agent;

/// Everything here, but for the idle pool, lasts as long as the process.
#[taskscope::instrument_pool(name = "sums")]
mod sums {
    use std::sync::{Arc, Barrier, Mutex};
    use std::thread;
    use taskscope::rayon::prelude::*;
    use taskscope::rayon::{ThreadPool, ThreadPoolBuilder};

    pub(super) const MADE: u32 = line!() + 4;

    fn pool(threads: usize, name: &'static str) -> ThreadPool {
        let workers =
            ThreadPoolBuilder::new().num_threads(threads).thread_name(move |n| format!("{name}-{n}"));
        workers.build().expect("threads")
    }

    /// Works through a pool, with all that it has, and leaves it idle.
    pub(super) fn idle() -> ThreadPool {
        let pool = pool(2, "idle");
        let sum: u64 = pool.install(|| (0..1_000_u64).into_par_iter().sum());
        let (left, right) = pool.join(|| 1, || 2);
        let total = Mutex::new(sum + left + right);
        let add = |n| *total.lock().expect("no panic") += n;
        pool.scope(|scope| scope.spawn(|_| add(1)));
        pool.in_place_scope(|scope| scope.spawn(|_| add(1)));
        pool.broadcast(|_| add(1));
        assert_eq!(total.into_inner().expect("no panic"), 499_507);
        pool
    }

    /// Where the jobs take the lock, and where somebody waits for one of them.
    pub(super) const JOB: u32 = line!() + 14;
    pub(super) const INSTALL: u32 = line!() + 15;

    /// A thread has the lock that a job wants, and waits for that job.
    pub(super) fn deadlock() {
        let pool = pool(2, "stuck");
        let total = Arc::new(Mutex::new(0));
        let other = total.clone();
        thread::Builder::new()
            .name("caller".to_owned())
            .spawn(move || {
                let held = total.lock().expect("no panic");
                let add = || {
                    let total = &other;
                    *total.lock().expect("no panic") += 1;
                };
                pool.install(add);
                drop(held);
            })
            .expect("a thread");
    }

    pub(super) const QUEUED: u32 = line!() + 17;

    /// The only thread of a pool wants a lock, whose holder waits for the pool to begin with another job.
    pub(super) fn behind() {
        let pool = pool(1, "single");
        let total = Arc::new(Mutex::new(0));
        let both = Arc::new(Barrier::new(2));
        let (other, ready) = (total.clone(), both.clone());
        thread::Builder::new()
            .name("behind".to_owned())
            .spawn(move || {
                let held = total.lock().expect("no panic");
                pool.spawn(move || {
                    ready.wait();
                    *other.lock().expect("no panic") += 1;
                });
                both.wait();
                pool.install(|| ());
                drop(held);
            })
            .expect("a thread");
    }
}

fn named(document: &Value, name: &str) -> Option<Value> {
    document["tasks"].as_array()?.iter().find(|task| task["name"] == name).cloned()
}

fn place(line: u32) -> String {
    format!("agent/tests/rayon_api.rs:{line}:")
}

fn starts(at: &Value, line: u32) -> bool {
    at.as_str().is_some_and(|at| at.starts_with(&place(line)))
}

fn findings(addr: SocketAddr) -> Vec<Value> {
    let document = answers::json(addr, "/api/v1/findings");
    document["findings"].as_array().cloned().unwrap_or_default()
}

#[test]
fn threads_of_pools_are_seen_and_who_is_stuck_with_them() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("an agent");
    let addr = agent.local_addr().expect("a listener");
    let idle = sums::idle();
    // Idle threads are threads that run, with their names, their place and their pool.
    for name in ["idle-0", "idle-1"] {
        let task = answers::until(addr, "/api/v1/tasks?limit=1000", |document| named(document, name));
        assert_eq!(
            (&task["kind"], &task["pool"], &task["state"]),
            (&"thread".into(), &"sums".into(), &"running".into())
        );
        assert!(starts(&task["spawned_at"], sums::MADE), "{task:#}");
    }
    // Many looks of the agent at an idle pool.
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(3) {
        assert_eq!(findings(addr), Vec::<Value>::new());
        std::thread::sleep(Duration::from_millis(200));
    }

    sums::deadlock();
    sums::behind();
    let caller = answers::until(addr, "/api/v1/tasks?limit=1000", |document| {
        named(document, "caller").filter(|task| task["waiting_on"][0]["op"] == "join")
    });
    assert!(starts(&caller["waiting_on"][0]["at"], sums::INSTALL), "{caller:#}");
    let worker = answers::until(addr, "/api/v1/tasks?limit=1000", |document| {
        let either = ["stuck-0", "stuck-1"].into_iter().filter_map(|name| named(document, name));
        either.into_iter().find(|task| task["waiting_on"][0]["op"] == "lock")
    });
    assert!(starts(&worker["waiting_on"][0]["at"], sums::JOB), "{worker:#}");
    answers::until(addr, "/api/v1/graph", |graph| {
        let both = |cycle: &Value| {
            let has = |task: &Value| cycle.as_array().is_some_and(|nodes| nodes.contains(&task["id"]));
            has(&caller) && has(&worker)
        };
        graph["cycles"].as_array()?.iter().any(both).then_some(())
    });
    let found = answers::until(addr, "/api/v1/findings", |_| {
        let found = findings(addr);
        (found.len() == 2).then_some(found)
    });
    for (name, line) in [("caller", sums::INSTALL), ("behind", sums::QUEUED)] {
        let one = found.iter().find(|finding| {
            let tasks = finding["tasks"].as_array();
            tasks.is_some_and(|tasks| tasks.iter().any(|task| task["name"] == name))
        });
        let one = one.expect("a finding");
        assert_eq!((&one["kind"], &one["certainty"]), (&"deadlock".into(), &"proven".into()));
        let summary = one["summary"].as_str().expect("a text");
        assert!(summary.contains(&format!("`{name}` waits at {}", place(line))), "{summary}");
    }
    drop(idle);
    answers::until(addr, "/api/v1/tasks?limit=1000", |document| {
        (named(document, "idle-0").is_none() && named(document, "idle-1").is_none()).then_some(())
    });
}

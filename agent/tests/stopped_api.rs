//! Threads and tasks that are stopped by each primitive that the other tests of this kind leave out, as the API shows them:
//! the resource, who holds it since which line, the operation, the line and how long, in the lists and in the graph.
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/answers.rs"]
mod answers;

use answers::{json, until};
use serde_json::Value;
use std::net::SocketAddr;
use taskscope::{Agent, tokio};

/// What a thread or a task is stopped by.
struct Case {
    /// The kind of the resource, the operation, and the line of the wait.
    wait: (&'static str, &'static str, u32),
    /// The line of the hold that keeps it waiting, if there is one.
    hold: Option<u32>,
}

/// Every thread and task here waits, or holds something, as long as the process lives.
#[taskscope::instrument_pool(name = "stopped")]
mod stopped {
    use super::Case;
    use std::sync::{Arc, Barrier, Condvar, Mutex, OnceLock, RwLock, mpsc};
    use std::thread;
    use taskscope::{crossbeam_channel, parking_lot};

    fn forever() {
        loop {
            thread::park();
        }
    }

    /// Takes something on a thread of its own and keeps it.
    macro_rules! keep {
        ($value:ident, $taken:expr) => {{
            let ($value, both) = ($value.clone(), Arc::new(Barrier::new(2)));
            let ready = both.clone();
            thread::spawn(move || {
                let _kept = $taken;
                ready.wait();
                forever();
            });
            both.wait();
            Some(line!())
        }};
    }

    pub(super) fn threads() -> Vec<Case> {
        let mut cases = Vec::from(locks());
        cases.extend(parking_locks());
        cases.extend([condition(), barrier(), cell(), received(), sent(), taken(), put()]);
        cases
    }

    fn locks() -> [Case; 3] {
        let lock = Arc::new(Mutex::new(0));
        let hold = keep!(lock, lock.lock().expect("no panic"));
        thread::spawn(move || drop(lock.lock().expect("no panic")));
        let first = Case { wait: ("mutex", "lock", line!() - 1), hold };

        let lock = Arc::new(RwLock::new(0));
        let hold = keep!(lock, lock.write().expect("no panic"));
        thread::spawn(move || drop(lock.read().expect("no panic")));
        let second = Case { wait: ("rwlock", "read", line!() - 1), hold };

        let lock = Arc::new(RwLock::new(0));
        let hold = keep!(lock, lock.read().expect("no panic"));
        thread::spawn(move || drop(lock.write().expect("no panic")));
        [first, second, Case { wait: ("rwlock", "write", line!() - 1), hold }]
    }

    fn parking_locks() -> [Case; 2] {
        let lock = Arc::new(parking_lot::Mutex::new(0));
        let hold = keep!(lock, lock.lock());
        thread::spawn(move || drop(lock.lock()));
        let first = Case { wait: ("mutex", "lock", line!() - 1), hold };

        let lock = Arc::new(parking_lot::RwLock::new(0));
        let hold = keep!(lock, lock.read());
        thread::spawn(move || drop(lock.write()));
        [first, Case { wait: ("rwlock", "write", line!() - 1), hold }]
    }

    fn condition() -> Case {
        let pair = (Mutex::new(0), Condvar::new());
        thread::spawn(move || {
            let guard = pair.0.lock().expect("no panic");
            drop(pair.1.wait_while(guard, |value| *value == 0));
        });
        Case { wait: ("condvar", "wait", line!() - 2), hold: None }
    }

    fn barrier() -> Case {
        let barrier = Barrier::new(2);
        thread::spawn(move || barrier.wait());
        Case { wait: ("barrier", "wait", line!() - 1), hold: None }
    }

    fn cell() -> Case {
        let cell = Arc::new(OnceLock::<u8>::new());
        let (other, both) = (cell.clone(), Arc::new(Barrier::new(2)));
        let ready = both.clone();
        let slow = move || {
            ready.wait();
            forever();
            0
        };
        thread::spawn(move || *other.get_or_init(slow));
        let hold = Some(line!() - 1);
        both.wait();
        thread::spawn(move || *cell.get_or_init(|| 0));
        Case { wait: ("once_cell", "init", line!() - 1), hold }
    }

    fn received() -> Case {
        let (tx, rx) = mpsc::channel::<u8>();
        thread::spawn(move || {
            let _ = rx.recv();
            drop(tx);
        });
        Case { wait: ("mpsc", "recv", line!() - 3), hold: None }
    }

    fn sent() -> Case {
        let (tx, rx) = mpsc::sync_channel::<u8>(0);
        thread::spawn(move || {
            let _ = tx.send(1);
            drop(rx);
        });
        Case { wait: ("mpsc", "send", line!() - 3), hold: None }
    }

    fn taken() -> Case {
        let (tx, rx) = crossbeam_channel::unbounded::<u8>();
        thread::spawn(move || {
            let _ = rx.recv();
            drop(tx);
        });
        Case { wait: ("mpsc", "recv", line!() - 3), hold: None }
    }

    fn put() -> Case {
        let (tx, rx) = crossbeam_channel::bounded::<u8>(0);
        thread::spawn(move || {
            let _ = tx.send(1);
            drop(rx);
        });
        Case { wait: ("mpsc", "send", line!() - 3), hold: None }
    }

    /// Tasks, on the runtime that is entered.
    pub(super) fn tasks() -> Vec<Case> {
        use tokio::sync::mpsc;

        let (tx, mut rx) = mpsc::channel::<u8>(1);
        tokio::spawn(async move {
            let _ = rx.recv().await;
            drop(tx);
        });
        let first = Case { wait: ("mpsc", "recv", line!() - 3), hold: None };

        let (tx, rx) = mpsc::channel::<u8>(1);
        tokio::spawn(async move {
            tx.try_send(1).expect("there is room");
            let _ = tx.send(2).await;
            drop(rx);
        });
        vec![first, Case { wait: ("mpsc", "send", line!() - 3), hold: None }]
    }

    /// What a thread waits for that is no resource: the operation, the line, and whether it is a task's end.
    pub(super) fn others() -> Vec<(&'static str, u32, bool)> {
        let target = thread::spawn(forever);
        thread::spawn(move || target.join().is_ok());
        thread::spawn(|| thread::sleep(std::time::Duration::from_secs(3600)));
        let task = tokio::spawn(std::future::pending::<()>());
        tokio::spawn(async move { task.await });
        vec![("join", line!() - 4, true), ("sleep", line!() - 3, false), ("join", line!() - 1, true)]
    }
}

fn is_at(place: &Value, line: u32) -> bool {
    place.as_str().is_some_and(|place| place.contains(&format!("tests/stopped_api.rs:{line}:")))
}

/// Who waits at this line for longer than `least` seconds, for what, and how long.
fn waits_at(addr: SocketAddr, op: &str, line: u32, least: f64) -> (Value, Value, f64) {
    until(addr, "/api/v1/tasks?pool=stopped&state=waiting&limit=1000", |tasks| {
        let mut tasks = tasks["tasks"].as_array()?.iter();
        let task = tasks.find(|task| is_at(&task["waiting_on"][0]["at"], line))?;
        let wait = &task["waiting_on"][0];
        assert_eq!(wait["op"], op);
        let waited = wait["for_seconds"].as_f64().filter(|waited| *waited > least)?;
        Some((task["id"].clone(), wait.clone(), waited))
    })
}

fn edge(graph: &Value, from: &Value, to: &Value) -> Value {
    let mut edges = graph["edges"].as_array().expect("edges").iter();
    edges.find(|edge| edge["from"] == *from && edge["to"] == *to).expect("an edge").clone()
}

fn check(addr: SocketAddr, case: &Case) {
    let (kind, op, line) = case.wait;
    let (_, _, before) = waits_at(addr, op, line, 0.0);
    let (task, wait, _) = waits_at(addr, op, line, before);
    let resource = wait["resource"].clone();
    let found = json(addr, &format!("/api/v1/resources/{}", resource.as_str().expect("a resource")));
    assert_eq!((&found["kind"], &found["pool"]), (&kind.into(), &"stopped".into()));
    let waiter = &found["waiters"][0];
    assert!(is_at(&waiter["at"], line) && waiter["task"] == task && waiter["op"] == op, "{waiter}");
    let graph = json(addr, "/api/v1/graph");
    let waits = edge(&graph, &task, &resource);
    assert!(waits["kind"] == "waits" && waits["op"] == op && is_at(&waits["at"], line), "{waits}");
    if let Some(line) = case.hold {
        let holder = &found["holders"][0];
        assert!(is_at(&holder["acquired_at"], line) && holder["task"] != task, "{holder}");
        assert_eq!(edge(&graph, &resource, &holder["task"])["kind"], "holds");
    }
}

#[test]
fn the_api_shows_what_stops_a_thread_and_a_task() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("an agent");
    let addr = agent.local_addr().expect("a listener");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let inside = runtime.enter();
    let mut cases = stopped::threads();
    cases.extend(stopped::tasks());
    for case in &cases {
        check(addr, case);
    }
    for (op, line, joins) in stopped::others() {
        let (task, wait, _) = waits_at(addr, op, line, 0.0);
        assert!(wait["resource"].is_null(), "{wait}");
        assert_eq!(wait["task"].is_string(), joins, "{wait}");
        if joins {
            let waits = edge(&json(addr, "/api/v1/graph"), &task, &wait["task"]);
            assert!(waits["kind"] == "waits" && waits["op"] == op && is_at(&waits["at"], line), "{waits}");
        }
    }
    drop(inside);
}

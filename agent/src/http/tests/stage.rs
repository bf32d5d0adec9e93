//! A busy program that is made up, to look at the page with one's own eyes:
//! `cargo test -p taskscope --lib http::tests::stage -- --ignored`, then open <http://127.0.0.1:6061>.

use super::fixture::{self, SECOND, hold, place, resource, resource_group, task, task_group, wait};
use crate::capacity::Facts;
use crate::clock;
use crate::config::Config;
use crate::detect::Record;
use crate::http::{
    About, Cancel, Kept, LockOrders, ProfileError, ProfileKind, ProfileRequest, Server, Source, Stack,
};
use crate::id::{ResourceId, SiteId, TaskId};
use crate::primitive::Mutex;
use crate::snapshot::{
    AgentStats, AwaitEntry, AwaitKind, AwaitSite, Finished, History, Op, Point, Pool, Resource,
    ResourceGroup, ResourceKind, Runtime, Snapshot, Task, TaskGroup, TaskKind, TaskState, Trace, Wait,
};
use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

/// How many requests are in flight.
const REQUESTS: u32 = 240;

#[test]
#[ignore = "serves until its standard input ends"]
fn stage() {
    let source = Arc::new(Stage { started: clock::now(), history: Mutex::default() });
    for age in (0..300u64).rev() {
        let point = Point::of(&crowd(1_000 * SECOND - age * SECOND));
        source.history.lock().push(Point { unix_ms: clock::unix_ms(clock::now()) - age * 1000, ..point });
    }
    let addr = SocketAddr::from(([127, 0, 0, 1], 6061));
    let server = Server::start(addr, &Config::default(), source).expect("a free port");
    eprintln!("http://{}", server.local_addr());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

struct Stage {
    started: u64,
    history: Mutex<History>,
}

impl Source for Stage {
    fn about(&self) -> About {
        let now = clock::now();
        About {
            program: "thumbnails".to_owned(),
            pid: std::process::id(),
            unix_ms: clock::unix_ms(now),
            started_unix_ms: clock::unix_ms(self.started) - 1_000_000,
            overhead_fixed: Some(0.0042),
            overhead_optional: Some(0.0009),
            look_every: Some(0.2),
            look_cpu: Some(0.0006),
            glances: None,
            budget: 0.01,
            stuck_after: 30.0,
            max_memory: 64 << 20,
            sampled: Vec::new(),
            profiles: vec![ProfileKind::Cpu],
        }
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        let now = clock::now();
        let mut snapshot = crowd(1_000 * SECOND + now - self.started);
        snapshot.unix_ms = clock::unix_ms(now);
        let mut history = self.history.lock();
        if history.points().next_back().is_none_or(|last| last.unix_ms + 1000 <= snapshot.unix_ms) {
            history.push(Point::of(&snapshot));
        }
        drop(history);
        Arc::new(snapshot)
    }

    fn findings(&self) -> Vec<Record> {
        let now = self.snapshot();
        let mut records = fixture::records(&fixture::program());
        for (i, record) in records.iter_mut().enumerate() {
            record.since_unix_ms = now.unix_ms - 200_000 + i as u64 * 90_000;
            record.resolved_unix_ms = record.resolved_unix_ms.map(|_| now.unix_ms - 60_000);
        }
        records
    }

    fn capacity(&self) -> Arc<Facts> {
        Arc::default()
    }

    fn history(&self) -> History {
        self.history.lock().clone()
    }

    fn metrics_text(&self, _: bool) -> String {
        "# nothing to see here\n".to_owned()
    }

    fn trace(&self, window: Duration, _cancel: &Cancel) -> Result<Trace, ProfileError> {
        Ok(Trace { to: window.as_nanos() as u64, ..Trace::default() })
    }

    fn kept(&self, _finding: Option<u64>) -> Option<Arc<Kept>> {
        Some(Arc::default())
    }

    fn kept_for(&self) -> Vec<u64> {
        vec![1]
    }

    fn stacks(&self, findings: &[&Record]) -> Vec<Stack> {
        vec![fixture::stack(); findings.len()]
    }

    fn lock_orders(&self) -> Option<LockOrders> {
        None
    }

    fn profile_ready(&self, request: &ProfileRequest) -> Result<(), ProfileError> {
        match request.kind {
            ProfileKind::Cpu => Ok(()),
            _ => Err(ProfileError::Unavailable("only cpu profiles can be taken".to_owned())),
        }
    }

    fn profile(&self, request: &ProfileRequest, cancel: &Cancel) -> Result<Vec<u8>, ProfileError> {
        let (send, receive) = channel();
        cancel.on_cancel(move || drop(send));
        let _ = receive.recv_timeout(request.window) as Result<(), _>;
        Ok(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec())
    }
}

/// A number that looks random and is the same each time.
fn noise(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The program at one moment: the two tasks that wait for each other, and many requests besides.
fn crowd(at: u64) -> Snapshot {
    let tick = at / SECOND;
    let wave = ((tick as f64 / 13.0).sin() + 1.0) / 2.0;
    let mut snapshot = fixture::program();
    snapshot.at = at;
    let shift = at - 60 * SECOND;
    for task in &mut snapshot.tasks {
        task.since += if task.state == TaskState::Waiting { 900 * SECOND } else { shift };
    }
    for wait in &mut snapshot.waits {
        wait.since += if wait.op == Op::Send { shift } else { 900 * SECOND };
    }
    for hold in &mut snapshot.holds {
        hold.since = hold.since.map(|s| s + 900 * SECOND);
    }
    snapshot.pools.push(Pool { name: "http".to_owned() });
    let site = snapshot.sites.len() as u32;
    snapshot.sites.extend(
        [
            ("src/http/serve.rs", 112, 27, "handler(request)"),
            ("src/http/session.rs", 44, 31, "sessions.lock()"),
            ("src/db/pool.rs", 201, 18, "permits.acquire()"),
            ("src/http/body.rs", 78, 40, "body.next()"),
            ("src/http/render.rs", 19, 22, "events.send(event)"),
        ]
        .map(|(file, line, column, label)| AwaitSite { place: place(file, line, column), label }),
    );
    let group = snapshot.task_groups.len() as u32;
    snapshot.task_groups.push(TaskGroup {
        spawned: 500_000 + tick * 800,
        finished: Finished {
            completed: 499_500 + tick * 800,
            aborted: 220,
            panicked: 3,
            ..Finished::default()
        },
        poll: fixture::histogram(&[(90_000, 90_000), (1_500_000, 900), (60_000_000, 4)]),
        schedule_delay: fixture::histogram(&[(5_000, 90_000), (4_000_000, 1_200)]),
        lifetime: fixture::histogram(&[(40_000_000, 9_000), (900_000_000, 100)]),
        ..task_group(3, TaskKind::Task, "connection", place("src/http/serve.rs", 98, 9))
    });
    let first = snapshot.resource_groups.len() as u32;
    let sessions = place("src/http/session.rs", 12, 20);
    snapshot.resource_groups.extend([
        ResourceGroup {
            acquired: 900_000,
            wait: fixture::histogram(&[(90_000, 5_000), (30_000_000, 80)]),
            hold: fixture::histogram(&[(40_000, 5_000), (20_000_000, 60)]),
            ..resource_group(3, ResourceKind::Mutex, "sessions", sessions)
        },
        ResourceGroup {
            acquired: 80_000,
            ..resource_group(3, ResourceKind::Semaphore, "permits", place("src/db/pool.rs", 33, 14))
        },
        ResourceGroup {
            sent: tick * 900,
            received: tick * 900 - 300,
            dwell: fixture::histogram(&[(3_000_000, 900), (90_000_000, 40)]),
            ..resource_group(3, ResourceKind::Mpsc, "events", place("src/http/events.rs", 9, 27))
        },
    ]);
    let depth = (wave * 256.0) as u64;
    snapshot.resources.extend([
        Resource { created_at: 2 * SECOND, ..resource(10, first) },
        Resource { permits: Some(32), permits_out: Some(32), ..resource(11, first + 1) },
        Resource {
            depth: Some(depth),
            capacity: Some(256),
            senders: Some(240),
            receivers: Some(1),
            sent: Some(tick * 900),
            received: Some(tick * 900 - depth),
            ..resource(12, first + 2)
        },
    ]);
    snapshot.holds.push(hold(10, 20, place("src/http/session.rs", 44, 31), Some(at - SECOND / 90)));
    snapshot.holds.extend((0..32).map(|i| hold(11, 100 + i, place("src/db/pool.rs", 201, 18), None)));
    for i in 0..REQUESTS {
        let n = noise(u64::from(i) + tick / 3 * u64::from(i % 3));
        let since = at - n % (7 * SECOND);
        let (state, inner, blocked) = match n % 20 {
            0 => (TaskState::Running, 3, None),
            1 | 2 => (TaskState::Runnable, 3, None),
            3..=6 => (TaskState::Waiting, 1, Some((10, Op::Lock))),
            7..=11 => (TaskState::Waiting, 2, Some((11, Op::Acquire))),
            12 => (TaskState::Waiting, 4, Some((12, Op::Send))),
            _ => (TaskState::Waiting, 3, None),
        };
        let slot = 20 + i;
        let awaits = if state == TaskState::Running { vec![] } else { vec![site + inner, site] };
        snapshot.tasks.push(Task {
            since,
            spawned_at: since - n % (40 * SECOND),
            polls: n % 4000,
            busy: n % (SECOND / 4),
            parent: Some(TaskId::new(0, 1)),
            awaits: awaits
                .into_iter()
                .map(|s| AwaitEntry { site: SiteId(s), start: 0, what: AwaitKind::Unknown })
                .collect(),
            ..task(slot, group, state, &[])
        });
        if let Some((resource, op)) = blocked {
            let at = snapshot.sites[(site + inner) as usize].place;
            snapshot.waits.push(Wait {
                resource: Some(ResourceId::new(resource, 1)),
                ..wait(slot, resource, op, at, since)
            });
        }
    }
    snapshot.runtimes = vec![Runtime {
        name: "tokio-runtime-worker".to_owned(),
        workers: 8,
        alive_tasks: u64::from(REQUESTS) + 9,
        global_queue: 4,
        busy: tick * 5 * SECOND,
        blocking_limit: Some(512),
    }];
    snapshot.agent = AgentStats { memory: 5 << 20, slot_memory: 1 << 20, ..snapshot.agent };
    snapshot
}

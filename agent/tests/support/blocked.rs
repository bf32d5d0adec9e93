//! What a task or a thread is blocked by, as the API shows it: the resource, who holds it since which line, the operation,
//! the line and how long, in the lists of tasks and resources and in the graph.

#[path = "answers.rs"]
pub(crate) mod answers;

use answers::{json, until};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Instant;
use taskscope::Agent;
use taskscope::tokio::runtime::{Builder, Runtime};

/// A wait.
pub(crate) struct Case {
    /// The kind of the resource that is waited for, or `task` for the end of one, `set` for those of several, or `nothing`
    /// that is known; the operation, and the line.
    pub(crate) wait: (&'static str, &'static str, u32),
    /// The operation and the line of the hold that keeps it waiting, if there is one.
    pub(crate) hold: Option<(&'static str, u32)>,
}

/// An agent, a runtime, and a pool whose tasks and threads wait, or hold something, for as long as the test asks about them.
pub(crate) struct Stage {
    pub(crate) runtime: Runtime,
    pub(crate) addr: SocketAddr,
    pub(crate) pool: &'static str,
    /// The file of all of their lines.
    pub(crate) file: &'static str,
    /// Before anything waited.
    pub(crate) started: Instant,
    /// It ends when the runtime has ended.
    _agent: Agent,
}

impl Stage {
    pub(crate) fn new(pool: &'static str, file: &'static str) -> Self {
        let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().expect("an agent");
        let addr = agent.local_addr().expect("a listener");
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        Self { runtime, addr, pool, file, started: Instant::now(), _agent: agent }
    }

    fn is_at(&self, place: &Value, line: u32) -> bool {
        place.as_str().is_some_and(|place| place.contains(&format!("{}:{line}:", self.file)))
    }

    /// Who waits at this line for longer than `least` seconds, for what, and how long.
    fn waits_at(&self, op: &str, line: u32, least: f64) -> (Value, Value, f64) {
        let target = format!("/api/v1/tasks?pool={}&state=waiting&limit=1000", self.pool);
        let found = until(self.addr, &target, |tasks| {
            let mut tasks = tasks["tasks"].as_array()?.iter();
            let task = tasks.find(|task| self.is_at(&task["waiting_on"][0]["at"], line))?;
            let wait = &task["waiting_on"][0];
            assert_eq!((&wait["op"], task["waiting_on"].as_array().map(Vec::len)), (&op.into(), Some(1)));
            let waited = wait["for_seconds"].as_f64().filter(|waited| *waited > least)?;
            Some((task["id"].clone(), wait.clone(), waited))
        });
        assert!(found.2 <= self.started.elapsed().as_secs_f64(), "{op} at {line}: {}", found.2);
        found
    }

    /// The edge of the graph between these two.
    fn edge(&self, from: &Value, to: &Value) -> Value {
        let graph = json(self.addr, "/api/v1/graph");
        let mut edges = graph["edges"].as_array().expect("edges").iter();
        edges.find(|edge| edge["from"] == *from && edge["to"] == *to).expect("an edge").clone()
    }

    fn check_wait(&self, task: &Value, to: &Value, op: &str, line: u32) {
        let waits = self.edge(task, to);
        assert!(waits["kind"] == "waits" && waits["op"] == op && self.is_at(&waits["at"], line), "{waits}");
    }

    /// Checks that a join is held by the task that must end, or by those of which one must.
    fn check_join(&self, join: &Value, joined: &Value) {
        let holders = join["holders"].as_array().expect("holders");
        assert!(!holders.is_empty() && (joined.is_null() || holders.len() == 1), "{join}");
        // Where a set was made is not known.
        assert_eq!(join["created_at"].is_null(), joined.is_null(), "{join}");
        for holder in holders {
            assert!(joined.is_null() || holder["task"] == *joined, "{join}");
            let holds = self.edge(&join["id"], &holder["task"]);
            assert!(holds["kind"] == "holds" && holds["at"] == holder["acquired_at"], "{holds}");
        }
    }

    /// Checks what is shown of a wait, twice: the second time it is longer. Returns the resource, if there is one.
    pub(crate) fn check(&self, case: &Case) -> Value {
        let (kind, op, line) = case.wait;
        let (_, _, before) = self.waits_at(op, line, 0.0);
        let (task, wait, _) = self.waits_at(op, line, before);
        let (joined, resource) = (&wait["task"], &wait["resource"]);
        assert_eq!(
            (joined.is_string(), resource.is_string()),
            match kind {
                "task" => (true, true),
                "nothing" => (false, false),
                _ => (false, true),
            }
        );
        let Some(id) = resource.as_str() else { return Value::Null };
        let found = json(self.addr, &format!("/api/v1/resources/{id}"));
        let is_join = matches!(kind, "task" | "set");
        let shown = if is_join { "join" } else { kind };
        assert_eq!((&found["kind"], &found["pool"]), (&shown.into(), &self.pool.into()));
        let waiter = &found["waiters"][0];
        assert!(self.is_at(&waiter["at"], line), "{waiter}");
        assert_eq!((&waiter["task"], &waiter["op"], &found["waiters_total"]), (&task, &op.into(), &1.into()));
        self.check_wait(&task, resource, op, line);
        if is_join {
            self.check_join(&found, joined);
            return found;
        }
        assert_eq!(found["holders_total"], u32::from(case.hold.is_some()), "{found}");
        if let Some((op, line)) = case.hold {
            let holder = &found["holders"][0];
            assert!(holder["op"] == op && self.is_at(&holder["acquired_at"], line), "{holder}");
            assert!(holder["task"] != task && holder["for_seconds"].as_f64() > Some(before), "{holder}");
            let holds = self.edge(resource, &holder["task"]);
            assert!(holds["kind"] == "holds" && self.is_at(&holds["at"], line), "{holds}");
        }
        found
    }
}

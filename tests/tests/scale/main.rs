//! Ten thousand pools and resources and a million live tasks: the agent answers, its memory stays under the cap, its
//! counts are those of the program, and it finds the two that are stuck.
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as it does")]
#![expect(clippy::print_stdout, reason = "a smaller test must say that it is one")]

mod answers;
mod circle;
#[path = "../../../agent/tests/support/client.rs"]
mod client;
mod gate;
mod pools;

use answers::{Answers, sum};
use gate::Gate;
use taskscope::{Agent, tokio};

/// Live tasks.
const TASKS: u64 = 1_000_000;
/// What each of them may need, with the copies of it that the agent reads and shows, in bytes.
const ROOM: u64 = 4096;
/// What the agent may hold beside the slots of tasks.
const CAP: u64 = 64 << 20;

/// As many as there is memory for.
fn tasks() -> u64 {
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let free = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let free = free.and_then(|free| free.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let Some(free) = free else { return TASKS };
    let tasks = TASKS.min(free * 1024 / ROOM);
    if tasks < TASKS {
        println!("ONLY {tasks} TASKS INSTEAD OF {TASKS}: {free} kB of memory are free");
    }
    tasks
}

#[test]
fn it_answers_beside_a_million_tasks() {
    let tasks = tasks();
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).max_memory(CAP).start().unwrap();
    let answers = Answers { addr: agent.local_addr().expect("a listener") };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let guard = runtime.enter();

    let gate = Gate::default();
    let made = pools::make(&gate);
    let pools = made.len() as u64;
    assert!((10_000..tasks).contains(&pools));
    let more: Vec<_> = (pools..tasks).map(|_| tokio::spawn(gate.pass())).collect();
    let summary = answers.until("/api/v1/summary", |summary| summary["tasks"]["waiting"] == tasks);
    assert_eq!(summary["tasks"]["total"], tasks, "{summary}");
    assert_eq!(summary["tasks"]["spawned"], tasks, "{summary}");
    assert_eq!(summary["tasks"]["finished"], 0, "{summary}");
    assert!(summary["resources"].as_u64().unwrap() >= pools, "{summary}");
    assert!(summary["memory"]["bytes"].as_u64().unwrap() <= CAP, "{summary}");
    // The cap has room for all of it, down to the name of each pool.
    let dropped = agent.snapshot().agent.dropped;
    let lost = |kind| dropped.iter().find(|(word, _)| *word == kind).expect("a kind").1;
    assert_eq!(["task", "resource", "group", "histogram"].map(lost), [0; 4], "{dropped:?}");
    let known = summary["pools"].as_u64().unwrap();
    assert!(known >= pools, "{summary}");
    // The wait of each task has a slot as its task has, beside the cap, and is counted there.
    assert!(
        lost("wait") == 0 && summary["memory"]["slot_bytes"].as_u64().unwrap() >= tasks * 170,
        "{summary}"
    );
    println!("{tasks} tasks, {known} of {pools} pools, memory {}, dropped {dropped:?}", summary["memory"]);

    assert!(answers.get("/").contains("<html"));
    answers.get("/healthz");
    let page = answers.json("/api/v1/tasks?limit=100");
    assert_eq!((&page["total"], page["tasks"].as_array().unwrap().len()), (&tasks.into(), 100));
    let page = answers.json("/api/v1/pools?limit=100");
    assert!(page["total"].as_u64().unwrap() <= known, "{known}");
    assert_eq!(page["pools"].as_array().unwrap().len(), 100);
    let metrics = answers.get("/metrics");
    assert_eq!(sum(&metrics, "taskscope_tasks"), tasks as f64);
    assert_eq!(sum(&metrics, "taskscope_tasks_spawned_total"), tasks as f64);
    assert!(sum(&metrics, "taskscope_agent_memory_bytes{part=\"tables\"}") <= CAP as f64);
    assert_eq!(sum(&metrics, "taskscope_dropped_total{kind=\"group\"}"), 0.0);

    let stuck = circle::is_found_among(tasks, &answers);
    gate.open();
    let (made, permits): (Vec<_>, Vec<_>) = made.into_iter().unzip();
    let (passed, went_on) = runtime.block_on(async {
        let (mut passed, mut went_on) = (0, 0);
        for task in made.into_iter().chain(more) {
            passed += u64::from(task.await.is_ok());
        }
        for task in stuck {
            went_on += u64::from(task.await.is_ok());
        }
        (passed, went_on)
    });
    assert_eq!(passed, tasks);
    drop((permits, gate));
    let summary = answers.until("/api/v1/summary", |summary| summary["tasks"]["total"] == 0);
    // And the one that `block_on` ran.
    let all = tasks + 1;
    assert_eq!(summary["tasks"]["finished"], all + circle::TASKS, "{summary}");
    assert_eq!(summary["tasks"]["spawned"], all + circle::TASKS, "{summary}");
    let snapshot = agent.snapshot();
    let completed: u64 = snapshot.task_groups.iter().map(|group| group.finished.completed).sum();
    assert_eq!(completed, all + went_on);
    assert_eq!((snapshot.waits.len(), snapshot.resources.len()), (0, 0));
    assert!(snapshot.agent.memory <= CAP);
    drop(guard);
}

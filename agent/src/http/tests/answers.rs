//! What the routes say of a program that is written out.

use super::client::{ask, get};
use super::fake::{Fake, serve};
use super::fixture;
use crate::http::Stack;
use expect_test::expect;
use serde_json::{Value, json};

#[test]
fn a_task_says_what_it_waits_on_and_since_when() {
    let (_server, addr, _) = serve(fixture::fake());
    let task = |id: &str| get(addr, &format!("/api/v1/tasks/{id}")).json();
    let locked = task("t1.1");
    assert_eq!(
        locked["waiting_on"],
        json!([{"resource": "r1.1", "task": null, "op": "lock", "at": "src/bank.rs:31:29", "for_seconds": 40.0}])
    );
    assert_eq!(locked["backtrace"], json!(["src/bank.rs:18:40 transfer", "src/bank.rs:31:29 to.lock()"]));
    assert_eq!((&locked["name"], &locked["parent"]), (&json!("transfer"), &json!("t0.1")));
    assert_eq!(locked["spawned_at"], "src/bank.rs:18:5");
    // A join names the task.
    assert_eq!(task("t0.1")["waiting_on"][0]["task"], "t4.1");
    // Without a recorded wait, the innermost await is what is known.
    assert_eq!(
        task("t6.1")["waiting_on"],
        json!([{"resource": null, "task": null, "op": "other", "at": "src/main.rs:71:30", "for_seconds": 5.0}])
    );
    // One that runs waits for nothing, and its poll counts.
    let running = task("t3.1");
    assert_eq!((&running["waiting_on"], &running["busy_seconds"]), (&json!([]), &json!(0.51)));
    // One without a label has a name all the same.
    assert_eq!(task("t7.3")["name"], "task");
}

#[test]
fn times_of_a_task_add_up_to_its_age() {
    let (_server, addr, _) = serve(fixture::fake());
    let document = get(addr, "/api/v1/tasks").json();
    for task in document["tasks"].as_array().expect("a list") {
        let seconds = |name: &str| task[name].as_f64().expect("a number");
        let sum = seconds("busy_seconds") + seconds("scheduled_seconds") + seconds("waiting_seconds");
        assert!((sum - seconds("age_seconds")).abs() < 1e-9, "{task}");
    }
}

#[test]
fn a_resource_says_who_holds_it_and_who_waits() {
    let (_server, addr, _) = serve(fixture::fake());
    let resource = |id: &str| get(addr, &format!("/api/v1/resources/{id}")).json();
    let lock = resource("r0.1");
    assert_eq!(
        lock["holders"],
        json!([{"task": "t1.1", "op": "lock", "acquired_at": "src/bank.rs:30:27", "for_seconds": 41.0, "amount": 1}])
    );
    assert_eq!(
        lock["waiters"],
        json!([{
            "task": "t2.1", "op": "lock", "at": "src/bank.rs:42:29", "for_seconds": 40.0, "amount": 1, "unpolled": 0,
            "granted": false
        }])
    );
    assert_eq!((&lock["depth"], &lock["permits"]), (&Value::Null, &Value::Null), "a lock has neither");
    let slots = resource("r3.1");
    assert_eq!((&slots["permits"], &slots["permits_available"]), (&json!(4), &json!(3)));
    assert_eq!((&slots["permits_added"], &slots["permits_forgotten"]), (&json!(2), &json!(1)));
    assert_eq!(slots["holders"][0]["for_seconds"], Value::Null, "its time was not sampled");
    let queue = resource("r2.1");
    assert_eq!(
        (&queue["depth"], &queue["capacity"], &queue["state"]),
        (&json!(8), &json!(8), &json!("contended"))
    );
}

#[test]
fn pools_show_their_queues_locks_and_history() {
    let (_server, addr, _) = serve(fixture::fake());
    let document = get(addr, "/api/v1/pools?history=2&pool=resize").json();
    let pool = &document["pools"][0];
    assert_eq!(pool["tasks"], json!({"running": 1, "runnable": 0, "waiting": 1, "unknown": 0}));
    assert_eq!((&pool["spawned"], &pool["finished"]["completed"]), (&json!(502), &json!(498)));
    assert_eq!(pool["queues"][0]["name"], "jobs");
    assert_eq!(pool["queues"][0]["senders_waiting"], 1);
    let queueing = &pool["queues"][0]["queueing"];
    assert_eq!((&queueing["workers"], &queueing["utilization"]), (&json!(1), &json!(0.9)));
    assert_eq!(queueing["advice"]["workers"], 2);
    assert_eq!(
        (&pool["queueing"]["live_mean"], &pool["queueing"]["residence_seconds"]),
        (&json!(2.0), &json!(null))
    );
    assert_eq!(pool["locks"][0]["permits_available"], 3);
    assert_eq!(pool["history"]["unix_ms"].as_array().map(Vec::len), Some(3));
    assert_eq!(pool["history"]["queued"], json!([8, 8, 8]));
    let without = get(addr, "/api/v1/pools").json();
    assert_eq!(without["pools"][0].get("history"), None);
    assert_eq!(without["pools"][0]["queueing"], json!(null), "nothing is known");
}

#[test]
fn the_graph_has_its_cycle_and_can_be_cut() {
    let (_server, addr, _) = serve(fixture::fake());
    let document = get(addr, "/api/v1/graph").json();
    assert_eq!(document["cycles"], json!([["t1.1", "t2.1", "r0.1", "r1.1"]]));
    assert_eq!(document["edges_total"], document["edges"].as_array().map(Vec::len).expect("a list"));
    let cut = get(addr, "/api/v1/graph?limit=2").json();
    assert_eq!(
        (cut["edges"].as_array().map(Vec::len), &cut["edges_total"]),
        (Some(2), &document["edges_total"])
    );
    assert_eq!(cut["cycles"], document["cycles"], "cycles are never cut");
    assert_eq!(cut["nodes"].as_array().map(Vec::len), Some(4), "the nodes of the cycle");
    let answer = get(addr, "/api/v1/graph?format=dot&limit=2");
    assert_eq!(answer.header("content-type"), Some("text/vnd.graphviz; charset=utf-8"));
    expect![[r#"
        digraph waits {
          rankdir=LR;
          node [fontname="monospace"];
          "t1.1" [label="transfer t1.1", shape=box];
          "t2.1" [label="transfer t2.1", shape=box];
          "r0.1" [label="mutex alice r0.1", shape=ellipse];
          "r1.1" [label="mutex bob r1.1", shape=ellipse];
          "r0.1" -> "t1.1" [label="holds 41.0s\nsrc/bank.rs:30:27", style=dashed, color=red, fontcolor=red];
          "r1.1" -> "t2.1" [label="holds 41.0s\nsrc/bank.rs:41:27", style=dashed, color=red, fontcolor=red];
        }
    "#]]
    .assert_eq(answer.text());
}

#[test]
fn findings_show_their_tasks_as_they_were() {
    let (_server, addr, fake) = serve(fixture::fake());
    // All of the program is gone; the findings remember.
    {
        let mut snapshot = fake.snapshot.lock().expect("no panic inside");
        let now = std::sync::Arc::make_mut(&mut snapshot);
        now.tasks.clear();
        now.resources.clear();
        now.waits.clear();
        now.holds.clear();
    }
    let document = get(addr, "/api/v1/findings").json();
    let deadlock = &document["findings"][1];
    assert_eq!(deadlock["certainty"], "proven");
    assert_eq!(deadlock["tasks"][0]["waiting_on"][0]["resource"], "r1.1");
    assert_eq!(deadlock["tasks"][0]["waiting_on"][0]["for_seconds"], 40.0);
    assert_eq!(deadlock["resources"][0]["holders"][0]["task"], "t1.1");
    assert_eq!(deadlock["resolved_unix_ms"], Value::Null);
}

#[test]
fn a_stack_is_shown_or_why_it_is_missing() {
    let shown = |stack| {
        let (_server, addr, _) = serve(Fake { stack, ..fixture::fake() });
        let finding = get(addr, "/api/v1/findings?kind=deadlock").json()["findings"][0].clone();
        ["stack", "stack_task", "stack_missing"].map(|field| finding[field].clone())
    };
    let std = "/rustc/5980/library/std/src/thread/functions.rs";
    let frames = json!([
        {"function": "clock_nanosleep", "file": null, "line": null},
        {"function": "std::thread::sleep", "file": std, "line": 334},
        {"function": "app::bank::audit", "file": "src/bank.rs", "line": 57},
        {"function": null, "file": null, "line": null},
    ]);
    assert_eq!(shown(fixture::stack()), [frames, json!("t2.1"), Value::Null]);
    assert_eq!(
        shown(Stack::Missing("it was late".to_owned())),
        [Value::Null, Value::Null, json!("it was late")]
    );
    assert_eq!(shown(Stack::None), [Value::Null, Value::Null, Value::Null]);
}

#[test]
fn metrics_say_their_type() {
    let (_server, addr, _) = serve(fixture::fake());
    let plain = get(addr, "/metrics");
    assert_eq!(plain.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!((plain.text(), plain.header("content-encoding")), ("a_total 1\n", None));
    let accept = [("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")];
    let open = ask(addr, "GET", "/metrics", &accept);
    assert_eq!(
        open.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    assert!(open.text().ends_with("# EOF\n"));
    let zipped = ask(addr, "GET", "/metrics", &[("Accept-Encoding", "gzip")]);
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    assert_eq!(zipped.body[..2], [0x1f, 0x8b]);
}

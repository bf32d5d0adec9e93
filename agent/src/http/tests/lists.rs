//! Lists: filters, orders and pages, over real answers.

use super::client::get;
use super::fake::{Fake, serve};
use super::fixture::{self, SECOND};
use crate::http::api;
use crate::id::TaskId;
use crate::snapshot::{Snapshot, Task, TaskKind, TaskState};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// The ids of a list.
fn ids(document: &Value) -> Vec<&str> {
    let list = document.as_object().and_then(|o| o.values().find_map(Value::as_array)).expect("a list");
    list.iter().map(|entry| entry["id"].as_str().or(entry["name"].as_str()).expect("a name")).collect()
}

#[test]
fn tasks_are_filtered_and_counted() {
    let (_server, addr, _) = serve(fixture::fake());
    let check = |query: &str, expected: &[&str]| {
        let document = get(addr, &format!("/api/v1/tasks{query}")).json();
        assert_eq!(ids(&document), expected, "{query}");
        assert_eq!(document["total"], expected.len(), "{query}");
        assert_eq!(document["next"], Value::Null, "{query}");
    };
    check("", &["t0.1", "t1.1", "t2.1", "t3.1", "t4.1", "t6.1", "t7.3"]);
    check("?pool=bank", &["t1.1", "t2.1"]);
    check("?pool=bank&pool=resize", &["t1.1", "t2.1", "t3.1", "t4.1"]);
    check("?pool=nobody", &[]);
    check("?state=running&state=runnable", &["t3.1", "t7.3"]);
    check("?kind=blocking&kind=root", &["t0.1", "t3.1"]);
    check("?state=waiting&pool=main", &["t0.1", "t6.1"]);
    check("?text=TRANSFER", &["t1.1", "t2.1"]);
    check("?text=main.rs%3A71", &["t6.1", "t7.3"]);
    check("?text=to.lock()", &["t1.1"]);
    check("?text=t7.3", &["t7.3"]);
    check("?text=nothing", &[]);
}

#[test]
fn tasks_are_sorted_by_every_number_they_show() {
    let (_server, addr, _) = serve(fixture::fake());
    let shown = get(addr, "/api/v1/tasks/t1.1").json();
    let numbers = shown.as_object().expect("an object").iter().filter(|(_, v)| v.is_number());
    for (field, _) in numbers {
        let mut values = Vec::new();
        for minus in ["", "-"] {
            let document = get(addr, &format!("/api/v1/tasks?sort={minus}{field}")).json();
            let tasks = document["tasks"].as_array().expect("a list");
            values.push(tasks.iter().filter_map(|t| t[field].as_f64()).collect::<Vec<_>>());
        }
        assert!(!values[0].is_empty() && values[0].is_sorted(), "{field}: {:?}", values[0]);
        values[1].reverse();
        assert!(values[1].is_sorted(), "-{field}: {:?}", values[1]);
    }
}

#[test]
fn resources_are_sorted_by_every_number_they_show_with_unknown_last() {
    let (_server, addr, _) = serve(fixture::fake());
    let all = get(addr, "/api/v1/resources").json();
    let resources = all["resources"].as_array().expect("a list");
    let mut fields = Vec::new();
    for (field, value) in resources.iter().flat_map(|r| r.as_object().expect("an object")) {
        match value {
            Value::Number(_) => fields.push(field.clone()),
            Value::Object(inner) => fields.extend(inner.keys().map(|key| format!("{field}.{key}"))),
            _ => {}
        }
    }
    assert!(fields.len() > 20, "{fields:?}");
    for field in fields {
        for minus in ["", "-"] {
            let document = get(addr, &format!("/api/v1/resources?sort={minus}{field}")).json();
            let pointer = format!("/{}", field.replace('.', "/"));
            let list = document["resources"].as_array().expect("a list");
            let values: Vec<Option<f64>> =
                list.iter().map(|r| r.pointer(&pointer).expect("the field").as_f64()).collect();
            let mut known: Vec<f64> = values.iter().map_while(|v| *v).collect();
            assert_eq!(
                known.len(),
                values.iter().flatten().count(),
                "{field}: unknown comes last: {values:?}"
            );
            if minus == "-" {
                known.reverse();
            }
            assert!(known.is_sorted(), "{minus}{field}: {values:?}");
        }
    }
}

#[test]
fn resources_and_pools_and_findings_are_filtered() {
    let (_server, addr, _) = serve(fixture::fake());
    let check = |target: &str, expected: &[&str]| {
        assert_eq!(ids(&get(addr, target).json()), expected, "{target}");
    };
    check("/api/v1/resources?state=contended", &["r0.1", "r1.1", "r2.1"]);
    check("/api/v1/resources?state=held&state=idle", &["r3.1", "j4.1"]);
    check("/api/v1/resources?kind=mutex&pool=bank", &["r0.1", "r1.1"]);
    check("/api/v1/resources?text=bob", &["r1.1"]);
    check("/api/v1/resources?text=r3.1", &["r3.1"]);
    check("/api/v1/pools", &["main", "bank", "resize"]);
    check("/api/v1/pools?pool=resize&pool=main", &["main", "resize"]);
    check("/api/v1/pools?sort=-finished.completed&limit=1", &["resize"]);
    check("/api/v1/pools?sort=-tasks.waiting", &["main", "bank", "resize"]);
    check("/api/v1/findings", &["f1", "f2"]);
    check("/api/v1/findings?state=active", &["f2"]);
    check("/api/v1/findings?state=resolved", &["f1"]);
    check("/api/v1/findings?kind=deadlock&pool=bank", &["f2"]);
    check("/api/v1/findings?pool=main", &[]);
}

fn pages(addr: SocketAddr, query: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let document = get(addr, &format!("/api/v1/tasks?{query}{cursor}")).json();
        all.extend(ids(&document).into_iter().map(str::to_owned));
        match document["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[test]
fn pages_show_every_task_once() {
    let (_server, addr, _) = serve(fixture::fake());
    for sort in ["", "&sort=age_seconds", "&sort=-age_seconds", "&sort=-polls", "&sort=waiting_seconds"] {
        let whole = pages(addr, &format!("limit=1000{sort}"));
        for limit in 1..=7 {
            assert_eq!(pages(addr, &format!("limit={limit}{sort}")), whole, "{sort}");
        }
    }
    let next =
        get(addr, "/api/v1/tasks?limit=1&sort=polls").json()["next"].as_str().expect("more").to_owned();
    let answer = get(addr, &format!("/api/v1/tasks?limit=1&sort=-polls&cursor={next}"));
    assert_eq!(answer.status, 400);
    assert!(answer.error().contains("same sort"), "{}", answer.text());
}

#[test]
fn a_page_goes_on_behind_the_last_entry_when_tasks_come_and_go() {
    let (_server, addr, fake) = serve(fixture::fake());
    let first = get(addr, "/api/v1/tasks?limit=3&sort=-age_seconds").json();
    assert_eq!(ids(&first), ["t0.1", "t1.1", "t2.1"]);
    {
        let mut snapshot = fake.snapshot.lock().expect("no panic inside");
        let now = Arc::make_mut(&mut snapshot);
        now.tasks.remove(1);
        now.tasks.insert(
            0,
            Task { id: TaskId::new(0, 1), spawned_at: 0, ..fixture::task(0, 0, TaskState::Waiting, &[]) },
        );
        now.at += 5 * SECOND;
    }
    let next = first["next"].as_str().expect("more");
    let second = get(addr, &format!("/api/v1/tasks?limit=3&sort=-age_seconds&cursor={next}")).json();
    assert_eq!(ids(&second), ["t3.1", "t6.1", "t7.3"], "neither twice nor left out");
}

/// A million tasks: the page is a page, and what is built for it does not depend on how many there are.
#[test]
fn a_million_tasks_are_one_page() {
    let mut group = fixture::task_group(0, TaskKind::Task, "many", fixture::place("src/a.rs", 1, 1));
    group.spawned = 1_000_000;
    let snapshot = Snapshot {
        at: 60 * SECOND,
        pools: fixture::program().pools,
        task_groups: vec![group],
        tasks: (0..1_000_000)
            .map(|i| Task { polls: u64::from(i % 1000), ..fixture::task(i, 0, TaskState::Waiting, &[]) })
            .collect(),
        ..Snapshot::default()
    };
    let fake = Fake { snapshot: Mutex::new(Arc::new(snapshot)), ..Fake::default() };
    let (_server, addr, _) = serve(fake);
    let document = get(addr, "/api/v1/tasks?sort=-polls&limit=2").json();
    assert_eq!((ids(&document), &document["total"]), (vec!["t999.1", "t1999.1"], &Value::from(1_000_000)));
    let next = document["next"].as_str().expect("more");
    let document = get(addr, &format!("/api/v1/tasks?sort=-polls&limit=1000&cursor={next}")).json();
    assert_eq!(ids(&document).len(), 1000);
    assert_eq!(ids(&document)[998], "t998.1", "998 are left with 999 polls, then those with 998");
}

#[test]
fn every_field_of_a_pool_can_be_sorted_by() {
    let (_server, addr, _) = serve(fixture::fake());
    for field in api::POOL_FIELDS {
        let document = get(addr, &format!("/api/v1/pools?sort=-{field}")).json();
        let pointer = format!("/{}", field.replace('.', "/"));
        for pool in document["pools"].as_array().expect("a list") {
            assert!(pool.pointer(&pointer).is_some(), "{field} is shown");
        }
    }
}

//! Maps of tasks.

use crate::look::{run, spawned_at, until, wait_at};
use std::future::pending;
use taskscope::snapshot::Op;

const FILE: &str = "mirrors/maps.rs";

/// What a map says at each step of a little program.
macro_rules! program {
    ($tokio:path, $map:path) => {
        async {
            use $map as JoinMap;
            use $tokio as tokio;
            let mut map: JoinMap<&str, u32> = JoinMap::new();
            let mut said = vec![];
            map.spawn("a", async { 1 });
            said.push(format!("{:?}", map.join_next().await.map(|(key, value)| (key, value.unwrap()))));
            said.push(format!("{:?}", map.join_next().await.is_none()));
            map.spawn("a", pending());
            map.spawn("b", pending());
            map.spawn_on("c", pending(), &tokio::runtime::Handle::current());
            map.spawn_blocking("d", || 4);
            // The one before is aborted, and its end is not told.
            map.spawn("a", async { 5 });
            said.push(format!("{} {} {}", map.len(), map.contains_key("a"), map.contains_key("e")));
            let mut keys: Vec<_> = map.keys().copied().collect();
            keys.sort();
            said.push(format!("{keys:?} {} {}", map.abort("b"), map.abort("e")));
            let mut ended = vec![];
            for _ in 0..3 {
                let (key, result) = map.join_next().await.unwrap();
                ended.push((key, result.map_err(|error| error.is_cancelled())));
            }
            ended.sort();
            said.push(format!("{ended:?} {:?}", map.try_join_next().is_none()));
            map.reserve(10);
            said.push(format!("{}", map.capacity() >= 11));
            map.shrink_to(5);
            map.shrink_to_fit();
            map.abort_matching(|key| *key == "c");
            let (key, result) = map.join_next().await.unwrap();
            said.push(format!("{key} {}", result.unwrap_err().is_cancelled()));
            let local = tokio::task::LocalSet::new();
            map.spawn_local_on("l", async { 8 }, &local);
            said.push(format!("{:?}", local.run_until(map.join_next()).await.map(|(_, r)| r.unwrap())));
            map.spawn("x", pending());
            map.shutdown().await;
            map.spawn("y", async { 9 });
            map.detach_all();
            said.push(format!("{} {}", map.is_empty(), JoinMap::<u8, u8>::default().len()));
            said
        }
    };
}

#[test]
fn a_map_says_what_the_original_says() {
    let ours = run(program!(taskscope::tokio, taskscope::tokio_util::task::JoinMap));
    let plain = tokio::runtime::Runtime::new().unwrap();
    let theirs = plain.block_on(program!(::tokio, ::tokio_util::task::JoinMap));
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 9);
}

#[test]
fn the_tasks_of_a_map_are_ours_and_who_waits_for_them_is_seen() {
    run(async {
        let mut map: taskscope::tokio_util::task::JoinMap<u32, ()> = Default::default();
        let line = line!() + 2;
        for n in 0..3 {
            map.spawn(n, pending());
        }
        let waiter = taskscope::tokio::spawn(async move {
            map.join_next().await;
        });
        let joins = |s: &taskscope::snapshot::Snapshot| {
            s.waits.iter().find(|wait| wait.current && wait.op == Op::Join && wait.task.is_some()).map(|_| ())
        };
        until(joins).await;
        until(|s| (spawned_at(s, FILE, line).0 == 3).then_some(())).await;
        // The map goes with its task, and the tasks of the map with it.
        waiter.abort();
        until(|s| (spawned_at(s, FILE, line) == (3, [0, 3, 0])).then_some(())).await;
        assert!(until(|s| Some(wait_at(s, FILE, line))).await.is_none());
    });
}

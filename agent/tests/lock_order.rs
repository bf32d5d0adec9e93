//! The order of locks, watched in a running program.
#![expect(clippy::expect_used, reason = "what is not there fails the test")]

#[path = "support/client.rs"]
mod client;

use serde_json::Value;
use taskscope::{Agent, tokio};

#[taskscope::instrument_pool(name = "books")]
mod books {
    use std::sync::{Arc, Mutex, RwLock};

    /// One thread after the other: nothing can deadlock this time.
    pub(super) fn both_orders() -> [u32; 2] {
        let prices = Arc::new(Mutex::new(1));
        let stock = Arc::new(RwLock::new(2));
        let (p, s) = (prices.clone(), stock.clone());
        let buy = std::thread::spawn(move || {
            let prices = p.lock().expect("not poisoned");
            *prices + *s.read().expect("not poisoned")
        });
        let bought = line!() - 2;
        buy.join().expect("no panic");
        let sell = std::thread::spawn(move || {
            let mut stock = stock.write().expect("not poisoned");
            *stock -= *prices.lock().expect("not poisoned");
        });
        let sold = line!() - 2;
        sell.join().expect("no panic");
        [bought, sold]
    }

    /// One after the other in one task, and never one inside of the other against the order.
    pub(super) async fn one_order() {
        let (first, second) = (tokio::sync::Mutex::new(1), tokio::sync::Mutex::new(2));
        for _ in 0..3 {
            let one = first.lock().await;
            let other = second.lock().await;
            drop((one, other));
            drop(second.lock().await);
            drop(first.lock().await);
        }
    }

    /// In both orders, but behind a third lock.
    pub(super) async fn gated() {
        let gate = tokio::sync::Mutex::new(());
        let (left, right) = (tokio::sync::Mutex::new(1), tokio::sync::Mutex::new(2));
        for turn in 0..4 {
            let _alone = gate.lock().await;
            let (one, other) = if turn % 2 == 0 { (&left, &right) } else { (&right, &left) };
            let one = one.lock().await;
            drop((other.lock().await, one));
        }
    }
}

fn lock_order(agent: &Agent) -> Value {
    let (status, body) = client::get(agent.local_addr().expect("it listens"), "/api/v1/lock_order");
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).expect("it is JSON")
}

#[test]
fn an_inversion_is_told_with_the_places_of_both_orders() {
    let builder = || Agent::builder().addr("127.0.0.1:0".parse().ok());
    let agent = builder().lock_order(true).start().expect("no agent runs");
    assert_eq!(lock_order(&agent), serde_json::json!({"watched": true, "pairs": 0, "inversions": []}));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        tokio::spawn(books::one_order()).await.expect("no panic");
        tokio::spawn(books::gated()).await.expect("no panic");
    });
    let fine = lock_order(&agent);
    assert_eq!(fine["inversions"], serde_json::json!([]), "{fine}");
    assert!(fine["pairs"].as_u64().is_some_and(|pairs| pairs >= 5), "{fine}");

    let lines = books::both_orders();
    let document = lock_order(&agent);
    let inversions = document["inversions"].as_array().expect("a list");
    assert_eq!(inversions.len(), 1, "{document}");
    assert_eq!(inversions[0]["certainty"], "potential");
    let steps = inversions[0]["steps"].as_array().expect("a list");
    assert_eq!(steps.len(), 2, "{document}");
    for (lock, line) in [("stock", lines[0]), ("prices", lines[1])] {
        let step = steps
            .iter()
            .find(|step| step["taken"]["name"] == lock)
            .unwrap_or_else(|| panic!("{lock}: {document}"));
        let at = |field: &str, line: u32| {
            let place = step[field].as_str().expect("a place");
            assert!(
                place.contains(&format!("tests/lock_order.rs:{line}:")),
                "{field} {place}, not line {line}"
            );
        };
        at("taken_at", line);
        at("held_at", line - 1);
        assert_eq!(step["taken"]["pool"], "books");
    }

    drop(agent);
    let agent = builder().start().expect("the other one has stopped");
    let off = serde_json::json!({"watched": false, "pairs": null, "inversions": []});
    assert_eq!(lock_order(&agent), off);
    books::both_orders();
    assert_eq!(lock_order(&agent), off);
}

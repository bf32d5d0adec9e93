//! Two tasks that lock each other out, among all the others.

use crate::answers::Answers;
use std::sync::Arc;
use taskscope::tokio;
use taskscope::tokio::sync::{Barrier, Mutex};
use taskscope::tokio::task::JoinHandle;

/// How many they are.
pub(crate) const TASKS: u64 = 2;

/// Starts them.
fn start() -> [JoinHandle<()>; 2] {
    let locks = [Arc::new(Mutex::new(())), Arc::new(Mutex::new(()))];
    let both = Arc::new(Barrier::new(2));
    [0, 1].map(|n: usize| {
        let (mine, other, both) = (locks[n].clone(), locks[1 - n].clone(), both.clone());
        tokio::spawn(async move {
            let _mine = mine.lock().await;
            both.wait().await;
            let _other = other.lock().await;
        })
    })
}

/// They are found, by glances that read a few of so many tasks; and are found to be gone. They are aborted then; one may
/// get what the other had, and end by itself before.
pub(crate) fn is_found_among(tasks: u64, answers: &Answers) -> [JoinHandle<()>; 2] {
    let stuck = start();
    let lasting = |findings: &serde_json::Value| -> Vec<String> {
        let all = findings["findings"].as_array().unwrap().iter();
        let lasting = all.filter(|finding| finding["resolved_unix_ms"].is_null());
        lasting.map(|finding| finding["kind"].to_string()).collect()
    };
    let findings = answers.until("/api/v1/findings", |findings| !lasting(findings).is_empty());
    assert_eq!(lasting(&findings), ["\"deadlock\""], "{findings}");
    assert_eq!(findings["findings"][0]["tasks"].as_array().unwrap().len() as u64, TASKS, "{findings}");
    let looks = answers.json("/api/v1/coverage")["looks"].clone();
    // While looks are dear. (A machine may be so fast that they are not.)
    if looks["every_seconds"].as_f64().unwrap() > 2.0 {
        let read = looks["glances"]["tasks"].as_u64().unwrap();
        assert!((TASKS..tasks / 100).contains(&read), "{looks}");
    }
    println!("found among {tasks} tasks: {looks}");
    stuck.iter().for_each(JoinHandle::abort);
    answers.until("/api/v1/findings", |findings| lasting(findings).is_empty());
    stuck
}

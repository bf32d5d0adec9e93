//! The verdicts that the README quotes, as the program gives them.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "what a test cannot prepare is a failure of the test"
)]

#[path = "../../agent/tests/support/client.rs"]
mod client;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program, killed when the test is over: some faults keep it from ending.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program with a fault, and returns it with the address of its agent.
fn demo(fault: &str) -> (Demo, String) {
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("verdict-{fault}"));
    let mut demo = Demo(
        Command::new(env!("CARGO_BIN_EXE_thumbnails"))
            .args(["--images", "6", "--size", "32", "--fault", fault, "--data"])
            .arg(data)
            .env("TASKSCOPE_ADDR", "127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut lines = BufReader::new(demo.0.stderr.take().unwrap()).lines();
    let line =
        lines.find_map(|line| line.unwrap().split_once("listening on http://").map(|(_, a)| a.to_owned()));
    // Somebody has to read on, or the program waits for room.
    std::thread::spawn(move || lines.for_each(drop));
    (demo, line.unwrap())
}

/// The places that the README's quote for this fault names.
fn quoted(fault: &str) -> Vec<String> {
    let readme = include_str!("../../README.md");
    let (_, after) = readme.split_once(&format!("`cargo demo --fault {fault}`, ")).unwrap();
    let quote = after.lines().find(|line| line.starts_with("> ")).unwrap();
    let words = quote.split([' ', '(', ')', ',', ';']);
    words.filter(|word| word.starts_with("examples/")).map(str::to_owned).collect()
}

fn check(fault: &str, kind: &str) {
    let places = quoted(fault);
    assert!(!places.is_empty());
    let (_demo, addr) = demo(fault);
    let start = Instant::now();
    loop {
        let found = client::get(&addr, "/api/v1/findings").1;
        let proven = format!("\"kind\":\"{kind}\",\"certainty\":\"proven\"");
        if found.contains(&proven) && places.iter().all(|place| found.contains(place)) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(90), "{kind} with {places:?} is not in {found}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_leak() {
    check("leak", "lost_waker");
}

#[test]
fn a_deadlock_of_a_lock_and_a_queue() {
    check("jam", "deadlock");
}

#[test]
fn a_futurelock() {
    check("futurelock", "futurelock");
}

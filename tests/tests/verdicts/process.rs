//! One program in a process of its own: how it is started, and how its findings are read.

use crate::cases::Case;
use crate::client;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use taskscope::tokio;

/// Tells a process which program it is to run.
const VARIABLE: &str = "VERDICT_CASE";
/// Stands before the address in what the process prints.
const LISTENS: &str = "listens on ";
/// Time between two looks at the findings.
const PAUSE: Duration = Duration::from_millis(100);

/// What was found in a program.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The time from the start of the process to the finding that was expected.
    pub(crate) found: Option<Duration>,
    /// The certainty of that finding.
    pub(crate) certainty: String,
    /// All other findings.
    pub(crate) alarms: Vec<String>,
}

/// The program that this process was started for.
pub(crate) fn case_to_run() -> Option<String> {
    std::env::var(VARIABLE).ok()
}

/// Runs a program until the process is killed or its input ends.
pub(crate) fn run(case: &Case) {
    let agent = taskscope::Agent::builder()
        .addr(Some(SocketAddr::from(([127, 0, 0, 1], 0))))
        .stuck_after(Duration::from_millis(1500))
        .start()
        .expect("the agent starts");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on((case.run)());
    println!("\n{LISTENS}{}", agent.local_addr().expect("it listens"));
    let _ = std::io::stdin().read(&mut [0]);
    // Some of the programs can never be shut down.
    std::process::exit(0);
}

/// Ends the process when it is not needed any more.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program and watches its findings, until the expected one is there or the time is over.
pub(crate) fn watch(case: &Case, time: Duration) -> Seen {
    let start = Instant::now();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture"]).env(VARIABLE, case.name);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut running = Running(child);
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
    let addr: SocketAddr = loop {
        let line = lines.next().expect("the process lives").unwrap();
        if let Some(addr) = line.strip_prefix(LISTENS) {
            break addr.parse().unwrap();
        }
    };
    let lines = case.lines();
    let mut seen = Seen::default();
    while start.elapsed() < time && seen.found.is_none() {
        let document: serde_json::Value =
            serde_json::from_str(&client::get(addr, "/api/v1/findings").1).unwrap();
        seen.alarms.clear();
        for finding in document["findings"].as_array().unwrap() {
            let named =
                lines.iter().any(|line| finding.to_string().contains(&format!("{}:{line}:", case.file)));
            let ours = case.kind.is_some_and(|kind| finding["kind"] == kind);
            if named && ours {
                seen.found = Some(start.elapsed());
                seen.certainty = finding["certainty"].as_str().unwrap().to_owned();
            } else if !named || case.kind.is_none() {
                seen.alarms.push(finding["summary"].to_string());
            }
        }
        std::thread::sleep(PAUSE);
    }
    seen
}

//! Looks for tasks of a test that can never run again, while the test runs.

use super::report;
use super::retry::Bell;
use super::scope::tasks_of;
use crate::detect::{Evidence, Finding, FindingKind, Trend, detect};
use crate::id::TaskId;
use crate::primitive::real::Mutex;
use crate::snapshot::{Detail, Snapshot};
use std::collections::HashSet;
use std::io::Write as _;
use std::process;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The time between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// Looks for which the test may take notice of a verdict. A test whose thread is itself blocked never does.
const GRACE: u32 = 40;

/// A thread that looks while this is alive.
#[derive(Debug)]
pub(super) struct Watch {
    seen: Arc<Seen>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What it has to say.
#[derive(Debug, Default)]
struct Seen {
    text: Mutex<Option<String>>,
    bell: Bell,
}

impl Watch {
    /// Watches the tasks of a scope, and `root`, the task that runs the test itself.
    pub(super) fn start(scope: u32, root: Option<TaskId>) -> Self {
        let seen = Arc::new(Seen::default());
        let (stop, stopped) = channel::<()>();
        let teller = seen.clone();
        let watch = move || {
            let mut before: Option<Snapshot> = None;
            let mut left = GRACE;
            while stopped.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                let now = Snapshot::read(Detail::Light);
                let mut members = tasks_of(scope);
                members.extend(root);
                if let Some(text) = verdict(before.as_ref(), &now, &members) {
                    *teller.text.lock() = Some(text.clone());
                    teller.bell.ring();
                    left -= 1;
                    if left == 0 {
                        give_up(&text);
                    }
                }
                before = Some(now);
            }
        };
        let thread = thread::Builder::new().name("taskscope-test".to_owned()).spawn(watch).ok();
        Self { seen, stop: Some(stop), thread }
    }

    /// What is wrong, if something is; else the task is woken when that changes.
    pub(super) fn verdict(&self, cx: &std::task::Context<'_>) -> Option<String> {
        if self.seen.bell.has_rung(cx) { self.seen.text.lock().clone() } else { None }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What is proven about these tasks.
fn verdict(before: Option<&Snapshot>, now: &Snapshot, members: &HashSet<TaskId>) -> Option<String> {
    let concerns = |finding: &&Finding| {
        matches!(finding.evidence, Evidence::Proof | Evidence::Cycle)
            && matches!(
                finding.kind,
                FindingKind::Deadlock
                    | FindingKind::Futurelock
                    | FindingKind::LostWaker
                    | FindingKind::LeakedTask
            )
            && finding.tasks.iter().any(|task| members.contains(task))
    };
    let findings = detect(before, now, &Trend::default(), u64::MAX);
    let findings: Vec<&Finding> = findings.iter().filter(concerns).collect();
    let first = findings.first()?;
    let mut text = format!("{}: {}", first.kind.word(), first.summary);
    for task in first.tasks.iter().filter_map(|id| now.task(*id)).take(8) {
        text += &format!("\n  {}", report::task(now, task));
    }
    Some(text)
}

/// The thread of the test is blocked for good, and nothing but the end of the process gets it out of there.
fn give_up(text: &str) -> ! {
    // Not a macro: what those print would be held back for a test that never ends.
    let _ = writeln!(std::io::stderr(), "taskscope: a test can never end, so the process does now\n{text}");
    process::abort()
}

//! What a failed check says.

use super::Except;
use crate::detect::text;
use crate::id::TaskId;
use crate::snapshot::{Op, Snapshot, Task, TaskState, Wait};
use std::collections::HashSet;
use std::fmt::Write as _;

/// How many lines of a kind are shown.
const MOST: usize = 20;

/// The tasks that are still alive, and the guards and permits that are still out; `None` if there are none.
pub(super) fn leaks(snapshot: &Snapshot, scope: &HashSet<TaskId>, excepted: &[Except]) -> Option<String> {
    let is_allowed = |task: &Task| excepted.iter().any(|except| except.covers(snapshot, task));
    let alive: Vec<&Task> =
        snapshot.tasks.iter().filter(|task| scope.contains(&task.id) && !is_allowed(task)).collect();
    // What a live task holds is said with the task; what is held by one that has ended is forgotten for good.
    let forgotten = snapshot.holds.iter().filter(|hold| {
        hold.task.is_some_and(|task| scope.contains(&task) && snapshot.task(task).is_none()) && !hold.movable
    });
    let forgotten: Vec<String> = forgotten
        .map(|hold| format!("{} taken at {}", resource(snapshot, hold.resource), hold.place))
        .collect();
    if alive.is_empty() && forgotten.is_empty() {
        return None;
    }
    let mut text = String::new();
    if !alive.is_empty() {
        let (are, s) = if alive.len() == 1 { ("is", "") } else { ("are", "s") };
        let _ = write!(text, "{} task{s} {are} still alive:", alive.len());
        lines(&mut text, alive.iter().map(|task| self::task(snapshot, task)));
    }
    if !forgotten.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text += "held by tasks that have ended:";
        lines(&mut text, forgotten.into_iter());
    }
    Some(text)
}

fn lines(text: &mut String, lines: impl ExactSizeIterator<Item = String>) {
    let more = lines.len().saturating_sub(MOST);
    for line in lines.take(MOST) {
        let _ = write!(text, "\n  {line}");
    }
    if more > 0 {
        let _ = write!(text, "\n  and {more} more");
    }
}

/// "`worker` (spawned at a.rs:1:5), waiting for 0.4 s to receive from the mpsc `jobs` (made at a.rs:3:9) at a.rs:9:7".
pub(super) fn task(snapshot: &Snapshot, task: &Task) -> String {
    let mut text = text::task(snapshot, task);
    let mut waits: Vec<&Wait> =
        snapshot.waits.iter().filter(|wait| wait.task == Some(task.id) && wait.current).collect();
    waits.sort_by_key(|wait| wait.since);
    let innermost = text::innermost(snapshot, task).map(|site| site.place);
    match (waits.first(), task.state) {
        (Some(wait), _) => {
            let seconds = snapshot.at.saturating_sub(wait.since) as f64 / 1e9;
            let _ = write!(text, ", waiting for {seconds:.1} s to {}", what(snapshot, wait));
            if let Some(place) = innermost.or(Some(wait.place)).filter(|place| place.is_known()) {
                let _ = write!(text, " at {place}");
            }
        }
        (None, TaskState::Waiting) => {
            let _ = write!(text, ", waiting");
            if let Some(place) = innermost.filter(|place| place.is_known()) {
                let _ = write!(text, " at {place}");
            }
        }
        (None, state) => {
            let _ = write!(text, ", {}", state.word());
        }
    }
    let holds = snapshot.holds.iter().filter(|hold| hold.task == Some(task.id));
    for hold in holds.take(MOST) {
        let _ = write!(text, ", holding {} taken at {}", resource(snapshot, hold.resource), hold.place);
    }
    text
}

fn what(snapshot: &Snapshot, wait: &Wait) -> String {
    if let Some(target) = wait.target {
        let name =
            snapshot.task(target).map_or_else(|| target.to_string(), |task| text::task(snapshot, task));
        return format!("join {name}");
    }
    match wait.resource {
        Some(id) => format!("{} {}", verb(wait.op), resource(snapshot, id)),
        None => verb(wait.op).to_owned(),
    }
}

fn resource(snapshot: &Snapshot, id: crate::id::ResourceId) -> String {
    let Some(resource) = snapshot.resource(id) else { return format!("resource {id}, which is gone") };
    text::resource_of(snapshot.group_of_resource(resource))
}

fn verb(op: Op) -> &'static str {
    match op {
        Op::Lock => "lock",
        Op::Read => "read",
        Op::Write => "write",
        Op::Acquire => "acquire",
        Op::Send => "send into",
        Op::Recv => "receive from",
        Op::Changed => "see a change of",
        Op::Notified => "be notified by",
        Op::Wait => "pass",
        Op::Join => "join",
        Op::Init => "see the first value of",
        Op::Sleep => "let time pass",
        Op::Io => "read or write",
        Op::Pending | Op::Other => "go on",
    }
}

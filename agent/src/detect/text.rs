//! The parts that sentences are made of.

use crate::id::TaskId;
use crate::snapshot::{AwaitSite, Place, ResourceGroup, Snapshot, Task, Wait};

/// "1 task", "7 tasks".
pub(super) fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// A task as it is called in a sentence: its name and where it was spawned.
pub(crate) fn task(snapshot: &Snapshot, task: &Task) -> String {
    format!("`{}` (spawned at {})", snapshot.task_name(task), snapshot.group_of(task).place)
}

/// A resource of this group.
pub(crate) fn resource_of(group: &ResourceGroup) -> String {
    let place = group.place.to_string();
    // Without a label the name is the place already.
    if group.name == place {
        format!("the {} made at {place}", group.kind.word())
    } else {
        format!("the {} `{}` (made at {place})", group.kind.word(), group.name)
    }
}

/// Where a task waits: its innermost await, or else the place of a wait that was recorded.
pub(super) fn waits_at(snapshot: &Snapshot, task: &Task) -> Option<Place> {
    innermost(snapshot, task)
        .map(|site| site.place)
        .or_else(|| wait(snapshot, task.id).map(|wait| wait.place))
}

/// A task's innermost await.
pub(crate) fn innermost<'a>(snapshot: &'a Snapshot, task: &Task) -> Option<&'a AwaitSite> {
    snapshot.backtrace(task).last().copied()
}

/// A wait of this task that has a place.
pub(super) fn wait(snapshot: &Snapshot, task: TaskId) -> Option<&Wait> {
    snapshot.waits.iter().find(|wait| wait.task == Some(task) && wait.place.is_known())
}

/// The names of the first of them, with commas and an "and", the surplus counted.
pub(super) fn list<T>(all: &[T], most: usize, name: impl FnMut(&T) -> String) -> String {
    let shown = all.len().min(most);
    let rest = all.len() - shown;
    let names: Vec<String> = all[..shown].iter().map(name).collect();
    let mut text = names.join(", ");
    if rest > 0 {
        text += &format!(" and {rest} more");
    }
    text
}

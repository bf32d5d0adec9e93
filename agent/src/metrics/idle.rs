//! Which locks and permits are held by tasks that only wait for work.
//!
//! Workers that share one receiver behind a lock are the usual case: one of them holds the lock and waits for a
//! message, and the others wait for the lock, for as long as there is no work. That is as idle as a receiver alone.

use crate::id::{ResourceId, TaskId};
use crate::metrics::rows::ResourceRow;
use crate::snapshot::{Op, Snapshot};
use std::collections::HashMap;

/// For resources that somebody waits for: whether all their holders are idle.
#[derive(Debug, Default)]
pub(crate) struct Idle(HashMap<ResourceId, bool>);

impl Idle {
    /// Looks at the holders of what is waited for now, and at what they wait for themselves.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        let waited_for = snapshot.waits.iter().filter(|w| ResourceRow::should_end(w.op));
        // A resource that nobody holds is not behind anybody. A cell that nobody fills may stay empty for ever.
        let mut behind: HashMap<ResourceId, bool> =
            waited_for.filter_map(|w| Some((w.resource?, w.op == Op::Init))).collect();
        if behind.is_empty() {
            return Idle(behind);
        }
        let holds = || snapshot.holds.iter().filter(|h| behind.contains_key(&h.resource));
        let mut holders: HashMap<TaskId, bool> = holds().filter_map(|h| h.task).map(|t| (t, false)).collect();
        let mut busy = Vec::new();
        for wait in snapshot.waits.iter().filter(|w| w.current) {
            let Some(idle) = wait.task.and_then(|task| holders.get_mut(&task)) else { continue };
            *idle = true;
            if !matches!(wait.op, Op::Recv | Op::Changed | Op::Notified) {
                busy.extend(wait.task);
            }
        }
        for task in busy {
            holders.insert(task, false);
        }
        let idle = |task: Option<TaskId>| task.and_then(|t| holders.get(&t)).copied().unwrap_or_default();
        let verdicts: Vec<(ResourceId, bool)> = holds().map(|h| (h.resource, idle(h.task))).collect();
        for (resource, _) in &verdicts {
            behind.insert(*resource, true);
        }
        for (resource, _) in verdicts.iter().filter(|(_, idle)| !idle) {
            behind.insert(*resource, false);
        }
        Idle(behind)
    }

    /// Whether everybody who holds the resource waits for a message and for nothing else.
    pub(crate) fn is_behind(&self, resource: ResourceId) -> bool {
        self.0.get(&resource).copied().unwrap_or_default()
    }
}

//! Tasks that are polled without end and get nowhere.
//!
//! Found is a task that has not waited for a second and a half, was polled a thousand times in that time, each time
//! shortly, handed no message on, and made few system calls. A task that yields between parts of a computation is
//! polled as often: it is one only if its polls are too short to compute anything. One that awaits input or output is none
//! while the program gets hardly any of the processors: what it awaits has come by the time it is polled.

use super::tracks::Spin;
use super::{Evidence, Finding, FindingKind, Look, Severity, text};
use crate::id::{TaskGroupId, TaskId};
use crate::snapshot::{Task, TaskKind, Waking};
use std::collections::BTreeMap;

/// How long a task must not have waited, in nanoseconds.
const LASTS: u64 = 1_500_000_000;
/// How often it must have been polled meanwhile.
const POLLS: u64 = 1_000;
/// The longest mean poll of a task that spins; of one that yields by intent; of one of which no await is known.
const SHORT: u64 = 1_000_000;
const SHORT_WITH_YIELD: u64 = 5_000;
const SHORT_UNKNOWN: u64 = 20_000;
/// So many wakes must have been looked at to say who wakes it, and so many percent of them be alike.
const WAKES: u64 = 16;
const SAME_PERCENT: u64 = 90;
/// How much of the time on a processor must have been looked at, in nanoseconds.
const SEEN: u64 = 200_000_000;
/// Of that, the largest part inside of the kernel, in percent.
const SYSTEM_PERCENT: u64 = 30;

/// One finding per spawn place.
pub(super) fn detect(look: &Look<'_>) -> Vec<Finding> {
    let mut alike: BTreeMap<TaskGroupId, Vec<(&Task, &Spin)>> = BTreeMap::new();
    for (id, spin) in look.trend.spins.tasks().filter(|(_, spin)| spins(look, spin)) {
        let Some(task) = look.now.task(id) else { continue };
        if !matches!(look.now.group_of(task).kind, TaskKind::Thread | TaskKind::Blocking) {
            alike.entry(task.group).or_default().push((task, spin));
        }
    }
    alike.into_values().map(|tasks| finding(look, tasks)).collect()
}

fn spins(look: &Look<'_>, spin: &Spin) -> bool {
    let label = spin.site.and_then(|site| look.now.sites.get(site.index())).map(|site| site.label);
    let short = match label {
        Some(label) if yields(label) => SHORT_WITH_YIELD,
        Some(_) => SHORT,
        None => SHORT_UNKNOWN,
    };
    if spin.lasted < LASTS || spin.polls < POLLS || spin.progress || spin.outside && look.is_starved() {
        return false;
    }
    let mean = spin.mean_poll();
    // In so short a time there is no room for input or output.
    let computes =
        mean <= SHORT_WITH_YIELD || spin.cpu >= SEEN && spin.system * 100 <= spin.cpu * SYSTEM_PERCENT;
    mean <= short && computes
}

/// Who wakes it, if it is nearly always the same.
fn waker(look: &Look<'_>, task: &Task) -> String {
    let Some(wakes) = look.now.wakes_of(task.id).filter(|wakes| wakes.seen() >= WAKES) else {
        return String::new();
    };
    let most = |part: u64| part * 100 >= wakes.seen() * SAME_PERCENT;
    let other = match wakes.by {
        Waking::Task(other) => look.now.task(other),
        Waking::Runtime | Waking::Outside => None,
    };
    match other {
        _ if most(wakes.own) => "; it wakes itself during its polls".to_owned(),
        _ if most(wakes.runtime) => "; the runtime wakes it, as after a yield".to_owned(),
        Some(other) if most(wakes.tasks) => format!("; {} wakes it", text::task(look.now, other)),
        _ => String::new(),
    }
}

/// Whether an awaited expression only lets others run.
fn yields(label: &str) -> bool {
    ["yield_now", "consume_budget", "coop::"].iter().any(|name| label.contains(name))
}

fn finding(look: &Look<'_>, mut tasks: Vec<(&Task, &Spin)>) -> Finding {
    let now = look.now;
    tasks.sort_by_key(|(task, _)| task.id);
    let (first, spin) = tasks[0];
    let group = now.group_of(first);
    let site = spin.site.and_then(|site| now.sites.get(site.index()));
    let at = site.map_or_else(String::new, |site| format!(" at {} (`{}`)", site.place, site.label));
    let others = match tasks.len() {
        1 => String::new(),
        n => format!("; so do {} more", n - 1),
    };
    Finding {
        kind: FindingKind::BusyLoop,
        evidence: Evidence::Observed,
        severity: Severity::Warning,
        pool: now.pool_name(group.pool).to_owned(),
        blame: site.map_or(group.place, |site| site.place),
        summary: format!(
            "task {} spins{at}: {} polls in {:.1} s, {:.1} us each, and hands no message on in \
             between{}{others}",
            text::task(now, first),
            spin.polls,
            spin.lasted as f64 / 1e9,
            spin.mean_poll() as f64 / 1e3,
            waker(look, first),
        ),
        advice: "what it awaits is ready at once, again and again: leave the loop when the other side is gone, or wait \
                 for something that happens"
            .to_owned(),
        tasks: tasks.iter().map(|(task, _)| task.id).collect::<Vec<TaskId>>(),
        behind: Vec::new(),
        resources: Vec::new(),
    }
}

//! Tasks that wait for each other in a circle: found once, told by the detector of its kind.

use super::ends::Tier;
use super::index::Index;
use super::{Evidence, Finding, FindingKind, Look, Severity, Stuck, text};
use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Hold, Op, Side, Snapshot, TaskKind, TaskList, Wait};
use std::collections::{BTreeSet, HashMap};

/// How many circles of one look are told.
const MOST: usize = 50;

/// Tasks of which each waits, directly or through others, for each.
#[derive(Clone, Debug)]
pub(super) struct Circle<'a> {
    /// In ascending order.
    pub(super) tasks: Vec<TaskId>,
    /// The waits by which they are members.
    pub(super) waits: Vec<&'a Wait>,
    /// Which detector tells of it.
    pub(super) kind: FindingKind,
    /// What it rests on.
    pub(super) tier: Tier,
}

/// The circles among the stuck tasks.
pub(super) fn circles<'a>(index: &Index<'a>, stuck: &Stuck, tier: Tier) -> Vec<Circle<'a>> {
    let circle = |tasks: Vec<TaskId>| {
        // Of each list, the place of the first member.
        let mut first: HashMap<*const TaskId, (Option<usize>, TaskList)> = HashMap::new();
        let mut leads_in = |list: &TaskList| {
            let member = |task: &TaskId| tasks.binary_search(task).is_ok();
            // Kept with the list: another one would be in its place.
            let found = || {
                let all = list.whole();
                (all.iter().position(member), all)
            };
            let (place, _) = first.entry(list.source()).or_insert_with(found);
            place.is_some_and(|place| place < list.len())
        };
        let mut within = |wait: &&Wait| {
            let helpers = index.helpers_of_wait(wait, tier).unwrap_or_default();
            helpers.iter().any(&mut leads_in)
        };
        let counts = |wait: &&Wait| !index.is_granted(wait);
        let mut waits: Vec<&Wait> = tasks
            .iter()
            .flat_map(|task| index.waits_of(*task).iter().copied().filter(counts))
            .filter(&mut within)
            .collect();
        // What a task awaits says more than what it only keeps.
        if waits.iter().any(|wait| wait.current || wait.blocking) {
            waits.retain(|wait| wait.current || wait.blocking);
        }
        let kind = kind(index, &tasks, &waits);
        Circle { tasks, waits, kind, tier }
    };
    stuck.net().circles().into_iter().take(MOST).map(circle).collect()
}

/// What the waits of a circle make of it.
fn kind(index: &Index<'_>, tasks: &[TaskId], waits: &[&Wait]) -> FindingKind {
    let resources: BTreeSet<ResourceId> = waits.iter().filter_map(|wait| wait.resource).collect();
    let mut granted = resources.iter().flat_map(|id| index.grants_of(*id)).filter_map(|grant| grant.task);
    let one_pool = |pair: &[&Wait]| pair[0].resource == pair[1].resource;
    match () {
        () if granted.any(|task| tasks.binary_search(&task).is_ok()) => FindingKind::Futurelock,
        () if (tasks.len() > 1 || waits.iter().all(|wait| index.is_shared(wait)))
            && waits.iter().all(|wait| wait.op == Op::Acquire)
            && waits.windows(2).all(one_pool) =>
        {
            FindingKind::PoolExhausted
        }
        // Whoever asked itself waits for itself.
        () if waits.iter().any(|wait| is_reply(index, wait)) => FindingKind::Deadlock,
        () if tasks.len() == 1 && waits.iter().all(|wait| is_message(wait.op)) => FindingKind::LeakedTask,
        // They have it all for themselves: nobody is coming.
        () if waits.iter().all(|wait| index.is_shared(wait)) => FindingKind::LeakedTask,
        () => FindingKind::Deadlock,
    }
}

/// Whether a wait is for the answer to a message of the task's own.
fn is_reply(index: &Index<'_>, wait: &Wait) -> bool {
    let unknown = |id| index.owners(id, Side::Sender).is_none();
    wait.op == Op::Recv && wait.resource.is_some_and(unknown) && index.repliers(wait).is_some()
}

fn is_message(op: Op) -> bool {
    matches!(op, Op::Send | Op::Recv | Op::Changed)
}

impl Circle<'_> {
    /// The finding about this circle; `what` says what is wrong, given what each member waits for.
    pub(super) fn finding(
        &self,
        look: &Look<'_>,
        what: impl FnOnce(String) -> String,
        advice: &str,
    ) -> Finding {
        let now = look.now;
        let stuck = look.stuck_at(self.tier);
        let resources: BTreeSet<ResourceId> = self.waits.iter().filter_map(|wait| wait.resource).collect();
        let victims = stuck.victims_of(&self.tasks);
        let group = self.tasks.first().and_then(|id| now.task(*id)).map(|task| now.group_of(task));
        let blame = self.waits.iter().map(|wait| wait.place).find(|place| place.is_known());
        let mut summary = what(text::list(&self.waits, 4, |wait| step(&look.index, wait)));
        if !victims.is_empty() {
            let verb = if victims.len() == 1 { "waits" } else { "wait" };
            summary += &format!("; {} {verb} behind them", text::count(victims.len(), "task"));
        }
        if self.tier == Tier::Attributed {
            summary += " (as far as nothing was handed on unseen)";
        }
        Finding {
            kind: self.kind,
            evidence: self.tier.evidence(),
            severity: Severity::Critical,
            pool: group.map_or_else(String::new, |group| now.pool_name(group.pool).to_owned()),
            blame: blame.or(group.map(|group| group.place)).unwrap_or_default(),
            summary,
            advice: advice.to_owned(),
            tasks: self.tasks.clone(),
            behind: victims,
            resources: resources.into_iter().collect(),
        }
    }
}

impl Tier {
    /// The evidence that a circle is on this tier.
    pub(super) fn evidence(self) -> Evidence {
        match self {
            Tier::Certain => Evidence::Cycle,
            Tier::Attributed => Evidence::Statistical,
        }
    }
}

/// "`transfer` waits at a.rs:3:5 for the mutex `balance` held by `transfer` since a.rs:1:5".
fn step(index: &Index<'_>, wait: &Wait) -> String {
    let snapshot = index.snapshot;
    let who = wait.task.map_or_else(|| "?".to_owned(), |id| name(snapshot, id));
    if let Some(target) = wait.target {
        let thread = snapshot.task(target).is_some_and(|t| snapshot.group_of(t).kind == TaskKind::Thread);
        if thread {
            return format!("{who} waits at {} for the thread {}", wait.place, name(snapshot, target));
        }
        return format!("{who} waits for the end of {}", name(snapshot, target));
    }
    if let Some(task) = wait.task.filter(|_| wait.children) {
        let children = text::list(index.children_of(task), 3, |id| name(snapshot, *id));
        return format!("{who} waits at {} for the end of one of {children}", wait.place);
    }
    let Some(resource) = wait.resource.and_then(|id| snapshot.resource(id)) else { return who };
    let group = snapshot.group_of_resource(resource);
    // Of a channel, that its receivers go.
    let closes = wait.op == Op::Wait && resource.receivers.is_some();
    let has = match wait.op {
        Op::Send | Op::Recv | Op::Changed | Op::Wait
            if (wait.op != Op::Wait || closes) && index.grants_of(resource.id).is_empty() =>
        {
            let helpers = index.helpers_of_wait(wait, Tier::Attributed).unwrap_or_default();
            let helpers: Vec<TaskId> = helpers.iter().flat_map(|list| list.iter().copied()).collect();
            let names = text::list(&helpers, 3, |id| name(snapshot, *id));
            let does = match wait.op {
                Op::Send | Op::Wait => "receives from",
                _ if index.owners(resource.id, Side::Sender).is_none() => "was asked to answer to",
                _ => "can send to",
            };
            format!("that only {names} {does}")
        }
        _ => {
            let held = index.holds_of(resource.id).iter().map(|hold| Has::Holds(hold));
            let in_front = index.writers_in_front(wait).into_iter().map(Has::IsInFront);
            let granted = index.grants_of(resource.id).iter().map(|grant| Has::WasHanded(grant));
            let has: Vec<Has<'_>> = held.chain(in_front).chain(granted).collect();
            text::list(&has, 3, |has| has.words(snapshot))
        }
    };
    let what = format!("{who} waits at {} for the {} `{}`", wait.place, group.kind.word(), group.name);
    if has.is_empty() { what } else { format!("{what} {has}") }
}

/// Who keeps somebody waiting.
enum Has<'a> {
    Holds(&'a Hold),
    IsInFront(&'a Wait),
    WasHanded(&'a Wait),
}

impl Has<'_> {
    fn words(&self, snapshot: &Snapshot) -> String {
        let by = |task: Option<TaskId>| task.map_or_else(|| "?".to_owned(), |id| name(snapshot, id));
        match self {
            Has::Holds(hold) => format!("held by {} since {}", by(hold.task), hold.place),
            Has::IsInFront(writer) => {
                format!("behind {}, which waits to write since {}", by(writer.task), writer.place)
            }
            Has::WasHanded(grant) => format!(
                "handed to the future of {} that waits for it at {} and is not polled any more",
                by(grant.task),
                grant.place
            ),
        }
    }
}

fn name(snapshot: &Snapshot, id: TaskId) -> String {
    snapshot.task(id).map_or_else(|| id.to_string(), |task| format!("`{}`", snapshot.task_name(task)))
}

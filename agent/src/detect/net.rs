//! Who waits for whom, as a graph: of tasks, and of the lists of tasks that several of them wait for.
//!
//! A list is a node of its own, so that there are as many edges as tasks that wait for it and tasks in it, not the one times
//! the other. Of lists that begin in the same way, the longer one leads to the shorter one and to what it has more.

use super::runs::Runs;
use crate::id::TaskId;
use crate::snapshot::TaskList;
use crate::snapshot::graph::circles;
use std::collections::{BTreeMap, HashSet};

/// Where an edge starts and where it ends.
type Edge = (u32, u32);

/// The graph. The first nodes are the tasks, in their order; a list leads to tasks and to lists before it.
#[derive(Clone, Debug)]
pub(super) struct Net {
    tasks: Vec<TaskId>,
    /// By where they start.
    forth: Runs<Edge>,
    /// By where they end.
    back: Runs<Edge>,
    /// The nodes that lead to somebody else.
    leaving: Vec<u32>,
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// To the next tasks, whoever they are.
    Next,
    /// To all others.
    All,
}

impl Net {
    /// The graph of those who wait, each with those whom it waits for.
    pub(super) fn of(waits_for: &BTreeMap<TaskId, Vec<TaskList>>) -> Self {
        let tasks: Vec<TaskId> = waits_for.keys().copied().collect();
        let mut net = Building { tasks: &tasks, edges: Vec::new(), leaving: Vec::new() };
        // Those with one beginning stand together, the shorter ones first.
        let mut lists: BTreeMap<(*const TaskId, usize), (&TaskList, u32)> = BTreeMap::new();
        for list in waits_for.values().flatten().filter(|list| list.len() > 1) {
            lists.insert((list.source(), list.len()), (list, 0));
        }
        let (mut nodes, mut before) = (tasks.len() as u32, None);
        for (key, (list, node)) in &mut lists {
            *node = nodes;
            nodes += 1;
            let shorter: Option<((*const TaskId, usize), u32)> = before.replace((*key, *node));
            let known =
                shorter.filter(|((source, _), _)| *source == key.0).map_or(0, |((_, length), shorter)| {
                    net.edges.push((*node, shorter));
                    length
                });
            list[known..].iter().for_each(|to| net.lead(*node, *to));
        }
        for (from, targets) in (0..).zip(waits_for.values()) {
            for list in targets {
                match lists.get(&(list.source(), list.len())) {
                    Some((_, node)) => net.edges.push((from, *node)),
                    None => list.iter().for_each(|to| net.lead(from, *to)),
                }
            }
        }
        let Building { edges, leaving, .. } = net;
        let sorted = |key: fn(&Edge) -> u32| {
            Runs::of(edges.iter().copied(), nodes as usize, |edge| Some(key(edge) as usize))
        };
        let (forth, back) = (sorted(|edge| edge.0), sorted(|edge| edge.1));
        Self { tasks, forth, back, leaving }
    }

    /// Which tasks do not wait for somebody else, directly or through others.
    pub(super) fn closed(&self) -> Vec<bool> {
        let mut closed = vec![true; self.forth.places()];
        let mut open = self.leaving.clone();
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut closed[node as usize], false) {
                open.extend(self.before(node));
            }
        }
        closed.truncate(self.tasks.len());
        closed
    }

    /// The sets of tasks in which each waits, directly or through others, for each.
    pub(super) fn circles(&self) -> Vec<Vec<TaskId>> {
        let found = circles(self.forth.places() as u32, |node| self.after(node));
        let task = |node: &u32| self.tasks.get(*node as usize).copied();
        found.iter().map(|nodes| nodes.iter().filter_map(task).collect()).collect()
    }

    /// Whether another task waits for this one, directly or through others.
    pub(super) fn is_waited_for(&self, task: TaskId) -> bool {
        let (mut seen, Some(start)) = (HashSet::new(), self.place(task)) else { return false };
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            for next in self.before(node).filter(|next| *next != start) {
                if self.is_task(next) {
                    return true;
                }
                open.extend(seen.insert(next).then_some(next));
            }
        }
        false
    }

    /// The other tasks that wait for these, directly or through others, in ascending order.
    pub(super) fn victims_of(&self, tasks: &[TaskId]) -> Vec<TaskId> {
        self.walk(tasks, Reach::All, |node| self.before(node))
    }

    /// The tasks that wait for one of these.
    pub(super) fn waiters_of(&self, tasks: &[TaskId]) -> Vec<TaskId> {
        self.walk(tasks, Reach::Next, |node| self.before(node))
    }

    /// The tasks that one of these waits for.
    pub(super) fn targets_of(&self, tasks: &[TaskId]) -> Vec<TaskId> {
        self.walk(tasks, Reach::Next, |node| self.after(node))
    }

    fn walk<I: Iterator<Item = u32>>(
        &self,
        from: &[TaskId],
        reach: Reach,
        next: impl Fn(u32) -> I,
    ) -> Vec<TaskId> {
        let mut open: Vec<u32> = from.iter().filter_map(|task| self.place(*task)).collect();
        let mut seen = HashSet::new();
        if reach == Reach::All {
            seen.extend(open.iter().copied());
        }
        let mut found = Vec::new();
        while let Some(node) = open.pop() {
            for next in next(node) {
                if !seen.insert(next) {
                    continue;
                }
                let task = self.tasks.get(next as usize);
                found.extend(task);
                if task.is_none() || reach == Reach::All {
                    open.push(next);
                }
            }
        }
        found.sort_unstable();
        found
    }

    fn after(&self, node: u32) -> impl Iterator<Item = u32> {
        self.forth.at(node as usize).iter().map(|edge| edge.1)
    }

    fn before(&self, node: u32) -> impl Iterator<Item = u32> {
        self.back.at(node as usize).iter().map(|edge| edge.0)
    }

    fn is_task(&self, node: u32) -> bool {
        (node as usize) < self.tasks.len()
    }

    fn place(&self, task: TaskId) -> Option<u32> {
        place(&self.tasks, task)
    }
}

/// A graph that is being made.
struct Building<'a> {
    tasks: &'a [TaskId],
    edges: Vec<Edge>,
    leaving: Vec<u32>,
}

impl Building<'_> {
    fn lead(&mut self, from: u32, to: TaskId) {
        match place(self.tasks, to) {
            Some(to) => self.edges.push((from, to)),
            None => self.leaving.push(from),
        }
    }
}

fn place(tasks: &[TaskId], task: TaskId) -> Option<u32> {
    tasks.binary_search(&task).ok().map(|place| place as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::dice::Dice;
    use std::collections::BTreeSet;

    type Plain = BTreeMap<TaskId, BTreeSet<TaskId>>;

    /// Tasks that wait for the beginnings of a few lists, and for others; one in eight of those is somebody else.
    fn program(dice: &mut Dice) -> BTreeMap<TaskId, Vec<TaskList>> {
        let tasks = 1 + dice.below(9);
        let mut some = |most: u64| -> TaskList {
            let target = |dice: &mut Dice| if dice.one_in(40) { 99 } else { dice.below(tasks) };
            let ids: Vec<_> = (0..dice.below(most)).map(|_| TaskId::new(target(dice) as u32, 1)).collect();
            ids.into()
        };
        let lists = [some(6), some(6), some(3)];
        let own: Vec<TaskList> = (0..tasks).map(|_| some(3)).collect();
        let waits = own.into_iter().zip(0..).map(|(own, task)| {
            let mut waits = vec![own];
            for _ in 0..dice.below(3) {
                let len = dice.below(6) as usize;
                waits.push(lists[dice.below(3) as usize].first(len));
            }
            (TaskId::new(task, 1), waits)
        });
        waits.collect()
    }

    /// Whom each reaches, whatever the steps between.
    fn reached(plain: &Plain) -> Plain {
        let mut all = plain.clone();
        loop {
            let further = |to: &TaskId| all.get(to).cloned().unwrap_or_default();
            let next: Plain = all
                .iter()
                .map(|(from, to)| (*from, to.iter().flat_map(further).chain(to.iter().copied()).collect()))
                .collect();
            if next == all {
                return all;
            }
            all = next;
        }
    }

    #[test]
    fn lists_are_as_good_as_what_is_in_them() {
        let (mut circles, mut closed) = (0, 0);
        for seed in 0..2_000 {
            let program = program(&mut Dice::new(seed));
            let net = Net::of(&program);
            let tasks: Vec<TaskId> = program.keys().copied().collect();
            let plain: Plain = program
                .iter()
                .map(|(task, lists)| (*task, lists.iter().flat_map(|list| list.iter().copied()).collect()))
                .collect();
            let reached = reached(&plain);
            let lives = |task: &TaskId| tasks.contains(task);
            let is_closed: Vec<bool> = tasks.iter().map(|task| reached[task].iter().all(lives)).collect();
            assert_eq!(net.closed(), is_closed, "{program:?}");
            let both = |a: &TaskId, b: &TaskId| reached[a].contains(b) && reached[b].contains(a);
            let circle = |task: &TaskId| -> Vec<TaskId> {
                tasks.iter().copied().filter(|other| both(task, other)).collect()
            };
            let mut in_circles: Vec<_> = tasks.iter().map(circle).filter(|found| !found.is_empty()).collect();
            in_circles.sort();
            in_circles.dedup();
            assert_eq!(net.circles(), in_circles, "{program:?}");
            for task in &tasks {
                let others = |all: &Plain| -> Vec<TaskId> {
                    tasks.iter().copied().filter(|other| all[other].contains(task)).collect()
                };
                let mut victims = others(&reached);
                assert_eq!(net.waiters_of(&[*task]), others(&plain), "{program:?}");
                victims.retain(|other| other != task);
                assert_eq!(net.victims_of(&[*task]), victims, "{program:?}");
                assert_eq!(net.is_waited_for(*task), !victims.is_empty(), "{program:?}");
                let targets: Vec<TaskId> = plain[task].iter().copied().filter(lives).collect();
                assert_eq!(net.targets_of(&[*task]), targets, "{program:?}");
            }
            circles += in_circles.len();
            closed += is_closed.iter().filter(|closed| **closed).count();
        }
        assert!(circles > 500 && closed > 500, "{circles} {closed}");
    }
}

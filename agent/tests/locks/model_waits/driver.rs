//! What runs such a program, whatever the futures wait for.

use crate::poll::Polled;
use proptest::prelude::*;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::Poll;
use taskscope::snapshot::{Detail, Resource, Snapshot};

/// One step of a program. Numbers choose among what there is to do, to make and to poll.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Do(usize),
    Make(usize),
    Poll(usize),
    Cancel(usize),
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let n = 0..60usize;
    let step = prop_oneof![
        2 => n.clone().prop_map(Step::Do),
        3 => n.clone().prop_map(Step::Make),
        6 => n.clone().prop_map(Step::Poll),
        2 => n.prop_map(Step::Cancel),
    ];
    prop::collection::vec(step, 1..50)
}

pub(crate) fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) }
}

/// Runs a program; returns what every step gave. `make` makes a future, `act` does what no future is needed for, and
/// `look` is told after each step how many futures were pending when they were polled last.
pub(crate) fn run<'a>(
    steps: &[Step],
    make: impl Fn(usize) -> Polled<'a, String>,
    mut act: impl FnMut(usize) -> String,
    look: impl Fn(usize),
) -> Vec<String> {
    let mut futures: Vec<(Polled<'a, String>, bool)> = Vec::new();
    let mut log = Vec::new();
    for step in steps {
        let chosen = |n: usize| (!futures.is_empty()).then(|| n % futures.len().max(1));
        let done = match *step {
            Step::Do(n) => Some(act(n)),
            Step::Make(n) => {
                futures.push((make(n), false));
                None
            }
            Step::Poll(n) => chosen(n).map(|i| match futures[i].0.poll() {
                Poll::Ready(output) => {
                    drop(futures.remove(i));
                    output
                }
                Poll::Pending => {
                    futures[i].1 = true;
                    "pending".to_owned()
                }
            }),
            Step::Cancel(n) => chosen(n).map(|i| {
                drop(futures.remove(i));
                "cancelled".to_owned()
            }),
        };
        let wakes: Vec<usize> = futures.iter().map(|(future, _)| future.wakes()).collect();
        log.push(format!("{step:?} {done:?} {wakes:?}"));
        look(futures.iter().filter(|(_, pending)| *pending).count());
    }
    log
}

/// What the record says of the resources that were made in one file.
pub(crate) struct Recorded {
    pub(crate) resources: Vec<Resource>,
    pub(crate) waits: usize,
    pub(crate) holds: usize,
}

pub(crate) fn recorded(file: &str) -> Recorded {
    let snapshot = Snapshot::read(Detail::Light);
    let here = |resource: &&Resource| snapshot.group_of_resource(resource).place.file.ends_with(file);
    let resources: Vec<Resource> = snapshot.resources.iter().filter(here).cloned().collect();
    let is_here = |id| resources.iter().any(|resource| resource.id == id);
    let waits = snapshot.waits.iter().filter(|wait| wait.resource.is_some_and(is_here)).count();
    let holds = snapshot.holds.iter().filter(|hold| is_here(hold.resource)).count();
    Recorded { resources, waits, holds }
}

/// Pending for so many polls. `busy` counts those that have been made and not dropped.
pub(crate) fn after(polls: usize, busy: &Rc<Cell<usize>>) -> impl Future<Output = ()> + use<> {
    struct Busy(Rc<Cell<usize>>);

    impl Drop for Busy {
        fn drop(&mut self) {
            self.0.set(self.0.get() - 1);
        }
    }

    busy.set(busy.get() + 1);
    let (busy, mut left) = (Busy(busy.clone()), polls);
    poll_fn(move |_| {
        let _alive = &busy;
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        Poll::Pending
    })
}

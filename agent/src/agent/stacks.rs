//! Which findings get the stack of a thread, and the stacks that they got.

use super::board::Board;
use crate::detect::{InProgress, Record};
use crate::http::Stack;
use crate::id::TaskId;
use crate::profile::Frame;
use crate::recorder;
use crate::sampler::{Missed, Names, take_stack};
use crate::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

/// How many signals a thread gets for one finding at most: one that comes when the poll is over is for nothing.
const TRIES: u32 = 3;
/// How long an answer waits for names that nobody has asked for before.
const MOMENT: Duration = Duration::from_millis(200);
/// Name of the thread that looks them up.
const THREAD: &str = "taskscope-names";
/// For how many findings it is kept what came of it: as many as are listed.
const MOST: usize = 200;

/// What came of the stacks of findings, by the numbers of these.
#[derive(Debug, Default)]
pub(super) struct Stacks(BTreeMap<u64, Tried>);

/// What came of one.
#[derive(Clone, Debug)]
enum Tried {
    Taken(Arc<Taken>),
    /// Why it was missed the last time, and how often it was.
    Missed(Missed, u32),
}

/// A stack. Its functions have no names before somebody asks for them.
#[derive(Debug)]
struct Taken {
    task: TaskId,
    addresses: Vec<usize>,
    /// Whether somebody has.
    asked: AtomicBool,
    /// None where looking them up failed.
    frames: OnceLock<Option<Vec<Frame>>>,
}

/// Takes the stacks that are missing to the findings that last and are about a poll in progress.
pub(super) fn take(now: &Snapshot, board: &Board) {
    if !board.config.stacks {
        return;
    }
    let mut wanted: Vec<(u64, InProgress)> = board.ledger(|ledger| {
        let lasting = ledger.lasting();
        lasting.filter_map(|record| Some((record.id, record.finding.in_progress(now)?))).collect()
    });
    board.stacks(|stacks| wanted.retain(|(id, _)| stacks.wants(*id)));
    for (id, poll) in wanted {
        let taken = take_one(poll);
        board.stacks(|stacks| stacks.note(id, poll.task, taken));
    }
}

/// The addresses of the stack of the thread that this poll is on.
fn take_one(poll: InProgress) -> Result<Vec<usize>, Missed> {
    let take = || take_stack(poll.thread, recorder::poll_in_progress, |task, polls| poll.is(task, polls));
    // What is read of the program's file may be anything.
    catch_unwind(AssertUnwindSafe(take)).unwrap_or(Err(Missed::Failed))
}

/// The stacks of these findings, with names. To look these up may take seconds in a large program, so it is begun when a
/// stack is asked for the first time, and not waited for longer than a moment.
pub(super) fn stacks_of(records: &[&Record], board: &Board) -> Vec<Stack> {
    let find = |record: &&Record| board.stacks(|stacks| stacks.0.get(&record.id).cloned());
    let tried: Vec<Option<Tried>> = records.iter().map(find).collect();
    let unnamed: Vec<Unnamed> = records
        .iter()
        .zip(&tried)
        .filter_map(|(record, tried)| match tried {
            Some(Tried::Taken(taken)) if !taken.asked.swap(true, Relaxed) => {
                Some((taken.clone(), record.finding.blame.file))
            }
            _ => None,
        })
        .collect();
    if !unnamed.is_empty() {
        name(unnamed.into());
    }
    records.iter().zip(tried).map(|(record, tried)| shown(record, tried, board.config.stacks)).collect()
}

/// A stack, and a file of the program's as the compiler names it.
type Unnamed = (Arc<Taken>, &'static str);

/// Looks names up on a thread of its own.
fn name(unnamed: Arc<[Unnamed]>) {
    let (end, ended) = channel::<()>();
    let mine = unnamed.clone();
    let look_up = move || {
        let _end = end;
        let mut names = Names::default();
        for (taken, known) in mine.iter() {
            // What is read of the program's file may be anything.
            let frames = catch_unwind(AssertUnwindSafe(|| names.frames(&taken.addresses)));
            let frames = frames.ok().map(|mut frames| {
                shorten(&mut frames, known);
                frames
            });
            // Nobody else has been asked for them.
            let _ = taken.frames.set(frames);
        }
    };
    match thread::Builder::new().name(THREAD.to_owned()).spawn(look_up) {
        // Nothing is sent: it ends.
        Ok(_) => drop(ended.recv_timeout(MOMENT)),
        Err(_) => unnamed.iter().for_each(|(taken, _)| taken.asked.store(false, Relaxed)),
    }
}

fn shown(record: &Record, tried: Option<Tried>, on: bool) -> Stack {
    let missing = |why: &str| Stack::Missing(why.to_owned());
    match tried {
        Some(Tried::Taken(taken)) => match taken.frames.get() {
            Some(Some(frames)) if frames.iter().any(|frame| frame.function.is_some()) => {
                Stack::Taken(taken.task, frames.clone())
            }
            Some(Some(frames)) if frames.is_empty() => missing("the thread was in code of the agent's own"),
            Some(Some(_)) => missing("the program has no symbols: it was linked with `strip`"),
            Some(None) => missing("its names could not be looked up: the agent failed while it did"),
            None => missing("its names are being looked up: ask again in a moment"),
        },
        Some(Tried::Missed(why, 1)) => missing(&why.to_string()),
        Some(Tried::Missed(why, times)) => Stack::Missing(format!("{why}, {times} times")),
        None if !record.finding.is_about_a_poll() => Stack::None,
        None if !on => missing("stacks are switched off: TASKSCOPE_STACKS is 0"),
        None => missing("the agent has not come upon the poll while it was in progress"),
    }
}

/// Names the files of the program as the compiler does, given one that is among them: the debug information has the
/// folder in front in which the compiler was run.
fn shorten(frames: &mut [Frame], known: &str) {
    let folder =
        |file: &str| file.strip_suffix(known).filter(|folder| folder.ends_with('/')).map(str::to_owned);
    let files = frames.iter().filter_map(|frame| frame.file.as_deref());
    let Some(folder) = files.filter_map(folder).next() else { return };
    for file in frames.iter_mut().filter_map(|frame| frame.file.as_mut()) {
        if let Some(short) = file.strip_prefix(&folder) {
            *file = short.to_owned();
        }
    }
}

impl Stacks {
    fn wants(&self, id: u64) -> bool {
        match self.0.get(&id) {
            Some(Tried::Taken(_)) => false,
            Some(Tried::Missed(why, times)) => why.is_chance() && *times < TRIES,
            None => true,
        }
    }

    fn note(&mut self, id: u64, task: TaskId, taken: Result<Vec<usize>, Missed>) {
        let times = match self.0.get(&id) {
            Some(Tried::Missed(_, times)) => times + 1,
            _ => 1,
        };
        let tried = match taken {
            Ok(addresses) => {
                let (asked, frames) = (AtomicBool::new(false), OnceLock::new());
                Tried::Taken(Arc::new(Taken { task, addresses, asked, frames }))
            }
            Err(why) => Tried::Missed(why, times),
        };
        self.0.insert(id, tried);
        if self.0.len() > MOST {
            self.0.pop_first();
        }
    }
}

#[cfg(test)]
#[path = "stacks_tests.rs"]
mod tests;

//! Programs that run: a reading of those who may be stuck tells the same of their tasks as a reading of everything.

use crate::clock;
use crate::detect::{Stuck, Trend, judge, prove};
use crate::id::TaskId;
use crate::snapshot::dice::Dice;
use crate::snapshot::{Detail, Snapshot, TaskState};
use crate::tokio;
use crate::tokio::sync::{Mutex, RwLock, Semaphore, mpsc};
use std::pin::Pin;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// A minute, in nanoseconds: so long something may take that takes a moment.
const LONG: u64 = 60_000_000_000;
/// So long that nobody sees the end.
const EVER: Duration = Duration::from_secs(86_400);
/// Tasks of a program.
const TASKS: usize = 7;

/// What a task does next; what it takes it keeps until its end.
#[derive(Clone, Copy, Debug)]
enum Act {
    Lock(usize),
    LockOrSleep(usize),
    Read,
    Write,
    Acquire,
    Send(usize),
    Receive,
    Sleep,
    Never,
}

/// What the tasks share.
struct World {
    locks: [Mutex<()>; 3],
    table: RwLock<()>,
    permits: Semaphore,
    senders: Vec<mpsc::Sender<()>>,
}

/// What a throw of the dice says.
fn act(dice: &mut Dice) -> Act {
    match dice.below(16) {
        0..=5 => Act::Lock(dice.of(&[0, 1, 2])),
        6 => Act::LockOrSleep(dice.of(&[0, 1, 2])),
        7 => Act::Read,
        8 | 9 => Act::Write,
        10 | 11 => Act::Acquire,
        12 => Act::Send(dice.below(TASKS as u64) as usize),
        13 => Act::Receive,
        14 => Act::Sleep,
        _ => Act::Never,
    }
}

fn run(
    mut acts: Vec<Act>,
    world: Arc<World>,
    mut own: mpsc::Receiver<()>,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let Some(act) = acts.pop() else { return };
        let shared = world.clone();
        match act {
            Act::Lock(n) => {
                let _guard = shared.locks[n].lock().await;
                run(acts, world, own).await;
            }
            Act::LockOrSleep(n) => {
                tokio::select! {
                    _guard = shared.locks[n].lock() => run(acts, world, own).await,
                    () = tokio::time::sleep(EVER) => {}
                }
            }
            Act::Read => {
                let _guard = shared.table.read().await;
                run(acts, world, own).await;
            }
            Act::Write => {
                let _guard = shared.table.write().await;
                run(acts, world, own).await;
            }
            Act::Acquire => {
                let _permit = shared.permits.acquire().await;
                run(acts, world, own).await;
            }
            Act::Send(n) => {
                let _ = shared.senders[n].send(()).await;
                run(acts, world, own).await;
            }
            Act::Receive => {
                own.recv().await;
                run(acts, world, own).await;
            }
            Act::Sleep => tokio::time::sleep(EVER).await,
            Act::Never => std::future::pending().await,
        }
    })
}

/// The tasks of this file, with the polls that they have had, if all of them wait.
fn ours(now: &Snapshot) -> Option<Vec<(TaskId, u64)>> {
    let ours: Vec<_> = now.tasks.iter().filter(|task| now.group_of(task).place.file == file!()).collect();
    let wait = ours.iter().all(|task| task.state == TaskState::Waiting && task.polls > 0);
    wait.then(|| ours.iter().map(|task| (task.id, task.polls)).collect())
}

/// The stuck among these tasks, each with those whom it waits for.
fn stuck(stuck: &Stuck, ours: &[(TaskId, u64)]) -> Vec<(TaskId, Vec<TaskId>)> {
    let ours = ours.iter().map(|(id, _)| *id).filter(|id| stuck.contains(*id));
    ours.map(|id| (id, stuck.waits_for(id))).collect()
}

#[test]
fn a_reading_of_suspects_tells_who_is_stuck() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (mut found, mut none) = (0, 0);
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..TASKS).map(|_| mpsc::channel(1)).unzip();
        let (locks, table) = (Default::default(), RwLock::new(()));
        let world = Arc::new(World { locks, table, permits: Semaphore::new(2), senders });
        let tasks: Vec<_> = receivers
            .into_iter()
            .map(|own| runtime.spawn(run((0..4).map(|_| act(&mut dice)).collect(), world.clone(), own)))
            .collect();
        let start = clock::now();
        let (whole, part, of) = loop {
            assert!(clock::now() < start + LONG, "seed {seed}: they never come to rest");
            thread::yield_now();
            let before = Snapshot::read(Detail::Light);
            let part = Snapshot::read_suspects();
            let after = Snapshot::read(Detail::Light);
            if let (Some(then), Some(now)) = (ours(&before), ours(&after))
                && then == now
            {
                break (after, part, now);
            }
        };
        let trend = Trend::default();
        let (all, some) = (judge(None, &whole, &trend, u64::MAX).1, prove(None, &part, &trend).1);
        assert_eq!(stuck(&some, &of), stuck(&all, &of), "seed {seed}");
        found += stuck(&all, &of).len();
        none += of.iter().filter(|(id, _)| part.task(*id).is_none()).count();
        tasks.iter().for_each(|task| task.abort());
        for task in tasks {
            let _ = runtime.block_on(task);
        }
    }
    assert!(found > 60, "only {found} were stuck");
    assert!(none > 60, "only {none} were left out");
}

//! Queues that grow or stay full, and locks behind which everybody queues up.

use super::film::{film, film_knowing, first};
use super::program::Program;
use crate::capacity::{Facts, QueueFacts};
use crate::detect::{Evidence, Finding};
use crate::id::{ResourceGroupId, ResourceId};
use crate::snapshot::{Op, TaskState, Thread};

const MS: u64 = 1_000_000;

/// A queue in which there are as many messages as `depth` says, given the time in milliseconds.
fn queue(capacity: Option<u64>, seconds: u64, depth: impl Fn(u64) -> u64) -> Vec<(u64, Finding)> {
    queue_knowing(Facts::default(), capacity, seconds, depth)
}

fn queue_knowing(
    facts: Facts,
    capacity: Option<u64>,
    seconds: u64,
    depth: impl Fn(u64) -> u64,
) -> Vec<(u64, Finding)> {
    let mut p = Program::new();
    let task = p.task(10, 2);
    p.queue(5);
    film_knowing(facts, p, seconds, |time, p| {
        let queue = &mut p.0.resources[0];
        let (depth, received) = (depth(time / MS), time / MS);
        (queue.depth, queue.capacity) = (Some(depth), capacity);
        (queue.sent, queue.received) = (Some(depth + received), Some(received));
        queue.last_receiver = Some(task);
    })
}

#[test]
fn more_goes_in_than_comes_out() {
    let found = queue(None, 8, |ms| 4 + ms / 10);
    assert_eq!(first(&found), [(3800, "queue_growing", 5)]);
    assert_eq!(found[0].1.evidence, Evidence::Statistical);
    assert!(found[0].1.summary.contains("1100 a second go in, 1000 come out"), "{}", found[0].1.summary);
}

#[test]
fn bursts_ramps_and_a_deep_queue_that_stands_are_healthy() {
    assert_eq!(queue(None, 20, |ms| 1500 - (ms % 1200).min(1000)), [], "bursts that drain");
    assert_eq!(
        queue(None, 20, |ms| if ms < 2000 { ms } else { 2000_u64.saturating_sub(ms - 2000) }),
        [],
        "a ramp"
    );
    assert_eq!(queue(None, 20, |_| 5000), [], "deep, and no deeper");
    assert_eq!(queue(None, 20, |ms| ms / 1000), [], "slow growth within a few messages");
    assert_eq!(queue(Some(10_000), 20, |ms| 4 + ms / 10), [], "a bound will hold it");
}

/// A queue that grows all the time, while the thread of its receiver has to wait for a processor for so many milliseconds
/// of each second. For each message that stays, so many are received.
fn delayed(per_second: u64, received: u64, seconds: u64) -> Vec<(u64, &'static str, u32)> {
    let mut p = Program::new();
    p.queue(5);
    p.0.threads = vec![Thread { number: 7, ..Thread::default() }, Thread { number: 8, ..Thread::default() }];
    let found = film(p, seconds, |time, p| {
        let queue = &mut p.0.resources[0];
        (queue.depth, queue.sent, queue.received) =
            (Some(4 + time / MS), Some(4 + (1 + received) * time / MS), Some(received * time / MS));
        p.0.threads[0].delayed = Some(0);
        p.0.threads[1].delayed = Some(time / 1000 * per_second);
    });
    first(&found)
}

#[test]
fn a_queue_that_grows_for_want_of_processors_has_more_time() {
    assert_eq!(delayed(0, 9, 8), [(3800, "queue_growing", 5)]);
    assert_eq!(delayed(150, 0, 8), [(3800, "queue_growing", 5)], "no more than usual");
    assert_eq!(delayed(150, 9, 8), [], "a tenth more goes in than comes out, and it is a sixth slower");
    assert_eq!(delayed(750, 0, 12), [], "four times slower");
    assert_eq!(delayed(750, 0, 20), [(15000, "queue_growing", 5)]);
    assert_eq!(delayed(1000, 0, 22), [], "hardly ever run");
}

#[test]
fn it_heals_when_the_queue_drains() {
    let found = queue(None, 12, |ms| if ms < 6000 { ms } else { 6000_u64.saturating_sub(ms - 6000) });
    assert!(found.last().is_some_and(|(at, _)| *at < 7000), "{found:?}");
}

/// `waiters` tasks wait for the resource by this operation.
fn wait_for(p: &mut Program, resource: ResourceId, op: Op, waiters: u64) {
    p.0.waits.clear();
    while (p.0.tasks.len() as u64) <= waiters {
        p.task(20, 2);
    }
    for n in 1..=waiters as usize {
        let task = p.0.tasks[n].id;
        p.waits(task, resource, op, 21);
    }
}

/// Workers that are all but always busy, with so much of their time spent waiting elsewhere.
fn workers(blocked: f64) -> Facts {
    let queue = QueueFacts {
        workers: Some(4),
        utilization: Some(0.99),
        service: Some(0.004),
        blocked: Some(blocked),
        ..QueueFacts::default()
    };
    Facts { queues: [(ResourceGroupId(0), queue)].into(), ..Facts::default() }
}

#[test]
fn the_advice_says_how_many_workers_keep_up() {
    let advice = |blocked| queue_knowing(workers(blocked), None, 8, |ms| 4 + ms / 10)[0].1.advice.clone();
    let says = "(at 1100 messages/s and 4.0 ms each it takes 5 workers to keep up, and there are 4)";
    assert!(advice(0.0).ends_with(says), "{}", advice(0.0));
    assert!(advice(0.5).ends_with("memory is the only limit now"), "more of them would wait elsewhere");
}

#[test]
fn the_advice_says_what_keeps_the_workers_of_a_full_queue() {
    let advice = |facts| full_queue_knowing(facts, 7, 32, |ms| 4 + ms / 20)[0].1.advice.clone();
    let says = "(its 4 workers are 99 % busy with 4.0 ms for each message";
    assert!(advice(workers(0.0)).ends_with(&format!("{says})")), "{}", advice(workers(0.0)));
    let elsewhere = format!("{says}, and wait elsewhere for locks, permits or room in 50 % of that time)");
    assert!(advice(workers(0.5)).ends_with(&elsewhere), "{}", advice(workers(0.5)));
    assert!(advice(Facts::default()).ends_with("where the load comes from"));
}

fn full_queue(seconds: u64, depth: u64, waiters: impl Fn(u64) -> u64) -> Vec<(u64, Finding)> {
    full_queue_knowing(Facts::default(), seconds, depth, waiters)
}

fn full_queue_knowing(
    facts: Facts,
    seconds: u64,
    depth: u64,
    waiters: impl Fn(u64) -> u64,
) -> Vec<(u64, Finding)> {
    let mut p = Program::new();
    let task = p.task(10, 2);
    let queue = p.queue(5);
    film_knowing(facts, p, seconds, |time, p| {
        let it = &mut p.0.resources[0];
        (it.depth, it.capacity, it.last_receiver) = (Some(depth), Some(32), Some(task));
        (it.sent, it.received) = (Some(depth + time / MS), Some(time / MS));
        wait_for(p, queue, Op::Send, waiters(time / MS));
    })
}

#[test]
fn a_full_queue_for_which_more_and_more_wait() {
    let found = full_queue(7, 32, |ms| 4 + ms / 20);
    assert_eq!(first(&found), [(3800, "queue_saturated", 5)]);
    assert!(
        found[0].1.summary.contains("stays full and 194 tasks wait to send at src/app.rs:21:5"),
        "{}",
        found[0].1.summary
    );
}

#[test]
fn back_pressure_and_bursts_of_senders_are_healthy() {
    assert_eq!(full_queue(10, 32, |_| 50), [], "as many senders as ever");
    assert_eq!(full_queue(10, 32, |ms| 5 + (ms % 2000) / 20), [], "bursts");
    assert_eq!(full_queue(10, 20, |ms| 4 + ms / 20), [], "there is room");
}

/// A lock with this many waiters at each look, whose holder awaits something if `across` says so.
fn lock(
    seconds: u64,
    waiters: impl Fn(u64) -> u64,
    across: bool,
    taken_per_second: u64,
) -> Vec<(u64, Finding)> {
    delayed_lock(seconds, waiters, across, taken_per_second, 0)
}

/// The same, while a thread waits for a processor for so many milliseconds of each second.
fn delayed_lock(
    seconds: u64,
    waiters: impl Fn(u64) -> u64,
    across: bool,
    taken_per_second: u64,
    delayed: u64,
) -> Vec<(u64, Finding)> {
    let mut p = Program::new();
    let holder = p.task(10, 1);
    let lock = p.mutex(5);
    p.holds(holder, lock, 1);
    p.0.threads = vec![Thread { number: 7, ..Thread::default() }];
    film(p, seconds, |time, p| {
        p.0.threads[0].delayed = Some(time / 1000 * delayed);
        p.task_mut(holder).polls = time / (10 * MS);
        p.task_mut(holder).state = if across { TaskState::Waiting } else { TaskState::Running };
        p.0.resource_groups[0].acquired = time / MS * taken_per_second / 1000;
        wait_for(p, lock, Op::Lock, waiters(time / MS));
    })
}

#[test]
fn everybody_in_single_file() {
    let found = lock(5, |_| 39, true, 200);
    assert_eq!(first(&found), [(3000, "lock_convoy", 21)]);
    assert!(
        found[0].1.summary.contains("taken 200 times a second, and 39 tasks wait for it on average"),
        "{}",
        found[0].1.summary
    );
}

#[test]
fn contention_that_passes_is_healthy() {
    assert_eq!(lock(8, |ms| if ms % 1600 < 1200 { 30 } else { 0 }, true, 100), [], "held long, and released");
    assert_eq!(lock(8, |_| 39, false, 200), [], "held for a computation");
    assert_eq!(lock(8, |_| 39, true, 1), [], "hardly ever passed on");
    assert_eq!(lock(8, |_| 3, true, 200), [], "a short queue");
    assert_eq!(delayed_lock(20, |_| 39, true, 200, 600), [], "there is hardly a processor");
}

/// Workers take turns at a queue: the one that has the lock waits for a message.
#[test]
fn a_lock_under_which_work_is_waited_for_is_no_convoy() {
    let mut p = Program::new();
    let holder = p.task(10, 1);
    let lock = p.mutex(5);
    let queue = p.queue(6);
    p.holds(holder, lock, 1);
    let found = film(p, 8, |time, p| {
        p.task_mut(holder).polls = time / (10 * MS);
        p.0.resource_groups[0].acquired = time / MS;
        wait_for(p, lock, Op::Lock, 8);
        p.waits(holder, queue, Op::Recv, 11);
    });
    assert_eq!(found, []);
}

#[test]
fn a_convoy_heals_when_the_queue_gets_short() {
    let found = lock(8, |ms| if ms < 4000 { 39 } else { 2 }, true, 200);
    assert_eq!(found.last().map(|(at, _)| *at), Some(3800));
    assert!(found.iter().all(|(_, finding)| finding.resources == [ResourceId::new(0, 1)]));
}

/// A broadcast channel that had sent and lost so many messages, given the time in milliseconds.
fn channel(seconds: u64, sent: impl Fn(u64) -> u64, missed: impl Fn(u64) -> u64) -> Vec<(u64, Finding)> {
    let mut p = Program::new();
    p.task(10, 2);
    p.queue(5);
    film(p, seconds, |time, p| {
        let it = &mut p.0.resources[0];
        (it.depth, it.capacity) = (Some(16), Some(16));
        (it.sent, it.missed) = (Some(sent(time / MS)), Some(missed(time / MS)));
    })
}

#[test]
fn a_receiver_that_is_lapped_all_the_time() {
    let found = channel(8, |ms| ms, |ms| ms / 2);
    assert_eq!(first(&found), [(3800, "queue_saturated", 5)]);
    assert!(
        found[0].1.summary.contains("of the 3800 messages of the last 4 s were missed"),
        "{}",
        found[0].1.summary
    );
    assert_eq!(channel(20, |ms| ms, |ms| ms / 50), [], "one of fifty");
    assert_eq!(channel(20, |ms| ms, |ms| ms / 3000 * 1000), [], "a burst now and then");
    assert_eq!(channel(20, |ms| ms, |_| 4000), [], "long ago");
}

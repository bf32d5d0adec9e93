//! Polls that keep a thread, tasks that spin, tasks that are not run.

use super::film::{STEP, film, first};
use super::program::{Program, SECOND};
use crate::detect::{Evidence, Finding};
use crate::id::TaskId;
use crate::snapshot::{AwaitKind, Kernel, Op, Runtime, TaskKind, TaskState, Thread, Wakes, Waking};

const MS: u64 = 1_000_000;

/// A program with a task that the thread 7 can poll.
fn program() -> (Program, TaskId) {
    let mut p = Program::new();
    let task = p.task(10, 1);
    p.0.threads.push(Thread { number: 7, name: "worker".into(), ..Thread::default() });
    (p, task)
}

/// The task is being polled since `since`, and this is what the system says of the thread.
fn polled(p: &mut Program, task: TaskId, since: u64, kernel: Kernel) {
    let long = p.0.at - since >= 100 * MS;
    p.0.threads[0].task = Some(task);
    p.0.threads[0].kernel = long.then_some(kernel);
    let task = p.task_mut(task);
    (task.state, task.since, task.thread) = (TaskState::Running, since, Some(7));
}

fn idle(p: &mut Program, task: TaskId) {
    (p.0.threads[0].task, p.0.threads[0].kernel) = (None, None);
    let now = p.0.at;
    let task = p.task_mut(task);
    (task.state, task.since, task.thread) = (TaskState::Waiting, now, None);
}

fn asleep(wait: &str) -> Kernel {
    Kernel { asleep: true, wait: Some(wait.to_owned()), ..Kernel::default() }
}

/// One poll that computes; of each second the thread waits `delayed` for a processor.
fn computes(seconds: u64, lasts: u64, delayed: u64) -> Vec<(u64, Finding)> {
    let (p, task) = program();
    let start = p.0.at;
    film(p, seconds, |time, p| match time < lasts {
        true => {
            polled(p, task, start, Kernel::default());
            let waits = time / 1000 * (delayed / MS);
            (p.0.threads[0].cpu, p.0.threads[0].delayed) = (Some(time - waits), Some(waits));
        }
        false => idle(p, task),
    })
}

#[test]
fn a_poll_that_computes_for_more_than_a_second() {
    let found = computes(5, 3 * SECOND, 0);
    assert_eq!(first(&found), [(1200, "blocking_poll", 10)]);
    assert_eq!(found[0].1.evidence, Evidence::Observed);
    assert_eq!(
        found[0].1.summary,
        "task `task10` (spawned at src/app.rs:10:5) computes for 1.2 s in one poll and keeps the thread `worker` from \
         all others"
    );
    assert_eq!(found.last().map(|(at, _)| *at), Some(2800), "it heals with the poll");
}

#[test]
fn a_shorter_one_and_one_that_gets_no_processor_are_healthy() {
    assert_eq!(computes(5, SECOND, 0), []);
    assert_eq!(computes(5, 3 * SECOND, 900 * MS), []);
}

/// A poll every 400 ms, seen when it has lasted for `age`; of each 200 ms the thread waits `delayed` for a processor, and is
/// on one for the rest.
fn computes_often(may_block: bool, age: u64, delayed: u64) -> Vec<(u64, Finding)> {
    let (mut p, task) = program();
    p.0.threads[0].may_block = may_block;
    let start = p.0.at;
    film(p, 6, |time, p| {
        p.task_mut(task).polls = time / (2 * STEP);
        let looks = time / STEP;
        (p.0.threads[0].cpu, p.0.threads[0].delayed) =
            (Some(looks * (STEP - delayed)), Some(looks * delayed));
        match time % (2 * STEP) {
            0 => idle(p, task),
            _ => polled(p, task, start + time - age, Kernel::default()),
        }
    })
}

#[test]
fn a_task_that_computes_in_poll_after_poll() {
    let found = computes_often(false, STEP, 0);
    assert_eq!(first(&found), [(1000, "blocking_poll", 10)]);
    assert!(found[0].1.summary.contains("computes in 3 polls of the last seconds"), "{}", found[0].1.summary);
    assert_eq!(computes_often(true, STEP, 0), [], "inside of block_in_place");
    assert_eq!(computes_often(false, STEP, 150 * MS), [], "it was on a processor for 50 ms of each poll");
    assert_eq!(first(&computes_often(false, STEP, 90 * MS)), [(1000, "blocking_poll", 10)]);
    // It may wait for a processor since it began: that is added up when it runs again.
    assert_eq!(first(&computes_often(false, STEP / 2, 0)), [(1000, "blocking_poll", 10)]);
    assert_eq!(computes_often(false, STEP / 2, 50 * MS), [], "what it ran may have been before the poll");
}

#[test]
fn a_task_that_has_computed_twice() {
    let (p, task) = program();
    let start = p.0.at;
    let found = film(p, 6, |time, p| {
        (p.0.threads[0].cpu, p.0.threads[0].delayed) = (Some(time), Some(0));
        p.task_mut(task).polls = time / (2 * STEP);
        match time < 4 * STEP && time % (2 * STEP) > 0 {
            false => idle(p, task),
            true => polled(p, task, start + time - STEP, Kernel::default()),
        }
    });
    assert_eq!(found, []);
}

/// Polls of 300 ms, each 400 ms after the one before.
fn sleeps(wait: &'static str, may_block: bool) -> Vec<(u64, Finding)> {
    let (mut p, task) = program();
    p.0.threads[0].may_block = may_block;
    let start = p.0.at;
    film(p, 6, |time, p| {
        let round = time / (2 * STEP);
        p.task_mut(task).polls = round;
        match time % (2 * STEP) {
            0 => idle(p, task),
            _ => polled(p, task, start + time - STEP, asleep(wait)),
        }
    })
}

#[test]
fn a_thread_that_sleeps_in_poll_after_poll() {
    let found = sleeps("hrtimer_nanosleep", false);
    assert_eq!(first(&found), [(600, "blocking_poll", 10)]);
    assert!(
        found[0].1.summary.contains("sleeps in the kernel (hrtimer_nanosleep) in 2 polls"),
        "{}",
        found[0].1.summary
    );
    assert_eq!(sleeps("hrtimer_nanosleep", true), [], "inside of block_in_place");
    assert_eq!(sleeps("futex_do_wait", false), [], "a lock that is free after a while");
}

#[test]
fn a_thread_that_waits_for_one_without_a_processor() {
    let blocked = |wait: &'static str, delayed: u64| {
        let (mut p, task) = program();
        p.0.threads.push(Thread { number: 8, ..Thread::default() });
        let start = p.0.at;
        let found = film(p, 4, |time, p| {
            polled(p, task, start, asleep(wait));
            p.0.threads[1].delayed = Some(time / 1000 * delayed);
        });
        first(&found)
    };
    assert_eq!(blocked("futex_do_wait", 100), [(1200, "blocking_poll", 10)]);
    assert_eq!(blocked("futex_do_wait", 600), [], "who has the lock may have been about to go on");
    assert_eq!(blocked("hrtimer_nanosleep", 600), [(1200, "blocking_poll", 10)], "it waits for nobody");
}

/// Polls of this many nanoseconds without a pause, with this innermost await.
fn spins(label: &'static str, poll: u64, mut each: impl FnMut(&mut Program)) -> Vec<(u64, Finding)> {
    let (mut p, task) = program();
    p.awaits(task, 11, label);
    let start = p.0.at;
    film(p, 4, |time, p| {
        polled(p, task, start, Kernel::default());
        (p.0.threads[0].kernel, p.0.threads[0].cpu) = (Some(Kernel::default()), Some(time));
        let now = p.0.at;
        let task = p.task_mut(task);
        (task.polls, task.busy, task.since) = (time / poll, time, now);
        each(p);
    })
}

#[test]
fn a_task_that_never_waits_and_gets_nowhere() {
    let found = spins("health.changed()", 20_000, |_| ());
    assert_eq!(first(&found), [(1600, "busy_loop", 11)]);
    assert_eq!(found[0].1.evidence, Evidence::Observed);
    assert!(found[0].1.summary.contains("80000 polls in 1.6 s, 20.0 us each"), "{}", found[0].1.summary);
    assert_eq!(first(&spins("yield_now()", 1_000, |_| ())), [(1600, "busy_loop", 11)]);
}

#[test]
fn who_wakes_a_task_that_spins_is_said_if_it_is_nearly_always_the_same() {
    let summary = |own, runtime| {
        let found = spins("health.changed()", 20_000, |p| {
            let task = p.0.tasks[0].id;
            let by = if own > 0 { Waking::Task(task) } else { Waking::Runtime };
            p.0.wakes = vec![Wakes { task, by, own, tasks: 0, runtime, outside: 0 }];
        });
        found[0].1.summary.clone()
    };
    assert!(summary(20, 1).ends_with("; it wakes itself during its polls"), "{}", summary(20, 1));
    assert!(summary(0, 20).ends_with("; the runtime wakes it, as after a yield"), "{}", summary(0, 20));
    for (own, runtime) in [(10, 10), (2, 0)] {
        assert!(summary(own, runtime).ends_with("in between"), "{}", summary(own, runtime));
    }
}

#[test]
fn chunks_of_work_messages_and_system_calls_are_progress() {
    assert_eq!(spins("yield_now()", 50_000, |_| ()), [], "a computation that lets others run");
    assert_eq!(spins("work()", 2 * MS, |_| ()), [], "long polls");
    let received = spins("rx.recv()", 20_000, |p| {
        if p.0.resources.is_empty() {
            p.queue(1);
        }
        let (task, at) = (p.0.tasks[0].id, p.0.at);
        (p.0.resources[0].received, p.0.resources[0].last_receiver) = (Some(at), Some(task));
    });
    assert_eq!(received, []);
    let reads = spins("socket.read(&mut buffer)", 20_000, |p| {
        let thread = &mut p.0.threads[0];
        thread.kernel.as_mut().expect("set").system = thread.cpu.expect("set") / 2;
    });
    assert_eq!(reads, []);
}

/// A task that is never seen to wait but once, for this, while its thread waits for a processor for so many milliseconds of
/// each second.
fn delayed(what: AwaitKind, per_second: u64) -> Vec<(u64, &'static str, u32)> {
    let found = spins("socket.read(&mut buffer)", 20_000, |p| {
        let time = p.0.threads[0].cpu.expect("set");
        p.0.threads[0].delayed = Some(time / 1000 * per_second);
        p.0.tasks[0].awaits[0].what = what;
    });
    first(&found)
}

#[test]
fn input_and_output_that_is_there_before_the_processor_is_no_loop() {
    assert_eq!(delayed(AwaitKind::Io, 100), [(1600, "busy_loop", 11)]);
    assert_eq!(delayed(AwaitKind::Io, 600), []);
    assert_eq!(
        delayed(AwaitKind::Recorded, 600),
        [(1600, "busy_loop", 11)],
        "a resource of the program's own"
    );
    assert_eq!(delayed(AwaitKind::Time, 600), [(1600, "busy_loop", 11)], "one arm of a select!");
}

#[test]
fn a_task_that_waits_now_and_then_does_not_spin() {
    let waits_between = |poll: u64| {
        spins("health.changed()", poll, |p| {
            let task = p.0.tasks[0].id;
            p.task_mut(task).busy /= 2;
        })
    };
    assert_eq!(waits_between(200_000), [], "for a tenth of a millisecond each time");
    assert_eq!(
        first(&waits_between(20_000)),
        [(1600, "busy_loop", 11)],
        "as short as the way to the worker and back"
    );
    // Two tasks that answer each other wait as shortly, but they wait; so does one for the tasks that it spawns.
    let now_and_then = |wait: fn(&mut Program, TaskId)| {
        let mut looks = 0;
        spins("changed.notified()", 20_000, |p| {
            looks += 1;
            let task = p.0.tasks[0].id;
            if looks == 1 {
                wait(p, task);
            }
            if looks % 4 == 0 {
                p.task_mut(task).state = TaskState::Waiting;
            }
        })
    };
    let answers = now_and_then(|p, task| {
        let queue = p.queue(1);
        p.waits(task, queue, Op::Recv, 11);
    });
    assert_eq!(answers, []);
    let joins = now_and_then(|p, task| {
        let job = p.task(20, 1);
        p.joins(task, job, 11);
    });
    assert_eq!(joins, []);
}

#[test]
fn a_task_that_is_ready_and_is_not_run() {
    let (mut p, occupant) = program();
    let start = p.0.at;
    let ready = p.task(20, 1);
    p.task_mut(ready).state = TaskState::Runnable;
    p.task_mut(ready).since = start;
    let found = film(p, 5, |time, p| {
        polled(p, occupant, p.0.at, Kernel::default());
        p.task_mut(occupant).polls = time / STEP;
        if time > 3 * SECOND {
            p.task_mut(ready).state = TaskState::Waiting;
        }
    });
    assert_eq!(first(&found), [(1600, "starved_task", 20)]);
    assert!(
        found[0].1.summary.ends_with(
            "been ready to run for 1.6 s and not been run; the threads are occupied by `task10` \
                                      (spawned at src/app.rs:10:5)"
        ),
        "{}",
        found[0].1.summary
    );
    assert_eq!(found.last().map(|(at, _)| *at), Some(3000), "it heals");
}

#[test]
fn a_task_that_is_woken_again_and_again_is_served() {
    let (mut p, _) = program();
    let ready = p.task(20, 1);
    p.task_mut(ready).state = TaskState::Runnable;
    assert_eq!(film(p, 5, |_, p| p.task_mut(ready).since = p.0.at - STEP), []);
}

#[test]
fn a_job_that_no_thread_takes() {
    let (mut p, _) = program();
    let start = p.0.at;
    let group = p.group(20, TaskKind::Blocking);
    let job = p.task_in(group, 0);
    p.task_mut(job).state = TaskState::Runnable;
    p.task_mut(job).since = start;
    assert_eq!(first(&film(p, 4, |_, _| ())), [(1600, "starved_task", 20)]);
}

/// Two endless jobs have both threads of a runtime, and a task waits for a file.
#[test]
fn work_that_waits_for_a_thread_for_blocking_jobs() {
    let mut p = Program::new();
    let start = p.0.at;
    let runtime = |limit| Runtime {
        name: "media".into(),
        workers: 1,
        alive_tasks: 1,
        global_queue: 0,
        busy: 0,
        blocking_limit: Some(limit),
    };
    p.0.runtimes.push(runtime(2));
    let group = p.group(10, TaskKind::Blocking);
    for number in 1..=2 {
        let job = p.task_in(group, 0);
        p.0.threads.push(Thread { number, task: Some(job), runtime: Some(0), ..Thread::default() });
        let job = p.task_mut(job);
        (job.state, job.since) = (TaskState::Running, start);
    }
    let reader = p.task(20, 1);
    p.awaits(reader, 21, "tokio::fs::read(path)");
    p.task_mut(reader).since = start;
    let found = film(p.clone(), 3, |_, _| ());
    assert_eq!(first(&found), [(1600, "pool_exhausted", 10)]);
    assert_eq!(
        found[0].1.summary,
        "all 2 threads for blocking jobs of the runtime `media` have been taken for up to 1.6 s by `task10` (spawned at \
         src/app.rs:10:5); 1 task waits for one, first `task20` (spawned at src/app.rs:20:5) at src/app.rs:21:5"
    );
    // A thread is left, nobody waits, or the file comes.
    p.0.runtimes[0] = runtime(3);
    assert_eq!(film(p.clone(), 3, |_, _| ()), []);
    p.0.runtimes[0] = runtime(2);
    assert_eq!(film(p.clone(), 3, |_, p| p.task_mut(reader).since = p.0.at), []);
    p.0.tasks.pop();
    assert_eq!(film(p, 3, |_, _| ()), []);
}

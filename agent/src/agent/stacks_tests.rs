//! What becomes of the stacks of findings, and stacks of threads that do anything but hold still.

use super::*;
use crate::clock;
use crate::snapshot::{Detail, Task, TaskState};
use std::hint::black_box;
use std::panic::resume_unwind;
use std::sync::atomic::Ordering::SeqCst;

/// Ten minutes, in nanoseconds: what takes longer than that, on a machine that has other things to do, does not come.
const LONG: u64 = 600_000_000_000;

/// Calls until there is a result.
fn until<R>(mut look: impl FnMut() -> Option<R>) -> R {
    let start = clock::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(clock::now() < start + LONG, "it takes too long");
        thread::yield_now();
    }
}

/// The threads of this name that run now.
fn running(name: &str) -> Vec<InProgress> {
    let now = Snapshot::read(Detail::Light);
    let ours = |task: &&Task| task.name.as_deref() == Some(name) && task.state == TaskState::Running;
    let in_progress = |task: &Task| Some(InProgress { task: task.id, thread: task.thread?, polls: None });
    now.tasks.iter().filter(ours).filter_map(in_progress).collect()
}

/// Starts a thread of this name that is seen.
fn start(name: &str, run: impl FnOnce() + Send + 'static) -> crate::std::thread::JoinHandle<()> {
    crate::std::thread::Builder::new().name(name.to_owned()).spawn(run).unwrap()
}

#[inline(never)]
fn does_anything(stop: &AtomicBool) {
    while !stop.load(SeqCst) {
        let text: Vec<String> = (0..20).map(|n| "x".repeat(n * 50)).collect();
        black_box(&text);
        // As a panic, but for the hook that prints it.
        let _ = catch_unwind(|| resume_unwind(Box::new(black_box(1))));
        let short = start("st-short", || drop(black_box(vec![0_u8; 3_000])));
        let _ = short.join();
    }
}

#[test]
fn threads_that_allocate_panic_and_end_are_not_harmed() {
    static STOP: AtomicBool = AtomicBool::new(false);
    let threads: Vec<_> = (0..3).map(|_| start("st-any", || does_anything(&STOP))).collect();
    let (mut taken, mut inside) = (0, 0);
    until(|| {
        for poll in running("st-any").into_iter().chain(running("st-short")) {
            if let Ok(addresses) = take_one(poll) {
                assert!(!addresses.is_empty());
                taken += 1;
                inside += usize::from(addresses.len() > 2);
            }
        }
        (taken >= 300).then_some(())
    });
    STOP.store(true, SeqCst);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(inside * 10 > taken * 9, "{inside} of {taken} stacks have callers in them");
}

#[inline(never)]
fn waits_to_be_told(stop: &AtomicBool) {
    while !stop.load(SeqCst) {
        thread::park();
    }
}

#[test]
fn a_stack_is_that_of_the_poll_or_none() {
    static STOP: AtomicBool = AtomicBool::new(false);
    let thread = start("st-told", || waits_to_be_told(&STOP));
    let poll = until(|| running("st-told").pop());
    let addresses = until(|| take_one(poll).ok());
    let names: Vec<_> =
        Names::default().frames(&addresses).into_iter().filter_map(|frame| frame.function).collect();
    assert!(names.iter().any(|name| name.ends_with("park")), "{names:?}");

    let other = InProgress { task: TaskId::new(u32::MAX - 1, 1), ..poll };
    until(|| (take_one(other) == Err(Missed::Late)).then_some(()));
    until(|| (take_one(InProgress { polls: Some(77), ..poll }) == Err(Missed::Late)).then_some(()));

    STOP.store(true, SeqCst);
    thread.thread().unpark();
    thread.join().unwrap();
    // It may be on its last steps, on which no signal gets through, or its number be that of another thread by now.
    let missed = take_one(poll);
    assert!(
        matches!(missed, Err(Missed::Gone | Missed::Late | Missed::Blocked | Missed::Silent)),
        "{missed:?}"
    );
}

#[test]
fn what_has_a_chance_is_tried_again_and_nothing_else() {
    let task = TaskId::new(1, 1);
    let mut stacks = Stacks::default();
    assert!(stacks.wants(7));
    for _ in 1..TRIES {
        stacks.note(7, task, Err(Missed::Late));
        assert!(stacks.wants(7));
    }
    stacks.note(7, task, Err(Missed::Silent));
    assert!(!stacks.wants(7));
    stacks.note(8, task, Err(Missed::Taken));
    assert!(!stacks.wants(8));
    stacks.note(9, task, Err(Missed::Late));
    stacks.note(9, task, Ok(vec![1, 2]));
    assert!(!stacks.wants(9));
    for id in 10..=9 + MOST as u64 {
        stacks.note(id, task, Err(Missed::Gone));
    }
    assert_eq!(stacks.0.len(), MOST);
}

#[test]
fn files_are_named_as_the_compiler_names_them() {
    let frame = |file: &str| Frame { function: None, file: Some(file.to_owned()), line: None };
    let shown = |files: &[&str], known| {
        let mut frames: Vec<Frame> = files.iter().map(|file| frame(file)).collect();
        shorten(&mut frames, known);
        frames.into_iter().filter_map(|frame| frame.file).collect::<Vec<_>>().join(" ")
    };
    let files = ["/rustc/1/library/std/src/lib.rs", "/w/app/src/a.rs", "/w/util/src/b.rs"];
    assert_eq!(shown(&files, "app/src/a.rs"), "/rustc/1/library/std/src/lib.rs app/src/a.rs util/src/b.rs");
    assert_eq!(shown(&files, "/w/app/src/a.rs"), files.join(" "));
    assert_eq!(shown(&files, "pp/src/a.rs"), files.join(" "));
    assert_eq!(shown(&files, "src/c.rs"), files.join(" "));
}

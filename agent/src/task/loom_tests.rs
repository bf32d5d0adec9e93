//! Models of a task's life: its end against clones of its waker that other threads make, use and drop; polls against
//! wakes. What runs is what ships; only the slot is the model's own, and so is the runtime.

use super::end::mark_in;
use super::life;
use super::poll::{start, stop};
use super::waker::{Home, unref, vtable, words};
use crate::id::TaskId;
use crate::primitive::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use crate::primitive::thread;
use crate::registry::TaskSlot;
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use std::mem::ManuallyDrop;
use std::ptr;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What `woken` is in a slot that was given back: no wake stores it.
const GIVEN_BACK: u32 = 1000;

/// The home of the slots of a model: it notes that one came back.
struct Model;

static OURS: RawWakerVTable = vtable::<Model>();

impl Home for Model {
    fn vtable() -> &'static RawWakerVTable {
        &OURS
    }

    fn give_back(slot: &'static TaskSlot) {
        let times = slot.spawned_at.load(Relaxed);
        slot.spawned_at.store(times + 1, Relaxed);
        slot.woken.store(GIVEN_BACK, Relaxed);
    }
}

/// A task of the runtime, which its wakers keep alive. Whoever drops the last one writes to the cell: any use that is
/// not ordered before that fails the model.
#[derive(Debug)]
struct Theirs {
    wakers: AtomicU32,
    alive: UnsafeCell<bool>,
    /// Whether a clone of a waker is another one.
    fickle: bool,
}

static THEIRS: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);
static ANOTHER: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

fn theirs(data: *const ()) -> &'static Theirs {
    // SAFETY: the data of the model's wakers is a runtime's task, which is leaked.
    unsafe { &*data.cast() }
}

// SAFETY: called by wakers of the model only, with the data that they were made with.
unsafe fn clone(data: *const ()) -> RawWaker {
    theirs(data).wakers.fetch_add(1, Relaxed);
    RawWaker::new(data, if theirs(data).fickle { &ANOTHER } else { &THEIRS })
}

// SAFETY: called by wakers of the model only, with the data that they were made with.
unsafe fn wake_by_ref(data: *const ()) {
    theirs(data).alive.with(|alive| {
        // SAFETY: the cell is written by the last drop, and loom checks that it is not at the same time.
        assert!(unsafe { *alive }, "a waker was used after it was dropped");
    });
}

// SAFETY: called by wakers of the model only, with the data that they were made with.
unsafe fn wake(data: *const ()) {
    // SAFETY: as the caller vouches for.
    unsafe { wake_by_ref(data) };
    // SAFETY: as the caller vouches for.
    unsafe { drop_waker(data) };
}

// SAFETY: called by wakers of the model only, with the data that they were made with.
unsafe fn drop_waker(data: *const ()) {
    if theirs(data).wakers.fetch_sub(1, AcqRel) == 1 {
        theirs(data).alive.with_mut(|alive| {
            // SAFETY: loom checks that nobody else is in the cell.
            let alive = unsafe { &mut *alive };
            assert!(*alive, "dropped twice");
            *alive = false;
        });
    }
}

/// A slot as its task's beginning leaves it.
fn slot() -> &'static TaskSlot {
    let slot: &'static TaskSlot = Box::leak(Box::default());
    slot.refs.store(1, Relaxed);
    slot.woken.store(1, Relaxed);
    slot
}

/// The waker that a runtime has of a new task.
fn runtime(fickle: bool) -> (&'static Theirs, Waker) {
    let task =
        Box::leak(Box::new(Theirs { wakers: AtomicU32::new(1), alive: UnsafeCell::new(true), fickle }));
    // SAFETY: the functions keep the contract as long as the task, which is leaked.
    let waker = unsafe { Waker::new(ptr::from_ref(task).cast(), &THEIRS) };
    (task, waker)
}

/// A point that both of two threads may pass first. Without it loom would not find all orders: of the accesses to a value
/// it only looks back to the last one, and a thread that reads before it writes hides those of the other.
fn pass(point: &AtomicU32) {
    point.fetch_add(1, Relaxed);
}

/// Our waker, as a poll lends it.
fn ours(slot: &'static TaskSlot) -> ManuallyDrop<Waker> {
    let (data, vtable) = words::<Model>(slot);
    // SAFETY: the slot lives, and is not dropped with the waker.
    ManuallyDrop::new(unsafe { Waker::new(data, vtable) })
}

/// The end of the task: its runtime drops its own waker, and the wrapper its reference.
fn end(slot: &'static TaskSlot, waker: Waker) {
    drop(waker);
    unref::<Model>(slot);
}

/// The slot came back once, and after the last wake; the runtime's task is gone.
fn all_is_over(slot: &TaskSlot, task: &Theirs) {
    assert_eq!(slot.spawned_at.load(Relaxed), 1, "given back so many times");
    assert_eq!(slot.woken.load(Relaxed), GIVEN_BACK, "woken after it was given back");
    assert_eq!(task.wakers.load(Acquire), 0);
    // SAFETY: nobody else is left.
    task.alive.with(|alive| assert!(unsafe { !*alive }));
}

#[test]
fn a_task_ends_while_two_threads_wake_it() {
    loom::model(|| {
        let slot = slot();
        let (task, waker) = runtime(false);
        assert!(life::adopt(slot, &waker));
        let (one, two) = (Waker::clone(&ours(slot)), Waker::clone(&ours(slot)));
        let one = thread::spawn(move || one.wake());
        let two = thread::spawn(move || {
            two.wake_by_ref();
            drop(two);
        });
        end(slot, waker);
        one.join().unwrap();
        two.join().unwrap();
        all_is_over(slot, task);
    });
}

#[test]
fn a_clone_is_cloned_while_the_task_ends() {
    loom::model(|| {
        let slot = slot();
        let (task, waker) = runtime(false);
        assert!(life::adopt(slot, &waker));
        let kept = Waker::clone(&ours(slot));
        let other = thread::spawn(move || {
            let again = kept.clone();
            drop(kept);
            again.wake_by_ref();
            drop(again);
        });
        end(slot, waker);
        other.join().unwrap();
        all_is_over(slot, task);
    });
}

/// The future hands its context to two threads, and both are the first to clone the waker.
fn two_first_clones(fickle: bool) {
    loom::model(move || {
        let slot = slot();
        let (task, waker) = runtime(fickle);
        assert!(life::adopt(slot, &waker));
        let other = thread::spawn(move || Waker::clone(&ours(slot)));
        let mine = Waker::clone(&ours(slot));
        let theirs = other.join().unwrap();
        // The poll is over, and so is what was lent.
        let other = thread::spawn(move || theirs.wake());
        end(slot, waker);
        mine.wake();
        other.join().unwrap();
        if fickle {
            // Nothing of the runtime's was kept, and nothing that was given out was ours.
            assert_ne!(slot.refs.load(Relaxed) & TaskSlot::UNCOUNTED, 0);
        }
        all_is_over(slot, task);
    });
}

#[test]
fn two_threads_are_the_first_to_clone() {
    two_first_clones(false);
}

#[test]
fn a_runtime_whose_clones_are_others_is_served_with_its_own() {
    two_first_clones(true);
}

#[test]
fn a_slot_without_clones_keeps_nothing() {
    loom::model(|| {
        let slot = slot();
        let (task, waker) = runtime(false);
        assert!(life::adopt(slot, &waker));
        ours(slot).wake_by_ref();
        assert_eq!(task.wakers.load(Relaxed), 1);
        end(slot, waker);
        all_is_over(slot, task);
    });
}

/// The second poll comes with another waker, while a clone from the first one is on its way out.
#[test]
fn another_waker_is_taken_on_when_the_last_clone_is_gone() {
    loom::model(|| {
        let slot = slot();
        let (first, first_waker) = runtime(false);
        assert!(life::adopt(slot, &first_waker));
        let clone = Waker::clone(&ours(slot));
        let point = Arc::new(AtomicU32::new(0));
        let same = Arc::clone(&point);
        let other = thread::spawn(move || {
            clone.wake();
            pass(&same);
        });
        let (second, second_waker) = runtime(false);
        assert!(!life::stands_for(slot, &second_waker));
        drop(first_waker);
        pass(&point);
        if life::adopt(slot, &second_waker) {
            ours(slot).wake_by_ref();
            drop(Waker::clone(&ours(slot)));
        }
        other.join().unwrap();
        end(slot, second_waker);
        all_is_over(slot, second);
        assert_eq!(first.wakers.load(Acquire), 0);
    });
}

/// A wake during a poll, or between two: the next poll is seen as asked for, unless it has begun since.
#[test]
fn no_wake_is_overwritten_by_a_poll() {
    loom::model(|| {
        let slot = slot();
        let (_, waker) = runtime(false);
        assert!(life::adopt(slot, &waker));
        assert!(start(slot, 10).is_some(), "the first poll is asked for by the spawn");
        let clone = Waker::clone(&ours(slot));
        let other = thread::spawn(move || clone.wake_by_ref());
        stop(slot, 20);
        // A runtime polls only what was woken; this one polls on a whim, which asks for nothing.
        let asked = start(slot, 30);
        stop(slot, 40);
        other.join().unwrap();
        let (polls, woken) = (slot.polls.load(Relaxed), slot.woken.load(Relaxed));
        assert_eq!(polls, 4);
        // It asked for the second poll, which then knew of it or had begun, or for the third.
        assert!(matches!(woken, 3 | 5), "{woken}");
        assert!(asked.is_none() || woken == 3, "the second poll was asked for by what asks for the third");
        assert_ne!(asked, Some(30), "the time is not the one of the wake");
    });
}

/// A wake that gives up its waker: whoever finds that nobody has one finds that the task was woken.
#[test]
fn a_task_that_is_woken_for_the_last_time_does_not_look_lost() {
    loom::model(|| {
        let slot = slot();
        let (_, waker) = runtime(false);
        assert!(life::adopt(slot, &waker));
        start(slot, 10);
        let clone = Waker::clone(&ours(slot));
        stop(slot, 20);
        let other = thread::spawn(move || clone.wake());
        let (refs, _, woken) = slot.signs();
        assert!(refs & TaskSlot::COUNT == 2 || woken == 3, "{refs} {woken}");
        other.join().unwrap();
        end(slot, waker);
    });
}

/// The slot is given to another task while it is read: nothing of the one is taken for the other's.
#[test]
fn a_copy_is_of_one_task() {
    loom::model(|| {
        let slot = slot();
        let begin = |generation: u32| {
            slot.parent.store(u64::from(generation), Relaxed);
            slot.group.store(TaskSlot::LIVE, Release);
        };
        slot.id.store(TaskId::new(7, 1).pack(), Relaxed);
        begin(1);
        let other = thread::spawn(move || {
            slot.group.store(0, Release);
            assert_eq!(slot.retire(), 7);
            begin(2);
        });
        if let Some((id, parent)) = slot.read(|id, _| (id, slot.parent.load(Relaxed))) {
            assert_eq!(id, TaskId::new(7, parent as u32));
        }
        other.join().unwrap();
    });
}

#[test]
fn two_marks_at_once_are_both_kept() {
    loom::model(|| {
        let slot = slot();
        let id = TaskId::new(7, 1);
        slot.id.store(id.pack(), Relaxed);
        slot.group.store(TaskSlot::LIVE, Relaxed);
        let other = thread::spawn(move || mark_in(slot, id, TaskSlot::DETACHED));
        mark_in(slot, id, TaskSlot::ABORTED);
        other.join().unwrap();
        let marks = TaskSlot::LIVE | TaskSlot::DETACHED | TaskSlot::ABORTED;
        assert_eq!(slot.group.load(Relaxed), marks);
    });
}

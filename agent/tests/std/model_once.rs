//! Random programs do the same with what is done once, and with a condition, of the drop-ins as with std's own. Nobody holds
//! anything when a step is over.

use proptest::prelude::*;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync as plain;
use std::time::Duration;
use taskscope::snapshot::{Detail, Snapshot};
use taskscope::std::sync as dropin;

#[derive(Clone, Copy, Debug)]
enum Step {
    Once,
    OncePanics,
    OnceForced,
    Set,
    Fill,
    FillPanics,
    Take,
    Wait(bool),
    WaitPanics,
    NotifyOne,
    NotifyAll,
    Arrive,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use Step::*;
    let all = vec![
        Once,
        OncePanics,
        OnceForced,
        Set,
        Fill,
        FillPanics,
        Take,
        Wait(true),
        Wait(false),
        WaitPanics,
        NotifyOne,
        NotifyAll,
        Arrive,
    ];
    prop::collection::vec(prop::sample::select(all), 0..30)
}

fn panics<R>() -> R {
    resume_unwind(Box::new("on purpose"))
}

/// What a program sees of each step.
macro_rules! run {
    ($once:ident, $cell:ident, $lock:ident, $changed:ident, $barrier:ident, $steps:expr, $look:expr) => {{
        let calls = Cell::new(0);
        let called = || calls.set(calls.get() + 1);
        let mut seen = Vec::new();
        for (number, step) in $steps.iter().copied().enumerate() {
            let done = catch_unwind(AssertUnwindSafe(|| match step {
                Step::Once => format!("{:?}", $once.call_once(called)),
                Step::OncePanics => format!("{:?}", $once.call_once(|| panics())),
                Step::OnceForced => {
                    let poisoned = Cell::new(None);
                    $once.call_once_force(|state| poisoned.set(Some(state.is_poisoned())));
                    format!("{:?}", poisoned.get())
                }
                Step::Set => format!("{:?}", $cell.set(number)),
                Step::Fill => $cell.get_or_init(|| number).to_string(),
                Step::FillPanics => $cell.get_or_init(|| panics()).to_string(),
                Step::Take => format!("{:?}", $cell.take()),
                Step::Wait(ready) => {
                    let guard = $lock.lock().unwrap_or_else(|poison| poison.into_inner());
                    let waited = $changed.wait_timeout_while(guard, Duration::ZERO, |count| {
                        *count += u32::from(ready);
                        !ready
                    });
                    let (ok, (guard, timeout)) = match waited {
                        Ok(pair) => (true, pair),
                        Err(poison) => (false, poison.into_inner()),
                    };
                    format!("{ok} {guard:?} {}", timeout.timed_out())
                }
                Step::WaitPanics => {
                    let guard = $lock.lock().unwrap_or_else(|poison| poison.into_inner());
                    drop($changed.wait_while(guard, |_| panics()));
                    String::new()
                }
                Step::NotifyOne => format!("{:?}", $changed.notify_one()),
                Step::NotifyAll => format!("{:?}", $changed.notify_all()),
                Step::Arrive => $barrier.wait().is_leader().to_string(),
            }));
            let state = ($once.is_completed(), $cell.get().copied(), $lock.is_poisoned(), calls.get());
            seen.push((done.map_err(|_| "panicked"), state, format!("{:?} {:?} {:?}", $once, $cell, $lock)));
            $look();
        }
        seen
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_done_once_is_that_of_std(steps in steps()) {
        compare(&steps);
    }
}

fn compare(steps: &[Step]) {
    let (once, mut cell) = (plain::Once::new(), plain::OnceLock::new());
    let (lock, changed, barrier) = (plain::Mutex::new(0), plain::Condvar::new(), plain::Barrier::new(1));
    let expected = run!(once, cell, lock, changed, barrier, steps, || ());
    let (once, mut cell, lock) = (dropin::Once::new(), dropin::OnceLock::new(), dropin::Mutex::new(0));
    let (changed, barrier) = (dropin::Condvar::new(), dropin::Barrier::new(1));
    let seen = run!(once, cell, lock, changed, barrier, steps, nobody_holds_anything);
    assert_eq!(seen, expected);
}

fn nobody_holds_anything() {
    let snapshot = Snapshot::read(Detail::Light);
    let held = snapshot.resources.iter().filter(|resource| {
        let here = snapshot.group_of_resource(resource).place.file.ends_with("std/model_once.rs");
        here && snapshot.holds.iter().any(|hold| hold.resource == resource.id)
    });
    assert_eq!(held.count(), 0);
}

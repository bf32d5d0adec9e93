//! Random programs do the same with the drop-in mutexes and conditions as with plain ones, and the record agrees with them
//! after every step.

use crate::find::holds_at;
use proptest::prelude::*;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

#[derive(Clone, Copy, Debug)]
enum Step {
    Lock,
    LockFor,
    Unlock,
    UnlockFair,
    Bump,
    Unlocked,
    Map,
    Leak,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use Step::*;
    let all = vec![Lock, Lock, LockFor, Unlock, Unlock, UnlockFair, Bump, Unlocked, Map, Leak];
    prop::collection::vec(prop::sample::select(all), 0..40)
}

enum Guard<G, M> {
    Whole(G),
    Mapped(M),
}

/// What a program sees of each step, with a lock whose holder can or cannot take it again: an attempt tells.
macro_rules! run {
    ($locks:path, $guard:ident, $mapped:ident, $lock:ident, $steps:expr, $look:expr) => {{
        use locks::{$guard as Whole, $mapped as Mapped};
        use $locks as locks;
        let mut guards = Vec::new();
        let (mut seen, mut leaked) = (Vec::new(), 0);
        for step in $steps.iter().copied() {
            let done = match (step, guards.pop()) {
                (Step::Lock | Step::LockFor, last) => {
                    guards.extend(last);
                    let taken = match step {
                        Step::Lock => $lock.try_lock(),
                        _ => $lock.try_lock_for(Duration::ZERO),
                    };
                    taken.map(|guard| guards.push(Guard::Whole(guard))).is_some()
                }
                (_, None) => false,
                (Step::Unlock, Some(guard)) => {
                    drop(guard);
                    true
                }
                (Step::UnlockFair, Some(Guard::Whole(guard))) => {
                    Whole::unlock_fair(guard);
                    true
                }
                (Step::UnlockFair, Some(Guard::Mapped(guard))) => {
                    Mapped::unlock_fair(guard);
                    true
                }
                (Step::Bump, Some(Guard::Whole(mut guard))) => {
                    Whole::bump(&mut guard);
                    guards.push(Guard::Whole(guard));
                    true
                }
                (Step::Unlocked, Some(Guard::Whole(mut guard))) => {
                    let free = Whole::unlocked(&mut guard, || $lock.try_lock().is_some());
                    guards.push(Guard::Whole(guard));
                    free
                }
                (Step::Map, Some(Guard::Whole(guard))) => {
                    guards.push(Guard::Mapped(Whole::map(guard, |pair| part!($guard, pair))));
                    true
                }
                // A lock that is never given back.
                (Step::Leak, Some(Guard::Whole(guard))) if leaked == 0 => {
                    std::mem::forget(guard);
                    leaked = 1;
                    true
                }
                (_, last) => {
                    guards.extend(last);
                    false
                }
            };
            seen.push((done, $lock.is_locked(), guards.len()));
            $look(guards.len() + leaked);
        }
        seen
    }};
}

/// A part of the value, to be changed or not.
macro_rules! part {
    (ReentrantMutexGuard, $pair:ident) => {
        &$pair.0
    };
    ($guard:ident, $pair:ident) => {
        &mut $pair.0
    };
}

/// Compares a lock of the drop-ins with one of parking_lot.
macro_rules! compare {
    ($lock:ident, $guard:ident, $mapped:ident, $steps:expr) => {{
        let plain = ::parking_lot::$lock::new((0, 1));
        let expected = run!(::parking_lot, $guard, $mapped, plain, $steps, |_| ());
        // All of a macro is in the line of its call.
        let made = (file!(), line!());
        let lock = taskscope::parking_lot::$lock::new((0, 1));
        let look = |held: usize| assert_eq!(holds_at(made).len(), held.min(1));
        (run!(taskscope::parking_lot, $guard, $mapped, lock, $steps, look), expected)
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutexes_are_those_of_parking_lot(steps in steps()) {
        let (found, expected) = compare!(Mutex, MutexGuard, MappedMutexGuard, steps);
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn fair_mutexes_are_those_of_parking_lot(steps in steps()) {
        let (found, expected) = compare!(FairMutex, FairMutexGuard, MappedFairMutexGuard, steps);
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn mutexes_that_can_be_locked_again_are_those_of_parking_lot(steps in steps()) {
        let (found, expected) = compare!(ReentrantMutex, ReentrantMutexGuard, MappedReentrantMutexGuard, steps);
        prop_assert_eq!(found, expected);
    }
}

/// What a wait of some kind gives.
macro_rules! waits {
    ($locks:path, $kinds:expr, $look:expr) => {{
        use $locks as locks;
        let (lock, changed) = (locks::Mutex::new(0), locks::Condvar::new());
        let mut seen = Vec::new();
        for kind in $kinds.iter().copied() {
            let mut guard = lock.lock();
            let never = |count: &mut u32| {
                *count += 1;
                true
            };
            let timed_out = match kind % 6 {
                0 => changed.wait_for(&mut guard, Duration::ZERO).timed_out(),
                1 => changed.wait_while_for(&mut guard, never, Duration::ZERO).timed_out(),
                2 => changed.wait_while_for(&mut guard, |count| *count > 100, Duration::ZERO).timed_out(),
                3 => {
                    changed.wait_while(&mut guard, |count| *count > 100);
                    false
                }
                4 => changed.notify_one(),
                _ => changed.notify_all() > 0,
            };
            seen.push((timed_out, *guard, lock.is_locked()));
            $look(1);
            drop(guard);
            $look(0);
        }
        seen
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conditions_are_those_of_parking_lot(kinds in prop::collection::vec(any::<u8>(), 0..20)) {
        let expected = waits!(::parking_lot, kinds, |_| ());
        let (here, line) = (file!(), line!() + 1);
        let found = waits!(taskscope::parking_lot, kinds, |held| assert_eq!(holds_at((here, line)).len(), held));
        prop_assert_eq!(found, expected);
    }
}

/// What a call of some kind does, and how far it is after that.
macro_rules! calls {
    ($locks:path, $kinds:expr, $look:expr) => {{
        use $locks as locks;
        let (once, called) = (locks::Once::new(), Cell::new(0));
        let mut seen = Vec::new();
        for kind in $kinds.iter().copied() {
            let call = |panics: bool| {
                called.set(called.get() + 1);
                $look(1);
                if panics {
                    resume_unwind(Box::new(()));
                }
            };
            let done = catch_unwind(AssertUnwindSafe(|| match kind % 4 {
                0 => once.call_once(|| call(false)),
                1 => once.call_once(|| call(true)),
                2 => once.call_once_force(|state| call(state.poisoned())),
                _ => once.call_once_force(|_| call(false)),
            }));
            seen.push((done.is_ok(), once.state(), called.get(), format!("{once:?}")));
            $look(0);
        }
        seen
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_done_once_is_that_of_parking_lot(kinds in prop::collection::vec(any::<u8>(), 0..20)) {
        let expected = calls!(::parking_lot, kinds, |_| ());
        let (here, line) = (file!(), line!() + 1);
        let found = calls!(taskscope::parking_lot, kinds, |held| assert_eq!(holds_at((here, line)).len(), held));
        prop_assert_eq!(found, expected);
    }
}

//! What is done once, and barriers.

#[expect(deprecated, reason = "std has it still")]
use super::sync::ONCE_INIT;
use super::sync::{Barrier, Once, OnceLock};
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[test]
fn one_of_many_does_it() {
    static ONCE: Once = Once::new();
    static CELL: OnceLock<usize> = OnceLock::new();
    let calls = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                ONCE.call_once(|| _ = calls.fetch_add(1, SeqCst));
                assert!(ONCE.is_completed());
                assert_eq!(*CELL.get_or_init(|| calls.fetch_add(1, SeqCst)), *CELL.wait());
            });
        }
    });
    ONCE.wait();
    ONCE.wait_force();
    assert_eq!((calls.load(SeqCst), CELL.set(9)), (2, Err(9)));
}

#[test]
fn an_old_program_makes_them_of_a_constant() {
    #[expect(deprecated, reason = "std has it still")]
    static OLD: [Once; 2] = [ONCE_INIT, ONCE_INIT];
    OLD[0].call_once(|| ());
    assert_eq!((OLD[0].is_completed(), OLD[1].is_completed()), (true, false));
}

#[test]
fn a_panic_poisons_what_is_done_once() {
    let once = Once::new();
    assert!(catch_unwind(AssertUnwindSafe(|| once.call_once(|| panic!("on purpose")))).is_err());
    assert!(!once.is_completed());
    assert!(catch_unwind(AssertUnwindSafe(|| once.call_once(|| ()))).is_err());
    let mut poisoned = false;
    once.call_once_force(|state| poisoned = state.is_poisoned());
    once.call_once(|| panic!("it is done"));
    assert!(poisoned && once.is_completed());
    assert_eq!(format!("{once:?}"), "Once { .. }");
}

#[test]
fn a_cell_has_its_value() {
    let mut cell = OnceLock::new();
    assert_eq!((cell.get(), format!("{cell:?}")), (None, "OnceLock(<uninit>)".to_owned()));
    let failed = catch_unwind(AssertUnwindSafe(|| _ = cell.get_or_init(|| panic!("on purpose"))));
    assert!(failed.is_err());
    assert_eq!((cell.set(1), cell.set(2), cell.get()), (Ok(()), Err(2), Some(&1)));
    *cell.get_mut().unwrap() += 1;
    let other = cell.clone();
    assert_eq!((&other, format!("{other:?}")), (&OnceLock::from(2), "OnceLock(2)".to_owned()));
    assert_eq!((cell.take(), cell.get(), other.into_inner()), (Some(2), None, Some(2)));
    assert_eq!((*cell.get_or_init(|| 5), OnceLock::<u8>::default().into_inner()), (5, None));
}

#[test]
fn barriers_have_one_leader() {
    let barrier = Barrier::new(4);
    let leaders = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    leaders.fetch_add(usize::from(barrier.wait().is_leader()), SeqCst);
                }
            });
        }
    });
    assert_eq!(leaders.load(SeqCst), 50);
    assert!(Barrier::new(0).wait().is_leader());
    assert_eq!(format!("{barrier:?}"), "Barrier { .. }");
}

#[test]
fn traits_are_those_of_std() {
    fn everything<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe>() {}
    fn unsend<T: Send>() {}
    everything::<Once>();
    everything::<Barrier>();
    everything::<OnceLock<u8>>();
    unsend::<OnceLock<std::cell::Cell<u8>>>();
    // The value may borrow from what is dropped after the cell.
    let text = String::from("a");
    let cell = OnceLock::new();
    cell.set(&text).unwrap();
}

//! Random programs do the same with a drop-in lock as with a plain one, and the record agrees with it after every step.

use crate::find::{holds_at, next_line};
use proptest::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync as plain;
use taskscope::snapshot::Op;
use taskscope::std::sync as dropin;

#[derive(Clone, Copy, Debug)]
enum Step {
    TryLock,
    TryRead,
    TryWrite,
    DropMutex,
    DropReader,
    DropWriter,
    #[cfg(taskscope_std_downgrades)]
    Downgrade,
    PanicLocked,
    PanicWriting,
    Clear,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use Step::*;
    let one = prop::sample::select(vec![
        TryLock,
        TryRead,
        TryRead,
        TryWrite,
        DropMutex,
        DropReader,
        DropWriter,
        #[cfg(taskscope_std_downgrades)]
        Downgrade,
        PanicLocked,
        PanicWriting,
        Clear,
    ]);
    prop::collection::vec(one, 0..40)
}

/// What a program sees of each step.
macro_rules! run {
    ($sync:ident, $lock:ident, $table:ident, $steps:expr, $look:expr) => {{
        let (lock, table) = (&$lock, &$table);
        let (mut locked, mut readers, mut writer) = (None, Vec::new(), None);
        let mut seen = Vec::new();
        for step in $steps.iter().copied() {
            let ok = match step {
                Step::TryLock if locked.is_none() => match lock.try_lock() {
                    Ok(guard) => Some(locked.insert(guard)).is_some(),
                    Err($sync::TryLockError::Poisoned(poison)) => {
                        locked = Some(poison.into_inner());
                        false
                    }
                    Err($sync::TryLockError::WouldBlock) => unreachable!("it is free"),
                },
                Step::TryLock => lock.try_lock().is_ok(),
                Step::TryRead => match table.try_read() {
                    Ok(guard) => {
                        readers.push(guard);
                        true
                    }
                    Err(_) => false,
                },
                Step::TryWrite => match table.try_write() {
                    Ok(guard) => Some(writer.insert(guard)).is_some(),
                    Err(_) => false,
                },
                Step::DropMutex => locked.take().map(|mut guard| *guard += 1).is_some(),
                Step::DropReader => readers.pop().is_some(),
                Step::DropWriter => writer.take().map(|mut guard| *guard += 1).is_some(),
                #[cfg(taskscope_std_downgrades)]
                Step::Downgrade => writer
                    .take()
                    .map(|guard| readers.push($sync::RwLockWriteGuard::downgrade(guard)))
                    .is_some(),
                Step::PanicLocked => catch_unwind(AssertUnwindSafe(|| {
                    let _guard = lock.try_lock();
                    std::panic::resume_unwind(Box::new(()));
                }))
                .is_ok(),
                Step::PanicWriting => catch_unwind(AssertUnwindSafe(|| {
                    let _guard = table.try_write();
                    std::panic::resume_unwind(Box::new(()));
                }))
                .is_ok(),
                Step::Clear => {
                    lock.clear_poison();
                    table.clear_poison();
                    true
                }
            };
            let poisoned = (lock.is_poisoned(), table.is_poisoned());
            seen.push((ok, poisoned, format!("{lock:?} {table:?}")));
            let held = (u32::from(locked.is_some()), readers.len(), usize::from(writer.is_some()));
            $look(held);
        }
        seen
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn locks_are_those_of_std(steps in steps()) {
        compare(&steps);
    }
}

#[cfg_attr(
    taskscope_std_downgrades,
    expect(clippy::incompatible_msrv, reason = "the step is here where std has it")
)]
fn compare(steps: &[Step]) {
    let (lock, table) = (plain::Mutex::new(0), plain::RwLock::new(0));
    let expected = run!(plain, lock, table, steps, |_| ());
    let lock_made = next_line!();
    let lock = dropin::Mutex::new(0);
    let table_made = next_line!();
    let table = dropin::RwLock::new(0);
    let seen = run!(dropin, lock, table, steps, |(locked, readers, writers)| {
        assert_eq!(holds_at(lock_made).iter().map(|hold| hold.amount).sum::<u32>(), locked);
        let holds = holds_at(table_made);
        assert_eq!(holds.iter().filter(|hold| hold.op == Op::Read).count(), readers);
        assert_eq!(holds.iter().filter(|hold| hold.op == Op::Write).count(), writers);
    });
    assert_eq!(seen, expected);
}

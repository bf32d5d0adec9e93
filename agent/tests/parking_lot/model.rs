//! Random programs do the same with a drop-in lock as with a plain one, and the record agrees with it after every step.

use crate::find::{holds_at, next_line};
use proptest::prelude::*;
use taskscope::snapshot::Op;

#[derive(Clone, Copy, Debug)]
enum Step {
    Read,
    Upgradable,
    Write,
    Upgrade,
    Downgrade,
    ToUpgradable,
    DropReader,
    DropUpgradable,
    DropWriter,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    use Step::*;
    let all = vec![
        Read,
        Read,
        Upgradable,
        Write,
        Upgrade,
        Downgrade,
        ToUpgradable,
        DropReader,
        DropUpgradable,
        DropWriter,
    ];
    prop::collection::vec(prop::sample::select(all), 0..40)
}

/// What a program sees of each step.
macro_rules! run {
    ($locks:path, $lock:ident, $steps:expr, $look:expr) => {{
        use locks::{RwLockUpgradableReadGuard as Upgradable, RwLockWriteGuard as Writer};
        use $locks as locks;
        let (mut readers, mut upgradable, mut writer) = (Vec::new(), None, None);
        let mut seen = Vec::new();
        for step in $steps.iter().copied() {
            let done = match step {
                Step::Read => $lock.try_read().map(|guard| readers.push(guard)).is_some(),
                Step::Upgradable => match $lock.try_upgradable_read() {
                    Some(guard) => Some(upgradable.insert(guard)).is_some(),
                    None => false,
                },
                Step::Write => match $lock.try_write() {
                    Some(guard) => Some(writer.insert(guard)).is_some(),
                    None => false,
                },
                Step::Upgrade => match upgradable.take().map(Upgradable::try_upgrade) {
                    Some(Ok(guard)) => Some(writer.insert(guard)).is_some(),
                    Some(Err(guard)) => Some(upgradable.insert(guard)).is_none(),
                    None => false,
                },
                Step::Downgrade => {
                    writer.take().map(|guard| readers.push(Writer::downgrade(guard))).is_some()
                }
                Step::ToUpgradable => match writer.take().map(Writer::downgrade_to_upgradable) {
                    Some(guard) => Some(upgradable.insert(guard)).is_some(),
                    None => false,
                },
                Step::DropReader => readers.pop().is_some(),
                Step::DropUpgradable => upgradable.take().is_some(),
                Step::DropWriter => writer.take().map(|mut guard| *guard += 1).is_some(),
            };
            $look(readers.len() + usize::from(upgradable.is_some()), usize::from(writer.is_some()));
            seen.push((done, $lock.is_locked(), $lock.is_locked_exclusive()));
        }
        drop((readers, upgradable, writer));
        (seen, $lock.into_inner())
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn same_as_parking_lot(steps in steps()) {
        let plain = ::parking_lot::RwLock::new(0);
        let expected = run!(::parking_lot, plain, steps, |_, _| ());
        let made = next_line!();
        let lock = taskscope::parking_lot::RwLock::new(0);
        let found = run!(taskscope::parking_lot, lock, steps, |readers, writers| {
            let holds = holds_at(made);
            let count = |op| holds.iter().filter(|hold| hold.op == op).count();
            assert_eq!((count(Op::Read), count(Op::Write)), (readers, writers));
        });
        prop_assert_eq!(found, expected);
    }
}

//! A module under the attribute sees the drop-ins under the names of the crates.

#[taskscope::instrument_pool(name = "names")]
mod program {
    use crossbeam_channel::{Receiver, unbounded};
    use parking_lot::Mutex;

    pub(super) fn made() -> (Mutex<u32>, Receiver<u32>) {
        let (_, receiver) = unbounded();
        (Mutex::new(7), receiver)
    }

    pub(super) mod inner {
        pub(in super::super) fn by_path() -> parking_lot::RwLock<u32> {
            parking_lot::RwLock::new(8)
        }
    }

    pub(super) mod own {
        use ::parking_lot;

        pub(in super::super) fn made() -> parking_lot::Mutex<u32> {
            parking_lot::Mutex::new(9)
        }
    }
}

#[test]
fn the_names_of_the_crates_are_the_drop_ins() {
    let (lock, queue): (taskscope::parking_lot::Mutex<u32>, taskscope::crossbeam_channel::Receiver<u32>) =
        program::made();
    let by_path: taskscope::parking_lot::RwLock<u32> = program::inner::by_path();
    let own: ::parking_lot::Mutex<u32> = program::own::made();
    assert_eq!((*lock.lock(), *by_path.read(), *own.lock()), (7, 8, 9));
    assert!(queue.recv().is_err());
}

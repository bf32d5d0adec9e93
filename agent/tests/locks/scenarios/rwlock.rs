//! Readers and writers.

use super::sync::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, RwLockMappedWriteGuard,
    RwLockReadGuard, RwLockWriteGuard,
};
use crate::poll::{now, panic_of, polled};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

#[test]
fn readers_share_and_a_writer_does_not() {
    let lock = RwLock::new(1);
    let (a, b) = (now(lock.read()), now(lock.read()));
    assert_eq!((*a, *b), (1, 1));
    assert!(lock.try_write().is_err());
    let mut writer = polled(lock.write());
    writer.pending();
    drop(a);
    writer.pending();
    assert_eq!(writer.wakes(), 0);
    drop(b);
    assert_eq!(writer.wakes(), 1);
    let mut guard = writer.ready();
    *guard += 1;
    assert!(lock.try_read().is_err() && lock.try_write().is_err());
    drop(guard);
    assert_eq!(*lock.try_read().unwrap(), 2);
}

#[test]
fn whoever_waits_first_is_served_first() {
    let lock = RwLock::new(());
    let reader = now(lock.read());
    let mut writer = polled(lock.write());
    writer.pending();
    // Behind the writer, though only readers have the lock.
    let mut late = polled(lock.read());
    late.pending();
    assert!(lock.try_read().is_err());
    drop(writer);
    assert_eq!(late.wakes(), 1);
    drop((late.ready(), reader));
    assert!(lock.try_write().is_ok());
}

#[test]
fn so_many_readers_and_no_more() {
    let lock = RwLock::with_max_readers(5, 2);
    let (a, _b) = (now(lock.read()), now(lock.read()));
    assert!(lock.try_read().is_err());
    let mut third = polled(lock.read());
    third.pending();
    drop(a);
    assert_eq!(*third.ready(), 5);
    for wrong in [0, u32::MAX] {
        assert!(catch_unwind(|| RwLock::with_max_readers((), wrong)).is_err());
    }
}

#[test]
fn a_constant() {
    static LOCK: RwLock<u32> = RwLock::const_new(3);
    static FEW: RwLock<u32> = RwLock::const_with_max_readers(4, 1);
    assert_eq!(*now(LOCK.read()) + *now(FEW.read()), 7);
    *now(LOCK.write()) += 1;
    let _only = now(FEW.read());
    assert!(FEW.try_read().is_err());
    assert_eq!(*now(LOCK.read()), 4);
}

#[test]
fn a_writer_becomes_a_reader() {
    let lock = Arc::new(RwLock::new((1, 2)));
    let mut writer = now(lock.write());
    let mut waiting = polled(lock.read());
    waiting.pending();
    writer.0 = 7;
    let reader = writer.downgrade();
    assert_eq!(waiting.wakes(), 1);
    assert_eq!((reader.0, waiting.ready().0), (7, 7));
    assert!(lock.try_write().is_err());
    drop(reader);
    let part = RwLockWriteGuard::downgrade_map(now(lock.write()), |pair| &pair.1);
    assert_eq!((*part, lock.try_read().unwrap().0), (2, 7));
    drop(part);
    let writer = RwLockWriteGuard::try_downgrade_map(now(lock.write()), |_| None::<&u32>).unwrap_err();
    assert!(lock.try_read().is_err());
    let part = RwLockWriteGuard::try_downgrade_map(writer, |pair| Some(&pair.0)).unwrap();
    assert_eq!(*part, 7);
    assert!(lock.try_read().is_ok());
    drop(part);

    let reader = now(lock.clone().write_owned()).downgrade();
    assert!(lock.try_read().is_ok() && lock.try_write().is_err());
    drop(reader);
    let part = OwnedRwLockWriteGuard::downgrade_map(now(lock.clone().write_owned()), |pair| &pair.1);
    assert_eq!(*part, 2);
    assert!(Arc::ptr_eq(OwnedRwLockReadGuard::rwlock(&part), &lock));
    drop(part);
    let writer = now(lock.clone().write_owned());
    let writer = OwnedRwLockWriteGuard::try_downgrade_map(writer, |_| None::<&u32>).unwrap_err();
    assert!(lock.try_read().is_err());
    drop(OwnedRwLockWriteGuard::try_downgrade_map(writer, |pair| Some(&pair.0)).unwrap());
    assert!(lock.try_write().is_ok());
}

#[test]
fn parts() {
    let lock = Arc::new(RwLock::new(("text".to_owned(), vec![1, 2, 3])));
    let list = RwLockReadGuard::map(now(lock.read()), |pair| &pair.1);
    let last = RwLockReadGuard::try_map(list, |list| list.last()).unwrap();
    assert_eq!(format!("{last} {last:?}"), "3 3");
    let last = RwLockReadGuard::try_map(last, |_| None::<&u8>).unwrap_err();
    assert!(lock.try_write().is_err());
    drop(last);

    let list = RwLockWriteGuard::map(now(lock.write()), |pair| &mut pair.1);
    let mut last = RwLockMappedWriteGuard::map(list, |list| list.last_mut().unwrap());
    *last = 9;
    let last = RwLockMappedWriteGuard::try_map(last, |_| None::<&mut u8>).unwrap_err();
    assert!(lock.try_read().is_err());
    drop(last);
    drop(RwLockWriteGuard::into_mapped(lock.try_write().unwrap()));
    let whole = RwLockWriteGuard::try_map(now(lock.write()), |_| None::<&mut u8>).unwrap_err();
    assert_eq!(whole.1, [1, 2, 9]);
    drop(whole);

    let weak = Arc::downgrade(&lock);
    let list = OwnedRwLockWriteGuard::map(now(lock.clone().write_owned()), |pair| &mut pair.1);
    assert!(Arc::ptr_eq(OwnedRwLockMappedWriteGuard::rwlock(&list), &lock));
    let list = OwnedRwLockMappedWriteGuard::try_map(list, |_| None::<&mut u8>).unwrap_err();
    drop(OwnedRwLockMappedWriteGuard::map(list, |list| &mut list[0]));
    let whole = OwnedRwLockWriteGuard::try_map(now(lock.clone().write_owned()), |_| None::<&mut u8>);
    drop(OwnedRwLockWriteGuard::into_mapped(whole.unwrap_err()));
    let text = OwnedRwLockReadGuard::map(now(lock.read_owned()), |pair| pair.0.as_str());
    let text = OwnedRwLockReadGuard::try_map(text, |_| None::<&u8>).unwrap_err();
    // It is the last that keeps the lock.
    assert_eq!((&*text, weak.strong_count()), ("text", 1));
    drop(text);
    assert!(weak.upgrade().is_none());
}

#[test]
fn a_panic_in_a_closure_frees_the_lock() {
    let lock = Arc::new(RwLock::new(1));
    let panics: [fn(&Arc<RwLock<i32>>); 8] = [
        |lock| drop(RwLockReadGuard::map(now(lock.read()), |_| -> &i32 { panic!() })),
        |lock| drop(RwLockReadGuard::try_map(now(lock.read()), |_| -> Option<&i32> { panic!() })),
        |lock| drop(RwLockWriteGuard::map(now(lock.write()), |_| -> &mut i32 { panic!() })),
        |lock| drop(RwLockWriteGuard::downgrade_map(now(lock.write()), |_| -> &i32 { panic!() })),
        |lock| drop(RwLockWriteGuard::try_downgrade_map(now(lock.write()), |_| -> Option<&i32> { panic!() })),
        |lock| {
            let whole = RwLockWriteGuard::into_mapped(now(lock.write()));
            drop(RwLockMappedWriteGuard::map(whole, |_| -> &mut i32 { panic!() }));
        },
        |lock| drop(OwnedRwLockReadGuard::map(now(lock.clone().read_owned()), |_| -> &i32 { panic!() })),
        |lock| {
            let whole = now(lock.clone().write_owned());
            drop(OwnedRwLockWriteGuard::downgrade_map(whole, |_| -> &i32 { panic!() }));
        },
    ];
    for panics in panics {
        assert!(catch_unwind(AssertUnwindSafe(|| panics(&lock))).is_err());
        assert!(lock.try_write().is_ok());
        assert_eq!(Arc::strong_count(&lock), 1);
    }
}

#[test]
fn the_value_alone() {
    let mut lock = RwLock::from(1);
    *lock.get_mut() += 1;
    assert_eq!(format!("{lock:?}"), "RwLock { data: 2 }");
    let guard = now(lock.write());
    assert_eq!(format!("{lock:?} {guard:?} {guard}"), "RwLock { data: <locked> } 2 2");
    drop(guard);
    assert_eq!(lock.into_inner(), 2);
    assert_eq!(RwLock::<u8>::default().into_inner(), 0);
}

/// Runs `blocks` on a thread while `held` is held; it comes to its end after `held` is dropped, and not before.
fn waits_for<G>(held: G, blocks: impl FnOnce() + Send + 'static) {
    let (done, ended) = mpsc::channel();
    let thread = thread::spawn(move || {
        blocks();
        done.send(()).unwrap();
    });
    assert!(ended.recv_timeout(Duration::from_millis(20)).is_err());
    drop(held);
    ended.recv().unwrap();
    thread.join().unwrap();
}

#[test]
fn threads_wait() {
    let lock = Arc::new(RwLock::new(1));
    *lock.blocking_write() += 1;
    let reader = lock.blocking_read();
    assert_eq!((*reader, *lock.blocking_read()), (2, 2));
    let other = lock.clone();
    waits_for(reader, move || *other.blocking_write() += 1);
    let other = lock.clone();
    waits_for(now(lock.write()), move || assert_eq!(*other.blocking_read(), 3));
}

#[test]
fn a_thread_that_drives_tasks_must_not_block() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let lock = RwLock::new(());
    let (text, line) = panic_of(|| runtime.block_on(async { drop(lock.blocking_read()) }));
    assert!(text.contains("Cannot block the current thread"), "{text}");
    assert_eq!(line, line!() - 2);
    let (_, line) = panic_of(|| runtime.block_on(async { drop(lock.blocking_write()) }));
    assert_eq!(line, line!() - 1);
}

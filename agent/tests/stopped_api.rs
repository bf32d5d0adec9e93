//! Threads and tasks that are stopped by each primitive that the other tests of this kind leave out, as the API shows them:
//! the resource, who holds it since which line, the operation, the line and how long, in the lists and in the graph.
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/blocked.rs"]
mod blocked;

use blocked::{Case, Stage};

/// Every thread and task here waits, or holds something, as long as the process lives.
#[taskscope::instrument_pool(name = "stopped")]
mod stopped {
    use super::Case;
    use std::future::pending;
    use std::sync::{Arc, Barrier, Condvar, Mutex, Once, OnceLock, RwLock, mpsc};
    use std::thread;
    use std::time::Duration;
    use taskscope::{crossbeam_channel, parking_lot};

    const HOUR: Duration = Duration::from_secs(3600);

    fn forever() {
        loop {
            thread::park();
        }
    }

    /// Takes something on a thread of its own and keeps it.
    macro_rules! keep {
        ($op:literal, $value:ident, $taken:expr) => {{
            let ($value, both) = ($value.clone(), Arc::new(Barrier::new(2)));
            let ready = both.clone();
            thread::spawn(move || {
                let _kept = $taken;
                ready.wait();
                forever();
            });
            both.wait();
            Some(($op, line!()))
        }};
    }

    pub(super) fn threads() -> Vec<Case> {
        let mut cases = Vec::from(locks());
        cases.extend(parking_locks());
        cases.extend([condition(), parking_condition(), barrier(), cell(), once(), parking_once()]);
        cases.extend([received(), sent(), taken(), put()]);
        cases
    }

    fn locks() -> [Case; 3] {
        let lock = Arc::new(Mutex::new(0));
        let hold = keep!("lock", lock, lock.lock().expect("no panic"));
        thread::spawn(move || drop(lock.lock().expect("no panic")));
        let first = Case { wait: ("mutex", "lock", line!() - 1), hold };

        let lock = Arc::new(RwLock::new(0));
        let hold = keep!("write", lock, lock.write().expect("no panic"));
        thread::spawn(move || drop(lock.read().expect("no panic")));
        let second = Case { wait: ("rwlock", "read", line!() - 1), hold };

        let lock = Arc::new(RwLock::new(0));
        let hold = keep!("read", lock, lock.read().expect("no panic"));
        thread::spawn(move || drop(lock.write().expect("no panic")));
        [first, second, Case { wait: ("rwlock", "write", line!() - 1), hold }]
    }

    fn parking_locks() -> [Case; 5] {
        let lock = Arc::new(parking_lot::Mutex::new(0));
        let hold = keep!("lock", lock, lock.lock());
        thread::spawn(move || drop(lock.lock()));
        let first = Case { wait: ("mutex", "lock", line!() - 1), hold };

        let lock = Arc::new(parking_lot::FairMutex::new(0));
        let hold = keep!("lock", lock, lock.lock());
        thread::spawn(move || drop(lock.lock()));
        let second = Case { wait: ("mutex", "lock", line!() - 1), hold };

        let lock = Arc::new(parking_lot::ReentrantMutex::new(0));
        let hold = keep!("lock", lock, lock.lock());
        thread::spawn(move || drop(lock.lock()));
        let third = Case { wait: ("mutex", "lock", line!() - 1), hold };

        let lock = Arc::new(parking_lot::RwLock::new(0));
        let hold = keep!("read", lock, lock.read());
        thread::spawn(move || drop(lock.write()));
        let fourth = Case { wait: ("rwlock", "write", line!() - 1), hold };

        let lock = Arc::new(parking_lot::RwLock::new(0));
        let hold = keep!("read", lock, lock.upgradable_read());
        thread::spawn(move || drop(lock.upgradable_read()));
        [first, second, third, fourth, Case { wait: ("rwlock", "read", line!() - 1), hold }]
    }

    fn condition() -> Case {
        let pair = (Mutex::new(0), Condvar::new());
        thread::spawn(move || {
            let guard = pair.0.lock().expect("no panic");
            drop(pair.1.wait_while(guard, |value| *value == 0));
        });
        Case { wait: ("condvar", "wait", line!() - 2), hold: None }
    }

    fn parking_condition() -> Case {
        let pair = (parking_lot::Mutex::new(0), parking_lot::Condvar::new());
        thread::spawn(move || {
            let mut guard = pair.0.lock();
            pair.1.wait_while(&mut guard, |value| *value == 0);
        });
        Case { wait: ("condvar", "wait", line!() - 2), hold: None }
    }

    fn barrier() -> Case {
        let barrier = Barrier::new(2);
        thread::spawn(move || barrier.wait());
        Case { wait: ("barrier", "wait", line!() - 1), hold: None }
    }

    /// Fills something on a thread of its own, which never ends, and waits for that on another.
    macro_rules! fill {
        ($value:ident, $wait:expr) => {{
            let (other, both) = ($value.clone(), Arc::new(Barrier::new(2)));
            let ready = both.clone();
            let slow = move || {
                ready.wait();
                forever();
            };
            thread::spawn(move || {
                let $value = other;
                let fill = slow;
                $wait(&*$value, &fill)
            });
            both.wait();
            thread::spawn(move || $wait(&*$value, &|| ()));
            Case { wait: ("once_cell", "init", line!()), hold: Some(("init", line!())) }
        }};
    }

    fn cell() -> Case {
        let cell = Arc::new(OnceLock::<()>::new());
        fill!(cell, |cell: &OnceLock<()>, with: &dyn Fn()| *cell.get_or_init(with))
    }

    fn once() -> Case {
        let once = Arc::new(Once::new());
        fill!(once, |once: &Once, with: &dyn Fn()| once.call_once(with))
    }

    fn parking_once() -> Case {
        let once = Arc::new(parking_lot::Once::new());
        fill!(once, |once: &parking_lot::Once, with: &dyn Fn()| once.call_once(with))
    }

    fn received() -> Case {
        let (tx, rx) = mpsc::channel::<u8>();
        thread::spawn(move || {
            let _ = rx.recv();
            drop(tx);
        });
        Case { wait: ("mpsc", "recv", line!() - 3), hold: None }
    }

    fn sent() -> Case {
        let (tx, rx) = mpsc::sync_channel::<u8>(0);
        thread::spawn(move || {
            let _ = tx.send(1);
            drop(rx);
        });
        Case { wait: ("mpsc", "send", line!() - 3), hold: None }
    }

    fn taken() -> Case {
        let (tx, rx) = crossbeam_channel::unbounded::<u8>();
        thread::spawn(move || {
            let _ = rx.recv();
            drop(tx);
        });
        Case { wait: ("mpsc", "recv", line!() - 3), hold: None }
    }

    fn put() -> Case {
        let (tx, rx) = crossbeam_channel::bounded::<u8>(0);
        thread::spawn(move || {
            let _ = tx.send(1);
            drop(rx);
        });
        Case { wait: ("mpsc", "send", line!() - 3), hold: None }
    }

    /// Tasks, on the runtime that is entered.
    pub(super) fn tasks() -> Vec<Case> {
        use tokio::sync::mpsc;

        let (tx, mut rx) = mpsc::channel::<u8>(1);
        tokio::spawn(async move {
            let _ = rx.recv().await;
            drop(tx);
        });
        let first = Case { wait: ("mpsc", "recv", line!() - 3), hold: None };

        let (tx, rx) = mpsc::channel::<u8>(1);
        tokio::spawn(async move {
            tx.try_send(1).expect("there is room");
            let _ = tx.send(2).await;
            drop(rx);
        });
        vec![first, Case { wait: ("mpsc", "send", line!() - 3), hold: None }]
    }

    /// Threads that wait for no resource.
    pub(super) fn others() -> Vec<Case> {
        let (target, first): (thread::JoinHandle<()>, _) = (thread::spawn(forever), line!() + 1);
        thread::spawn(move || target.join().is_ok());
        thread::spawn(|| {
            thread::scope(|scope| {
                scope.spawn(forever);
            });
        });
        thread::Builder::new().spawn(|| thread::park()).expect("a thread");
        thread::spawn(|| thread::park_timeout(HOUR));
        thread::spawn(|| thread::sleep(HOUR));
        let waits = [
            ("task", "join", first),
            ("task", "join", first + 2),
            ("nothing", "other", first + 6),
            ("nothing", "other", first + 7),
            ("nothing", "sleep", first + 8),
        ];
        waits.map(|wait| Case { wait, hold: None }).into()
    }

    /// Tasks that wait for the end of others, on the runtime that is entered; the job ends when the sender is gone.
    pub(super) fn joins() -> (Vec<Case>, mpsc::Sender<()>) {
        let (go, end) = mpsc::channel::<()>();
        let (task, first) = (tokio::spawn(pending::<()>()), line!() + 1);
        tokio::spawn(async move { task.await });
        let job = tokio::task::spawn_blocking(move || end.recv().is_ok());
        tokio::spawn(async move { job.await });
        let mut set = tokio::task::JoinSet::<()>::new();
        set.spawn(pending());
        tokio::spawn(async move { set.join_next().await.is_some() });
        tokio::spawn(async {
            let mut own: tokio::task::JoinSet<()> = [pending(), pending()].into_iter().collect();
            own.join_next().await.is_some()
        });
        thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, async { tokio::task::spawn_local(pending::<()>()).await })
        });
        let waits = [("task", 0), ("task", 2), ("nothing", 5), ("set", 8), ("task", 13)];
        let waits = waits.map(|(kind, line)| (kind, first + line));
        (waits.map(|(kind, line)| Case { wait: (kind, "join", line), hold: None }).into(), go)
    }
}

#[test]
fn the_api_shows_what_stops_a_thread_and_a_task() {
    let stage = Stage::new("stopped", "tests/stopped_api.rs");
    let inside = stage.runtime.enter();
    let (joins, go) = stopped::joins();
    let tasks = stopped::tasks().into_iter().chain(joins);
    for case in stopped::threads().into_iter().chain(stopped::others()).chain(tasks) {
        stage.check(&case);
    }
    drop((go, inside));
}

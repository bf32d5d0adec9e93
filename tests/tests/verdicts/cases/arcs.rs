//! What tasks and threads wait for is in an `Arc` that only they have; and the same with somebody else who has it.

/// Those who are through with their part wait for all others, one of which gave up.
#[taskscope::instrument_pool]
pub(crate) mod all_or_none {
    use std::sync::Arc;
    use tokio::sync::Notify;

    struct Party {
        complete: Notify,
    }

    async fn guest(party: Arc<Party>) {
        party.complete.notified().await;
    }

    pub(crate) async fn run() {
        let party = Arc::new(Party { complete: Notify::new() });
        tokio::spawn(guest(party.clone())); // found: all_or_none
        tokio::spawn(guest(party)); // found: all_or_none
    }
}

/// A thread waits for a condition of which whoever was to tell it is gone.
#[taskscope::instrument_pool]
pub(crate) mod missed_condition {
    use std::sync::{Arc, Condvar, Mutex};
    use std::thread;

    #[derive(Default)]
    struct Latch {
        open: Mutex<bool>,
        opened: Condvar,
    }

    impl Latch {
        fn pass(&self) {
            let mut open = self.open.lock().unwrap();
            while !*open {
                open = self.opened.wait(open).unwrap(); // found: missed_condition
            }
        }
    }

    pub(crate) async fn run() {
        let latch = Arc::new(Latch::default());
        thread::spawn(move || latch.pass()); // found: missed_condition
    }
}

/// A task receives what only a struct can send that it has for itself.
#[taskscope::instrument_pool]
pub(crate) mod echo_to_nobody {
    use std::sync::Arc;
    use tokio::sync::mpsc;

    struct Session {
        outbox: mpsc::Sender<u32>,
        id: u32,
    }

    pub(crate) async fn run() {
        let (outbox, mut queue) = mpsc::channel(4);
        let session = Arc::new(Session { outbox, id: 1 });
        assert!(session.outbox.send(0).await.is_ok());
        tokio::spawn(async move {
            // found: echo_to_nobody
            while let Some(n) = queue.recv().await {
                // found: echo_to_nobody
                assert!(n < session.id);
            }
        });
    }
}

/// The first offer wins. The others wait for room in a queue whose receiver is in a lock that only they can reach.
#[taskscope::instrument_pool]
pub(crate) mod nobody_takes_the_rest {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{Mutex, mpsc};

    struct Auction<T> {
        bids: mpsc::Sender<T>,
        taken: Mutex<Option<mpsc::Receiver<T>>>,
    }

    async fn first_of(bidders: u32) -> Option<u32> {
        let (bids, taken) = mpsc::channel(1);
        let auction = Arc::new(Auction { bids, taken: Mutex::new(Some(taken)) });
        for bidder in 0..bidders {
            let auction = auction.clone();
            // found: nobody_takes_the_rest
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                let _ = auction.bids.send(bidder).await; // found: nobody_takes_the_rest
            });
        }
        auction.taken.lock().await.as_mut()?.recv().await
    }

    pub(crate) async fn run() {
        assert!(first_of(5).await.is_some());
    }
}

/// A task follows a value that nobody but it can change.
#[taskscope::instrument_pool]
pub(crate) mod follows_itself {
    use std::sync::Arc;
    use tokio::sync::watch;

    struct State {
        level: watch::Sender<u32>,
    }

    async fn follow(state: Arc<State>) {
        let mut level = state.level.subscribe();
        while level.changed().await.is_ok() {} // found: follows_itself
    }

    pub(crate) async fn run() {
        let (level, _) = watch::channel(0);
        tokio::spawn(follow(Arc::new(State { level }))); // found: follows_itself
    }
}

/// A barrier for one more than ever come.
#[taskscope::instrument_pool]
pub(crate) mod one_is_missing {
    use std::sync::Arc;
    use tokio::sync::Barrier;

    pub(crate) async fn run() {
        let ready = Arc::new(Barrier::new(3));
        for n in 0..2 {
            let ready = ready.clone();
            // found: one_is_missing
            tokio::spawn(async move {
                let _ = n + 1;
                ready.wait().await; // found: one_is_missing
            });
        }
    }
}

/// The same, and each time there is somebody else who can reach it: through a global, a struct, a message, a weak
/// reference, a plain thread, a borrow.
#[taskscope::instrument_pool]
pub(crate) mod somebody_else_has_it {
    use std::sync::{Arc, Condvar, Mutex, OnceLock, Weak};
    use std::time::Duration;
    use tokio::sync::{Notify, mpsc};

    const LATE: Duration = Duration::from_secs(60);

    #[derive(Default)]
    struct Gate {
        notify: Notify,
        opened: Condvar,
        open: Mutex<bool>,
    }

    impl Gate {
        fn set(&self) {
            *self.open.lock().unwrap() = true;
            self.opened.notify_all();
            self.notify.notify_waiters();
        }

        fn pass(&self) {
            let mut open = self.open.lock().unwrap();
            while !*open {
                open = self.opened.wait(open).unwrap();
            }
        }

        /// Lends itself to a thread while it waits.
        fn lend(&self) {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(LATE);
                    self.set();
                });
                self.pass();
            });
        }
    }

    static GLOBAL: OnceLock<Arc<Gate>> = OnceLock::new();
    static WEAK: OnceLock<Weak<Gate>> = OnceLock::new();

    struct Keeper(Arc<Gate>);

    async fn wait(gate: Arc<Gate>) {
        gate.notify.notified().await;
    }

    async fn keep(keeper: Keeper) {
        tokio::time::sleep(LATE).await;
        keeper.0.set();
    }

    /// A `Gate` that two tasks wait for.
    fn waited_for() -> Arc<Gate> {
        let gate = Arc::new(Gate::default());
        tokio::spawn(wait(gate.clone()));
        tokio::spawn(wait(gate.clone()));
        gate
    }

    pub(crate) async fn run() {
        assert!(GLOBAL.set(waited_for()).is_ok());
        tokio::spawn(keep(Keeper(waited_for())));
        let (sender, mut receiver) = mpsc::channel(1);
        assert!(sender.send(waited_for()).await.is_ok());
        tokio::spawn(async move {
            tokio::time::sleep(LATE).await;
            receiver.recv().await.map(|gate| gate.set())
        });
        let gate = Arc::new(Gate::default());
        assert!(WEAK.set(Arc::downgrade(&gate)).is_ok());
        tokio::spawn(wait(gate));
        let gate = waited_for();
        let job: Box<dyn FnOnce() + Send> = Box::new(move || {
            std::thread::sleep(LATE);
            gate.set();
        });
        ::std::thread::spawn(job);
        lends();
    }

    fn lends() {
        let lender = Arc::new(Gate::default());
        std::thread::spawn(move || lender.lend());
    }
}

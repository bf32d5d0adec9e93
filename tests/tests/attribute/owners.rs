//! Who has the ends of channels, as the snapshot says it of modules with the attribute.

use crate::support::{of_pool, run, until};
use taskscope::snapshot::{Known, Resource, Side, Snapshot, TaskState};

/// The channel that was made in a pool, if there is one.
fn channel<'a>(snapshot: &'a Snapshot, pool: &str) -> Option<&'a Resource> {
    snapshot.resources.iter().find(|resource| {
        let group = snapshot.group_of_resource(resource);
        snapshot.pool_name(group.pool) == pool && resource.senders.is_some()
    })
}

/// Names of the tasks that have the senders, and of those that have the receivers; `?` if that is not known for certain.
fn owners(snapshot: &Snapshot, pool: &str) -> Option<(String, String)> {
    let id = channel(snapshot, pool)?.id;
    let parked = of_pool(snapshot, pool).iter().all(|task| task.state == TaskState::Waiting);
    let names = |owners: Option<taskscope::snapshot::Owners>| {
        let Some(owners) = owners.filter(|owners| owners.known == Known::Shown) else {
            return "?".to_owned();
        };
        let name = |id: &_| snapshot.task(*id).map_or("gone", |task| snapshot.task_name(task));
        owners.tasks.iter().map(name).collect::<Vec<_>>().join(" ")
    };
    parked.then(|| (names(snapshot.senders_of(id)), names(snapshot.receivers_of(id))))
}

async fn become_known(pool: &str, senders: &str, receivers: &str) {
    let expected = (senders.to_owned(), receivers.to_owned());
    until(|snapshot| owners(snapshot, pool).filter(|found| *found == expected)).await;
}

/// What is said of a pool once all of its `tasks` tasks wait.
async fn settled(pool: &str, tasks: usize) -> (String, String) {
    let parked = |snapshot: &Snapshot| {
        let all = of_pool(snapshot, pool);
        let waits =
            all.iter().filter(|task| task.state == TaskState::Waiting && !task.awaits.is_empty()).count();
        (all.len() == tasks && waits == tasks).then(|| owners(snapshot, pool))?
    };
    until(parked).await
}

#[taskscope::instrument_pool(name = "owners.worker")]
mod worker {
    use tokio::sync::mpsc;

    async fn work(mut jobs: mpsc::Receiver<u8>, again: mpsc::Sender<u8>) {
        while let Some(job) = jobs.recv().await {
            if job > 200 {
                let _ = again.send(job - 1).await;
            }
        }
    }

    /// The only sender left is with the receiver.
    pub(super) async fn start() -> mpsc::Sender<u8> {
        let (tx, rx) = mpsc::channel(4);
        tokio::spawn(work(rx, tx.clone()));
        tx
    }
}

#[test]
fn parameters_are_with_the_task_that_runs_the_function() {
    run(async {
        let outer = worker::start().await;
        assert_eq!(settled("owners.worker", 1).await, ("?".to_owned(), "work".to_owned()));
        drop(outer);
        become_known("owners.worker", "work", "work").await;
    });
}

#[taskscope::instrument_pool(name = "owners.block")]
mod block {
    use tokio::sync::mpsc;

    pub(super) fn start() {
        let (tx, mut rx) = mpsc::unbounded_channel::<u8>();
        let retry = tx.clone();
        tokio::spawn(async move {
            while let Some(n) = rx.recv().await {
                let _ = retry.send(n);
            }
        });
        drop(tx);
    }
}

#[test]
fn captures_are_with_the_task_that_runs_the_block() {
    run(async {
        block::start();
        let (senders, receivers) = settled("owners.block", 1).await;
        assert_eq!(senders, receivers);
        assert_ne!(senders, "?");
    });
}

#[taskscope::instrument_pool(name = "owners.local")]
mod local {
    use tokio::sync::mpsc;

    async fn collect(mut rows: mpsc::Receiver<u8>) -> usize {
        let mut count = 0;
        while rows.recv().await.is_some() {
            count += 1;
        }
        count
    }

    /// Waits for the end of a task that waits for the end of its sender.
    pub(super) async fn import(n: u8) -> usize {
        let (tx, rows) = mpsc::channel(4);
        let total = tokio::spawn(collect(rows));
        for file in 0..n {
            let tx = tx.clone();
            tokio::spawn(async move {
                let _ = tx.send(file).await;
            });
        }
        total.await.unwrap_or(0)
    }
}

#[test]
fn what_a_function_makes_and_keeps_is_with_its_task() {
    run(async {
        let task = taskscope::tokio::spawn(local::import(3));
        let id = until(|snapshot| {
            let found = channel(snapshot, "owners.local")?;
            let owners = snapshot.senders_of(found.id).filter(|_| found.senders == Some(1))?;
            (owners.known == Known::Shown).then(|| owners.tasks[0])
        })
        .await;
        // The task that imports: it was not spawned in the pool.
        until(|snapshot| snapshot.task(id).filter(|task| task.state == TaskState::Waiting).map(drop)).await;
        task.abort();
        let _ = task.await;
        until(|snapshot| channel(snapshot, "owners.local").is_none().then_some(())).await;
    });
}

#[taskscope::instrument_pool(name = "owners.moved")]
mod moved {
    use std::future::Future;
    use std::pin::Pin;
    use tokio::sync::{mpsc, oneshot};

    type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

    async fn hold(tx: mpsc::Sender<u8>) {
        std::future::pending::<()>().await;
        let _ = tx.send(1).await;
    }

    /// Polls a future that owns a sender, and gives it to another task, which does not poll it.
    pub(super) async fn first(tx: mpsc::Sender<u8>, other: oneshot::Sender<Boxed>) {
        let mut future: Boxed = Box::pin(hold(tx));
        tokio::select! {
            biased;
            () = &mut future => {}
            () = tokio::task::yield_now() => {}
        }
        let _ = other.send(future);
        std::future::pending::<()>().await;
    }

    async fn second(other: oneshot::Receiver<Boxed>) {
        let kept = other.await;
        std::future::pending::<()>().await;
        drop(kept);
    }

    async fn receive(mut rx: mpsc::Receiver<u8>) {
        rx.recv().await;
    }

    pub(super) fn start() {
        let (tx, rx) = mpsc::channel(1);
        let (give, take) = oneshot::channel();
        tokio::spawn(first(tx, give));
        tokio::spawn(second(take));
        tokio::spawn(receive(rx));
    }
}

#[test]
fn a_future_that_was_moved_is_not_with_the_task_that_polled_it_first() {
    run(async {
        moved::start();
        let (made, receiver) = until(|snapshot| {
            let tasks = of_pool(snapshot, "owners.moved");
            let pending = tasks.iter().filter(|task| {
                task.state == TaskState::Waiting
                    && snapshot.backtrace(task).iter().any(|site| site.label.contains("pending"))
            });
            let queue = snapshot.resources.iter().find(|resource| {
                snapshot.pool_name(snapshot.group_of_resource(resource).pool) == "owners.moved"
                    && resource.capacity == Some(1)
                    && snapshot.group_of_resource(resource).kind == taskscope::snapshot::ResourceKind::Mpsc
            })?;
            let receiver = snapshot.receivers_of(queue.id)?;
            (tasks.len() == 3 && pending.count() == 2).then_some((queue.id, receiver.known))
        })
        .await;
        assert_eq!(receiver, Known::Shown);
        let snapshot = Snapshot::read(taskscope::snapshot::Detail::Light);
        assert_eq!(snapshot.senders_of(made), None);
        assert!(snapshot.ends_of(made).iter().all(|end| end.side != Side::Sender || end.owner.is_none()));
    });
}

#[taskscope::instrument_pool(name = "owners.asks")]
mod asks {
    use tokio::sync::{mpsc, oneshot};

    pub(super) async fn ask(actor: mpsc::Sender<oneshot::Sender<u8>>) {
        let (tx, rx) = oneshot::channel();
        let _ = actor.send(tx).await;
        let _ = rx.await;
    }
}

#[test]
fn the_sender_in_a_message_is_with_nobody() {
    run(async {
        let (actor, mut inbox) = taskscope::tokio::sync::mpsc::channel(1);
        taskscope::tokio::spawn(asks::ask(actor));
        let seen = until(|snapshot| {
            let found = channel(snapshot, "owners.asks")?;
            let receivers = snapshot.receivers_of(found.id)?;
            Some((snapshot.senders_of(found.id), receivers.known))
        })
        .await;
        assert_eq!(seen, (None, Known::Shown));
        let _ = inbox.recv().await.unwrap().send(1);
        until(|snapshot| channel(snapshot, "owners.asks").is_none().then_some(())).await;
    });
}

#[taskscope::instrument_pool(name = "owners.job")]
mod job {
    use std::sync::OnceLock;
    use tokio::sync::mpsc;

    pub(super) static DONE: OnceLock<()> = OnceLock::new();
    pub(super) static STOP: OnceLock<mpsc::Sender<u8>> = OnceLock::new();

    pub(super) fn start() {
        let (tx, mut rx) = mpsc::channel::<u8>(1);
        tokio::task::spawn_blocking(move || {
            let _ = rx.blocking_recv();
            let _ = DONE.set(());
        });
        let _ = STOP.set(tx);
    }
}

#[test]
fn the_receiver_of_a_blocking_job_is_with_the_job() {
    run(async {
        job::start();
        let kind = until(|snapshot| {
            let found = channel(snapshot, "owners.job")?;
            let receivers = snapshot.receivers_of(found.id).filter(|owners| owners.known == Known::Shown)?;
            assert_eq!(snapshot.senders_of(found.id), None, "it is in a static");
            Some(snapshot.group_of(snapshot.task(receivers.tasks[0])?).kind)
        })
        .await;
        assert_eq!(kind, taskscope::snapshot::TaskKind::Blocking);
        assert!(job::DONE.get().is_none());
        job::STOP.get().unwrap().try_send(1).unwrap();
        until(|_| job::DONE.get().copied()).await;
    });
}

#[taskscope::instrument_pool(name = "owners.actor")]
mod actor {
    use tokio::sync::mpsc;

    pub(super) struct Actor {
        inbox: mpsc::Receiver<u8>,
        again: mpsc::Sender<u8>,
        seen: usize,
    }

    impl Actor {
        pub(super) fn start() {
            let (again, inbox) = mpsc::channel(4);
            let actor = Self { inbox, again, seen: 0 };
            tokio::spawn(actor.run());
        }

        async fn run(mut self) -> usize {
            while let Some(n) = self.inbox.recv().await {
                self.see(n);
                self.again(n);
            }
            self.seen
        }

        fn again(&self, n: u8) {
            let _ = self.again.try_send(n);
        }

        fn see(&mut self, n: u8) {
            self.seen += usize::from(n);
        }
    }
}

#[test]
fn the_fields_of_an_actor_are_with_its_task() {
    run(async {
        actor::Actor::start();
        become_known("owners.actor", "run", "run").await;
    });
}

#[taskscope::instrument_pool(name = "owners.thread")]
mod thread {
    use std::sync::mpsc;

    fn relay(from: mpsc::Receiver<u8>) {
        while let Ok(0) = from.recv() {}
    }

    pub(super) fn start() -> mpsc::Sender<u8> {
        let (tx, rx) = mpsc::channel();
        std::thread::spawn(move || relay(rx));
        tx
    }
}

#[test]
fn what_a_function_of_a_thread_takes_is_with_the_thread() {
    run(async {
        let tx = thread::start();
        let seen = until(|snapshot| {
            let found = channel(snapshot, "owners.thread")?;
            let receivers = snapshot.receivers_of(found.id)?;
            let kind = snapshot.group_of(snapshot.task(receivers.tasks[0])?).kind;
            (receivers.known == Known::Shown).then(|| (kind, snapshot.senders_of(found.id)))
        })
        .await;
        assert_eq!(seen, (taskscope::snapshot::TaskKind::Thread, None));
        tx.send(1).unwrap();
        until(|snapshot| of_pool(snapshot, "owners.thread").is_empty().then_some(())).await;
    });
}

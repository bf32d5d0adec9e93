//! Healthy programs that are idle, slow, or wait by intent.

/// An actor without anything to do, known to the whole program.
#[taskscope::instrument_pool]
pub(crate) mod idle_actor {
    use std::sync::OnceLock;
    use tokio::sync::mpsc;

    static ACTOR: OnceLock<mpsc::Sender<u32>> = OnceLock::new();

    pub(crate) async fn run() {
        let (handle, mut inbox) = mpsc::channel(4);
        tokio::spawn(async move { while inbox.recv().await.is_some() {} });
        assert!(ACTOR.set(handle).is_ok());
    }
}

/// Two actors that know each other and have nothing to say.
#[taskscope::instrument_pool]
pub(crate) mod friends {
    use std::sync::OnceLock;
    use tokio::sync::mpsc;

    type Handle = mpsc::Sender<u32>;
    static FRIENDS: OnceLock<(Handle, Handle)> = OnceLock::new();

    async fn actor(mut inbox: mpsc::Receiver<u32>, friend: Handle) {
        while let Some(hops) = inbox.recv().await {
            if hops > 0 {
                let _ = friend.send(hops - 1).await;
            }
        }
    }

    pub(crate) async fn run() {
        let ((one, one_inbox), (two, two_inbox)) = (mpsc::channel(4), mpsc::channel(4));
        tokio::spawn(actor(one_inbox, two.clone()));
        tokio::spawn(actor(two_inbox, one.clone()));
        let _ = one.send(5).await;
        assert!(FRIENDS.set((one, two)).is_ok());
    }
}

/// Requests that are answered after seconds.
#[taskscope::instrument_pool]
pub(crate) mod slow_answers {
    use std::time::Duration;
    use tokio::sync::{mpsc, oneshot};

    pub(crate) async fn run() {
        let (ask, mut questions) = mpsc::channel::<oneshot::Sender<u32>>(1);
        tokio::spawn(async move {
            while let Some(reply) = questions.recv().await {
                tokio::time::sleep(Duration::from_secs(3)).await;
                let _ = reply.send(1);
            }
        });
        tokio::spawn(async move {
            loop {
                let (reply, answer) = oneshot::channel();
                if ask.send(reply).await.is_err() || answer.await.is_err() {
                    return;
                }
            }
        });
    }
}

/// Tasks that wait for the end of the program.
#[taskscope::instrument_pool]
pub(crate) mod shutdown_listeners {
    use std::sync::OnceLock;
    use tokio::sync::{Notify, watch};

    static STOP: Notify = Notify::const_new();
    static PHASE: OnceLock<watch::Sender<bool>> = OnceLock::new();

    pub(crate) async fn run() {
        let (phase, changes) = watch::channel(false);
        assert!(PHASE.set(phase).is_ok());
        for _ in 0..4 {
            let mut changes = changes.clone();
            tokio::spawn(async move {
                tokio::select! {
                    () = STOP.notified() => {}
                    _ = changes.changed() => {}
                }
            });
        }
    }
}

/// An accept loop takes a permit for each connection and gives it to the task that serves it.
#[taskscope::instrument_pool]
pub(crate) mod permits_handed_on {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Semaphore;

    pub(crate) async fn run() {
        let slots = Arc::new(Semaphore::new(3));
        tokio::spawn(async move {
            while let Ok(slot) = slots.clone().acquire_owned().await {
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(900)).await;
                    drop(slot);
                });
            }
        });
    }
}

/// Permits that are used up and added anew.
#[taskscope::instrument_pool]
pub(crate) mod rate_limiter {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Semaphore;

    pub(crate) async fn run() {
        let tokens = Arc::new(Semaphore::new(0));
        let source = tokens.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(300)).await;
                source.add_permits(4);
            }
        });
        for _ in 0..10 {
            let tokens = tokens.clone();
            tokio::spawn(async move {
                while let Ok(token) = tokens.acquire().await {
                    token.forget();
                }
            });
        }
    }
}

/// Jobs and block_in_place that block for long, where that is allowed.
#[taskscope::instrument_pool]
pub(crate) mod long_jobs {
    use std::time::Duration;

    pub(crate) async fn run() {
        for _ in 0..2 {
            tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(3600)));
        }
        tokio::spawn(async {
            loop {
                tokio::task::block_in_place(|| std::thread::sleep(Duration::from_millis(1500)));
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
    }
}

/// A lock that is held for more than a second, and then is free for a while.
#[taskscope::instrument_pool]
pub(crate) mod long_lock {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Mutex;
    use tokio::time::sleep;

    pub(crate) async fn run() {
        let table: Arc<Mutex<u32>> = Arc::default();
        for n in 0..8 {
            let table = table.clone();
            tokio::spawn(async move {
                loop {
                    let guard = table.lock().await;
                    sleep(Duration::from_millis(if n == 0 { 1200 } else { 1 })).await;
                    drop(guard);
                    sleep(Duration::from_millis(300)).await;
                }
            });
        }
    }
}

/// A worker that keeps a sender of its own queue, and is ended by a handle when the program ends.
#[taskscope::instrument_pool]
pub(crate) mod ended_by_handle {
    use std::sync::OnceLock;
    use tokio::sync::mpsc;
    use tokio::task::AbortHandle;

    static WORKER: OnceLock<AbortHandle> = OnceLock::new();

    pub(crate) async fn run() {
        let (jobs, mut queue) = mpsc::channel::<u32>(4);
        let worker = tokio::spawn(async move {
            while let Some(job) = queue.recv().await {
                let _ = jobs.try_send(job);
            }
        });
        assert!(WORKER.set(worker.abort_handle()).is_ok());
    }
}

/// Connections are let in while there are permits of a semaphore that is never freed; each takes its permit along.
#[taskscope::instrument_pool]
pub(crate) mod permits_lent_for_ever {
    use std::time::Duration;
    use tokio::sync::Semaphore;

    static DOOR: Semaphore = Semaphore::const_new(3);

    async fn accept(door: &'static Semaphore) {
        while let Ok(permit) = door.acquire().await {
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(3)).await;
                drop(permit);
            });
        }
    }

    pub(crate) async fn run() {
        tokio::spawn(accept(&DOOR));
        tokio::spawn(accept(Box::leak(Box::new(Semaphore::new(3)))));
    }
}

/// Permits of a `static` go with the jobs to workers that were there before.
#[taskscope::instrument_pool]
pub(crate) mod permits_sent_to_workers {
    use std::time::Duration;
    use tokio::sync::mpsc::{Receiver, channel};
    use tokio::sync::{Semaphore, SemaphorePermit};

    static DOOR: Semaphore = Semaphore::const_new(3);

    async fn work(mut jobs: Receiver<SemaphorePermit<'static>>) {
        while let Some(permit) = jobs.recv().await {
            tokio::time::sleep(Duration::from_secs(3)).await;
            drop(permit);
        }
    }

    pub(crate) async fn run() {
        let queues: Vec<_> = (0..3)
            .map(|_| {
                let (queue, jobs) = channel(1);
                tokio::spawn(work(jobs));
                queue
            })
            .collect();
        tokio::spawn(async move {
            for queue in queues.iter().cycle() {
                let Ok(permit) = DOOR.acquire().await else { break };
                if queue.send(permit).await.is_err() {
                    break;
                }
            }
        });
    }
}

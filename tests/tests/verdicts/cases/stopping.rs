//! Programs that are to stop, or to give back, and do so in the wrong order.

/// The children wait for jobs, and the one who has the sender waits for the children.
#[taskscope::instrument_pool]
pub(crate) mod a_set_that_waits_for_more {
    use std::sync::Arc;
    use tokio::sync::{Mutex, mpsc};
    use tokio::task::JoinSet;

    async fn add_up(jobs: Arc<Mutex<mpsc::Receiver<u64>>>) -> u64 {
        let mut sum = 0;
        loop {
            let job = jobs.lock().await.recv().await; // found: a_set_that_waits_for_more
            match job {
                Some(n) => sum += n,
                None => return sum,
            }
        }
    }

    async fn total() -> u64 {
        let (submit, jobs) = mpsc::channel(2);
        let jobs = Arc::new(Mutex::new(jobs));
        let mut workers = JoinSet::new();
        for _ in 0..2 {
            workers.spawn(add_up(jobs.clone()));
        }
        for n in 0..6 {
            submit.send(n).await.expect("they receive");
        }
        let mut sum = 0;
        while let Some(part) = workers.join_next().await {
            // found: a_set_that_waits_for_more
            sum += part.expect("no panic");
        }
        sum
    }

    pub(crate) async fn run() {
        tokio::spawn(total());
    }
}

/// The same with a parent that goes on to send.
#[taskscope::instrument_pool]
pub(crate) mod a_set_that_gets_more {
    use std::time::Duration;
    use tokio::sync::mpsc;
    use tokio::task::JoinSet;
    use tokio::time::interval;

    async fn last(mut news: mpsc::Receiver<u64>) -> u64 {
        let mut last = 0;
        while let Some(n) = news.recv().await {
            last = n;
        }
        last
    }

    async fn tell() {
        let (send, news) = mpsc::channel(2);
        let mut readers = JoinSet::new();
        readers.spawn(last(news));
        let mut tick = interval(Duration::from_millis(900));
        loop {
            tokio::select! {
                Some(read) = readers.join_next() => drop(read),
                _ = tick.tick() => drop(send.send(1).await),
            }
        }
    }

    pub(crate) async fn run() {
        tokio::spawn(tell());
    }
}

/// Each failed attempt takes a permit with it.
#[taskscope::instrument_pool]
pub(crate) mod permits_gone_for_good {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Semaphore;

    async fn attempt(n: u32, places: Arc<Semaphore>) {
        let place = places.acquire().await.expect("open"); // found: permits_gone_for_good
        tokio::time::sleep(Duration::from_millis(4)).await;
        if n.is_multiple_of(3) {
            place.forget();
        }
    }

    pub(crate) async fn run() {
        let places = Arc::new(Semaphore::new(2));
        for n in 0..9 {
            tokio::spawn(attempt(n, places.clone()));
        }
    }
}

/// Permits that are taken away until somebody adds new ones, which is a while off.
#[taskscope::instrument_pool]
pub(crate) mod a_late_refill {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Semaphore;

    async fn refill(tokens: Arc<Semaphore>) {
        loop {
            tokio::time::sleep(Duration::from_secs(3)).await;
            tokens.add_permits(2);
        }
    }

    async fn call(tokens: Arc<Semaphore>) {
        while let Ok(token) = tokens.acquire().await {
            token.forget();
        }
    }

    pub(crate) async fn run() {
        let tokens = Arc::new(Semaphore::new(2));
        tokio::spawn(refill(tokens.clone()));
        tokio::spawn(call(tokens));
    }
}

/// Whoever is dropped waits for a thread that waits for what is dropped after that.
#[taskscope::instrument_pool]
pub(crate) mod joined_before_closed {
    use std::sync::mpsc;
    use std::thread;

    struct Log {
        lines: mpsc::Sender<String>,
        thread: Option<thread::JoinHandle<usize>>,
    }

    impl Log {
        fn open() -> Log {
            let (lines, written) = mpsc::channel::<String>();
            let thread = thread::spawn(move || written.iter().map(|line| line.len()).sum()); // found: joined_before_closed
            Log { lines, thread: Some(thread) }
        }

        fn write(&self, line: &str) {
            let _ = self.lines.send(line.to_owned());
        }
    }

    impl Drop for Log {
        fn drop(&mut self) {
            if let Some(thread) = self.thread.take() {
                let _ = thread.join(); // found: joined_before_closed
            }
        }
    }

    pub(crate) async fn run() {
        thread::spawn(|| Log::open().write("a line"));
    }
}

/// A runtime inside of a job, for whose end the job waits while it keeps the sender.
#[taskscope::instrument_pool]
pub(crate) mod a_runtime_inside {
    use std::thread;
    use tokio::runtime::Builder;
    use tokio::sync::mpsc;

    fn embed() {
        let (send, mut events) = mpsc::channel::<u8>(4);
        let plugin = thread::spawn(move || {
            let runtime = Builder::new_current_thread().build().expect("a runtime");
            runtime.block_on(async move {
                while events.recv().await.is_some() {} // found: a_runtime_inside
            });
        });
        send.blocking_send(1).expect("it receives");
        plugin.join().expect("no panic"); // found: a_runtime_inside
        drop(send);
    }

    pub(crate) async fn run() {
        tokio::task::spawn_blocking(embed);
    }
}

/// The collector has enough, and waits for the others to say that they are through, which they cannot.
#[taskscope::instrument_pool]
pub(crate) mod enough_is_enough {
    use std::sync::Arc;
    use tokio::sync::{Notify, mpsc};

    async fn search(part: u32, hits: mpsc::Sender<u32>, through: Arc<Notify>) {
        for n in 0..10 {
            if hits.send(10 * part + n).await.is_err() {
                // found: enough_is_enough
                break;
            }
        }
        through.notify_one();
    }

    async fn first(most: usize) -> Vec<u32> {
        let (hits, mut found) = mpsc::channel(1);
        let through = Arc::new(Notify::new());
        for part in 0..3 {
            tokio::spawn(search(part, hits.clone(), through.clone()));
        }
        drop(hits);
        let mut list = Vec::new();
        while let Some(hit) = found.recv().await {
            list.push(hit);
            if list.len() == most {
                break;
            }
        }
        for _ in 0..3 {
            through.notified().await; // found: enough_is_enough
        }
        found.close();
        list
    }

    pub(crate) async fn run() {
        tokio::spawn(first(5));
    }
}

/// Two threads that both send first into queues without room.
#[taskscope::instrument_pool]
pub(crate) mod both_hand_over_first {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use std::thread;

    fn side(out: SyncSender<u8>, back: Receiver<u8>) {
        thread::spawn(move || {
            for n in 0..3 {
                if out.send(n).is_err() || back.recv().is_err() {
                    // found: both_hand_over_first
                    return;
                }
            }
        });
    }

    pub(crate) async fn run() {
        let ((there, here), (back, forth)) = (sync_channel(0), sync_channel(0));
        side(there, forth);
        side(back, here);
    }
}

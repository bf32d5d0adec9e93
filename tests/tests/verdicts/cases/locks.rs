//! Locks: circles of waits, and everybody in single file.

/// Two moves between two accounts lock them in opposite order.
#[taskscope::instrument_pool]
pub(crate) mod two_locks {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Mutex;

    async fn move_money(from: Arc<Mutex<i64>>, to: Arc<Mutex<i64>>) {
        let mut from = from.lock().await;
        tokio::time::sleep(Duration::from_millis(20)).await;
        let mut to = to.lock().await; // found: two_locks
        *from -= 1;
        *to += 1;
    }

    pub(crate) async fn run() {
        let (savings, salary) = (Arc::new(Mutex::new(1)), Arc::new(Mutex::new(2)));
        tokio::spawn(move_money(savings.clone(), salary.clone()));
        tokio::spawn(move_money(salary, savings));
    }
}

/// A method that locks is called by one that has locked.
#[taskscope::instrument_pool]
pub(crate) mod lock_twice {
    use std::sync::Arc;
    use tokio::sync::Mutex;

    async fn count(words: &Mutex<Vec<u32>>) -> usize {
        words.lock().await.len() // found: lock_twice
    }

    async fn add(words: Arc<Mutex<Vec<u32>>>) {
        let mut list = words.lock().await;
        list.push(1);
        assert!(count(&words).await > 0);
    }

    pub(crate) async fn run() {
        tokio::spawn(add(Arc::default()));
    }
}

/// A reader reads again while a writer is queued behind its first guard.
#[taskscope::instrument_pool]
pub(crate) mod read_write_read {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::RwLock;

    async fn report(prices: Arc<RwLock<Vec<u32>>>) {
        let list = prices.read().await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        let again = prices.read().await; // found: read_write_read
        assert_eq!(list.len(), again.len());
    }

    pub(crate) async fn run() {
        let prices = Arc::new(RwLock::new(vec![1]));
        tokio::spawn(report(prices.clone()));
        tokio::time::sleep(Duration::from_millis(20)).await;
        tokio::spawn(async move { prices.write().await.push(2) });
    }
}

/// A task waits for another while it has the lock that the other needs.
#[taskscope::instrument_pool]
pub(crate) mod join_under_lock {
    use std::sync::Arc;
    use tokio::sync::Mutex;

    async fn flush(log: Arc<Mutex<Vec<u8>>>) {
        log.lock().await.clear(); // found: join_under_lock
    }

    pub(crate) async fn run() {
        let log: Arc<Mutex<Vec<u8>>> = Arc::default();
        tokio::spawn(async move {
            let guard = log.lock().await;
            let flushed = tokio::spawn(flush(log.clone()));
            let _ = flushed.await;
            drop(guard);
        });
    }
}

/// The lock is held while the queue is full, and the receiver wants the lock.
#[taskscope::instrument_pool]
pub(crate) mod send_under_lock {
    use std::sync::Arc;
    use tokio::sync::{Mutex, mpsc};

    type Index = Arc<Mutex<Vec<u32>>>;

    async fn refresh(index: Index, changed: mpsc::Sender<u32>) {
        let list = index.lock().await;
        for page in 0..10 {
            let _ = changed.send(page + list.len() as u32).await; // found: send_under_lock
        }
    }

    async fn follow(index: Index, mut changes: mpsc::Receiver<u32>) {
        while let Some(page) = changes.recv().await {
            index.lock().await.push(page); // found: send_under_lock
        }
    }

    pub(crate) async fn run() {
        let index = Index::default();
        let (changed, changes) = mpsc::channel(1);
        tokio::spawn(refresh(index.clone(), changed));
        tokio::spawn(follow(index, changes));
    }
}

/// Every request goes through one lock that is held while a slow device answers.
#[taskscope::instrument_pool]
pub(crate) mod single_file {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Mutex;

    async fn ask(device: Arc<Mutex<u64>>) {
        loop {
            let mut answers = device.lock().await; // found: single_file
            tokio::time::sleep(Duration::from_millis(4)).await;
            *answers += 1;
        }
    }

    pub(crate) async fn run() {
        let device = Arc::new(Mutex::new(0));
        for _ in 0..30 {
            tokio::spawn(ask(device.clone()));
        }
    }
}

/// Readers whose turns overlap, and a writer that only ever tries.
#[taskscope::instrument_pool]
pub(crate) mod only_tries {
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::RwLock;
    use tokio::time::sleep;

    async fn look_up(names: Arc<RwLock<Vec<u32>>>) {
        loop {
            let list = names.read().await;
            sleep(Duration::from_millis(30)).await;
            drop(list);
        }
    }

    async fn rename(names: Arc<RwLock<Vec<u32>>>) {
        loop {
            if let Ok(mut list) = names.try_write() {
                list.push(2);
                return;
            }
            sleep(Duration::from_millis(5)).await; // found: only_tries
        }
    }

    pub(crate) async fn run() {
        let names = Arc::new(RwLock::new(vec![1]));
        for n in 0..6 {
            let names = names.clone();
            tokio::spawn(async move {
                sleep(Duration::from_millis(5 * n)).await;
                look_up(names).await;
            });
        }
        sleep(Duration::from_millis(40)).await;
        tokio::spawn(rename(names));
    }
}

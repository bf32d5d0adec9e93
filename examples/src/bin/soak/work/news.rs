//! One who publishes, and readers of which some are too slow.

pub(crate) use inside::round;

#[taskscope::instrument_pool(name = "news")]
mod inside {
    use crate::book::{Book, What};
    use taskscope::snapshot::ResourceKind::{Broadcast, Watch};
    use tokio::sync::broadcast::error::RecvError;
    use tokio::sync::{broadcast, watch};

    const READERS: u64 = 4;
    const ITEMS: u64 = 60;

    /// Items missed.
    async fn read(mut items: broadcast::Receiver<u64>, slow: bool) -> u64 {
        let mut missed = 0;
        loop {
            match items.recv().await {
                Ok(_) if slow => tokio::task::yield_now().await,
                Ok(_) => {}
                Err(RecvError::Lagged(count)) => missed += count,
                Err(RecvError::Closed) => return missed,
            }
        }
    }

    async fn follow(mut state: watch::Receiver<u64>) {
        while state.changed().await.is_ok() {
            let _ = *state.borrow_and_update();
        }
    }

    pub(crate) async fn round(book: &Book) {
        let (items, _) = broadcast::channel(8);
        let (state, first) = watch::channel(0);
        let readers: Vec<_> =
            (0..READERS).map(|n| tokio::spawn(read(items.subscribe(), n.is_multiple_of(2)))).collect();
        let followers: Vec<_> = (0..READERS).map(|_| tokio::spawn(follow(first.clone()))).collect();
        drop(first);
        let (mut published, mut states) = (0, 0);
        for item in 0..ITEMS {
            published += u64::from(items.send(item).is_ok());
            states += u64::from(state.send(item).is_ok());
            if item.is_multiple_of(12) {
                tokio::task::yield_now().await;
            }
        }
        drop((items, state));
        let (mut missed, mut completed) = (0, 0);
        for reader in readers {
            let Ok(count) = reader.await else { continue };
            (missed, completed) = (missed + count, completed + 1);
        }
        for follower in followers {
            completed += u64::from(follower.await.is_ok());
        }
        book.add(
            "news",
            &[
                (What::Spawned, 2 * READERS),
                (What::Completed, completed),
                (What::Panicked, 0),
                (What::Cancelled, 0),
                (What::Created(Broadcast), 1),
                (What::Sent(Broadcast), published),
                (What::Missed(Broadcast), missed),
                (What::Created(Watch), 1),
                (What::Sent(Watch), states),
            ],
        );
    }
}

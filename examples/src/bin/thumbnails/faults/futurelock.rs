//! A worker gives up on a future without dropping it, and then waits for what that future has been given.
//!
//! `select!` by reference leaves the first attempt queued for `totals`. When the lock is free it goes to that attempt,
//! which nobody polls any more: the worker that could poll it waits for the same lock behind it, and all others too.

#[taskscope::instrument_pool]
mod patience {
    use crate::catalogue::{Catalogue, Entry};
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::{interval, sleep};

    /// How long a worker waits before it tries the short way.
    const PATIENCE: Duration = Duration::from_millis(20);
    /// How long the sums are taken, and how often.
    const AUDIT: (Duration, Duration) = (Duration::from_millis(60), Duration::from_millis(500));

    /// Adds a thumbnail to the catalogue; if that takes too long, to the sums alone.
    pub(crate) async fn record(catalogue: &Catalogue, entry: Entry) {
        let mut whole = Box::pin(catalogue.record(entry.clone()));
        tokio::select! {
            () = &mut whole => return,
            () = sleep(PATIENCE) => {}
        }
        catalogue.totals.lock().await.add(&entry);
    }

    /// Checks the sums regularly, and holds them meanwhile.
    pub(crate) fn audit_regularly(catalogue: Arc<Catalogue>) {
        tokio::spawn(async move {
            let mut tick = interval(AUDIT.1);
            loop {
                tick.tick().await;
                let _totals = catalogue.totals.lock().await;
                sleep(AUDIT.0).await;
            }
        });
    }
}

pub(crate) use patience::{audit_regularly, record};

//! Runs each workload again and again.

use super::{ends, locks, news, threads, workers};
use crate::book::Book;
use std::sync::Arc;
use std::time::{Duration, Instant};
use taskscope::tokio;
use taskscope::tokio::task::JoinHandle;

/// Between two rounds.
const PAUSE: Duration = Duration::from_millis(1);

/// Starts all workloads; each ends with the first round that ends after `end`.
pub(crate) fn start(end: Instant, book: &Arc<Book>) -> Vec<JoinHandle<()>> {
    macro_rules! repeat {
        ($($workload:ident)*) => {
            vec![$({
                let book = book.clone();
                tokio::spawn(async move {
                    while Instant::now() < end {
                        $workload::round(&book).await;
                        tokio::time::sleep(PAUSE).await;
                    }
                })
            }),*]
        };
    }
    repeat!(workers news locks ends threads)
}

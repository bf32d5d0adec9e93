//! Two tasks take the same two locks in opposite order.
//!
//! The one that saves the catalogue holds `index` and wants `totals`; a worker holds `totals` and wants `index`.
//! When both have their first lock, neither gets its second one, and all other workers queue up behind them.

#[taskscope::instrument_pool]
mod saving {
    use crate::catalogue::{Catalogue, Entry, table};
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::time::interval;

    /// Time between two savings.
    const EVERY: Duration = Duration::from_millis(500);

    /// Adds a thumbnail to the catalogue.
    pub(crate) async fn record(catalogue: &Catalogue, entry: Entry) {
        let mut totals = catalogue.totals.lock().await;
        totals.add(&entry);
        catalogue.index.lock().await.insert(entry.name.clone(), entry);
    }

    /// Saves the catalogue while work goes on, so that little is lost if the program dies.
    pub(crate) fn save_regularly(catalogue: Arc<Catalogue>, path: PathBuf) {
        tokio::spawn(async move {
            let mut tick = interval(EVERY);
            loop {
                tick.tick().await;
                let index = catalogue.index.lock().await;
                // The file must be there before it is replaced.
                let _ = tokio::fs::OpenOptions::new().append(true).create(true).open(&path).await;
                let totals = catalogue.totals.lock().await;
                let _ = tokio::fs::write(&path, table(&index, &totals)).await;
            }
        });
    }
}

pub(crate) use saving::{record, save_regularly};

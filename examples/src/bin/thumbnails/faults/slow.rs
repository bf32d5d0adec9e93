//! The journal of thumbnails is on a slow disk, and each worker holds the catalogue's lock while it writes there.
//!
//! So only one worker at a time gets anything done, images come faster than they go, and the queue stays full.

#[taskscope::instrument_pool]
mod journal {
    use crate::catalogue::{Catalogue, Entry};
    use std::path::{Path, PathBuf};
    use std::time::Duration;
    use tokio::io::AsyncWriteExt;
    use tokio::time::sleep;

    /// A disk as it is when everybody else writes to it as well.
    const DISK: Duration = Duration::from_millis(120);

    /// A file with a line for each thumbnail.
    pub(crate) struct Journal {
        path: PathBuf,
    }

    impl Journal {
        /// A journal in this folder.
        pub(crate) fn new(folder: &Path) -> Self {
            Self { path: folder.join("journal.txt") }
        }

        /// Adds a thumbnail to the catalogue and to the journal.
        pub(crate) async fn record(&self, catalogue: &Catalogue, entry: Entry) {
            let mut index = catalogue.index.lock().await;
            self.append(&entry.name).await;
            catalogue.totals.lock().await.add(&entry);
            index.insert(entry.name.clone(), entry);
        }

        /// Writes a line. The journal is for people; a line that cannot be written is no reason to stop.
        async fn append(&self, name: &str) {
            let file = tokio::fs::OpenOptions::new().append(true).create(true).open(&self.path).await;
            if let Ok(mut file) = file {
                let _ = file.write_all(format!("{name}\n").as_bytes()).await;
                let _ = file.flush().await;
            }
            sleep(DISK).await;
        }
    }
}

pub(crate) use journal::Journal;

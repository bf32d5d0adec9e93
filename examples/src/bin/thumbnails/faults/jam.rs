//! A worker holds a lock while it sends, and whoever receives needs the lock first.
//!
//! The worker has `totals` and waits for room in the chronicle's queue. The chronicler has taken a line out of the
//! queue and waits for `totals`. Neither the lock alone nor the queue alone shows what is wrong.

#[taskscope::instrument_pool]
mod chronicle {
    use crate::catalogue::{Catalogue, Entry};
    use std::path::PathBuf;
    use std::sync::Arc;
    use tokio::io::AsyncWriteExt;
    use tokio::sync::mpsc;

    /// Lines that may wait to be written.
    const LINES: usize = 1;

    /// A file with a few lines for each thumbnail, written by one task for all workers.
    pub(crate) struct Chronicle {
        lines: mpsc::Sender<String>,
    }

    impl Chronicle {
        /// Starts the chronicler.
        pub(crate) fn start(catalogue: Arc<Catalogue>, path: PathBuf) -> Self {
            let (lines, queue) = mpsc::channel(LINES);
            tokio::spawn(write(queue, catalogue, path));
            Self { lines }
        }

        /// Adds a thumbnail to the catalogue and to the chronicle, in the same order.
        pub(crate) async fn record(&self, catalogue: &Catalogue, entry: Entry) {
            let mut totals = catalogue.totals.lock().await;
            totals.add(&entry);
            let (width, height) = entry.size;
            for line in
                [entry.name.clone(), format!("{width} x {height}"), format!("{} bytes", entry.written)]
            {
                let _ = self.lines.send(line).await;
            }
            catalogue.index.lock().await.insert(entry.name.clone(), entry);
        }
    }

    /// Writes each line with the number of thumbnails so far. A line that cannot be written is no reason to stop.
    async fn write(mut queue: mpsc::Receiver<String>, catalogue: Arc<Catalogue>, path: PathBuf) {
        while let Some(line) = queue.recv().await {
            let made = catalogue.totals.lock().await.made;
            let file = tokio::fs::OpenOptions::new().append(true).create(true).open(&path).await;
            if let Ok(mut file) = file {
                let _ = file.write_all(format!("{made}\t{line}\n").as_bytes()).await;
            }
        }
    }
}

pub(crate) use chronicle::Chronicle;

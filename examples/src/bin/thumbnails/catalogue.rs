//! What has been made so far, shared by all workers.

#[taskscope::instrument_pool(name = "catalogue")]
mod listing {
    use std::collections::BTreeMap;
    use std::fmt::Write;
    use std::io;
    use std::path::Path;
    use tokio::sync::Mutex;

    /// One thumbnail.
    #[derive(Clone, Debug)]
    pub(crate) struct Entry {
        /// File name of the image.
        pub name: String,
        /// Width and height of the thumbnail.
        pub size: (u32, u32),
        /// Bytes of the image.
        pub read: u64,
        /// Bytes of the thumbnail.
        pub written: u64,
    }

    /// Sums over all rounds.
    #[derive(Clone, Copy, Debug, Default)]
    pub(crate) struct Totals {
        /// Thumbnails made.
        pub made: u64,
        /// Bytes of images read.
        pub read: u64,
        /// Bytes of thumbnails written.
        pub written: u64,
    }

    /// The list of thumbnails and the sums.
    #[derive(Debug)]
    pub(crate) struct Catalogue {
        /// Newest entry of each image.
        pub index: Mutex<BTreeMap<String, Entry>>,
        /// Sums over all rounds.
        pub totals: Mutex<Totals>,
    }

    impl Catalogue {
        pub(crate) fn new() -> Self {
            let index = Mutex::new(BTreeMap::new());
            let totals = Mutex::new(Totals::default());
            Self { index, totals }
        }

        /// Adds a thumbnail.
        pub(crate) async fn record(&self, entry: Entry) {
            self.totals.lock().await.add(&entry);
            self.index.lock().await.insert(entry.name.clone(), entry);
        }

        /// Writes the list as a table. The file is written without a lock.
        pub(crate) async fn save(&self, path: &Path) -> io::Result<()> {
            let totals = *self.totals.lock().await;
            let table = table(&*self.index.lock().await, &totals);
            tokio::fs::write(path, table).await
        }
    }

    impl Totals {
        pub(crate) fn add(&mut self, entry: &Entry) {
            self.made += 1;
            self.read += entry.read;
            self.written += entry.written;
        }
    }

    /// One line per thumbnail, and one for the sums.
    pub(crate) fn table(index: &BTreeMap<String, Entry>, totals: &Totals) -> String {
        let mut table = String::from("image\twidth\theight\tbytes\n");
        for entry in index.values() {
            let (width, height) = entry.size;
            // Writing to a String cannot fail.
            let _ = writeln!(table, "{}\t{width}\t{height}\t{}", entry.name, entry.written);
        }
        let _ = writeln!(table, "total of {}\t\t\t{}", totals.made, totals.written);
        table
    }
}

pub(crate) use listing::{Catalogue, Entry, table};

//! What the workers have done comes together here.

#[taskscope::instrument_pool(name = "thumbnails")]
mod counting {
    use crate::catalogue::Entry;
    use crate::progress::Progress;
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::mpsc;

    /// What became of one image.
    pub(crate) enum Outcome {
        /// A thumbnail.
        Made(Entry),
        /// Nothing, and why.
        Failed(PathBuf, anyhow::Error),
    }

    /// What was done.
    #[derive(Debug, Default)]
    pub(crate) struct Summary {
        /// Thumbnails made.
        pub(crate) made: u64,
        /// Images that could not be used.
        pub(crate) failed: u64,
        /// Bytes of images read.
        pub(crate) read: u64,
        /// Bytes of thumbnails written.
        pub(crate) written: u64,
        /// Tasks that did not end when they should have.
        pub(crate) stuck: usize,
        /// From the first image to the last.
        pub(crate) elapsed: Duration,
    }

    impl Summary {
        /// An error if tasks had to be given up, or if nothing came of it.
        pub(crate) fn into_result(self) -> anyhow::Result<()> {
            anyhow::ensure!(self.stuck == 0, "{} tasks did not end and were given up", self.stuck);
            anyhow::ensure!(self.made > 0 || self.failed == 0, "no thumbnail could be made");
            Ok(())
        }
    }

    /// Counts until all workers are gone.
    pub(crate) async fn count(
        mut outcomes: mpsc::Receiver<Outcome>,
        images: usize,
        progress: Arc<Progress>,
    ) -> Summary {
        let mut summary = Summary::default();
        while let Some(outcome) = outcomes.recv().await {
            match outcome {
                Outcome::Made(entry) => {
                    summary.made += 1;
                    summary.read += entry.read;
                    summary.written += entry.written;
                }
                Outcome::Failed(image, error) => {
                    summary.failed += 1;
                    // Once is enough: it will fail in each round.
                    if summary.made + summary.failed <= images as u64 {
                        progress.line(&format!("{}: {error:#}", image.display()));
                    }
                }
            }
            let round = (summary.made + summary.failed - 1) / images as u64 + 1;
            progress.step(&format!("round {round}, {} failed", summary.failed));
        }
        progress.end();
        summary
    }
}

pub(crate) use counting::{Outcome, Summary, count};

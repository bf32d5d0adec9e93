//! Images come in as albums.

#[taskscope::instrument_pool(name = "thumbnails")]
mod albums {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
    use tokio::time::sleep;

    /// Images that come in together.
    const ALBUM: usize = 24;

    /// Time from the end of one album to the start of the next.
    const PAUSE: Duration = Duration::from_millis(100);

    /// An image that waits for a worker.
    pub(crate) struct Job {
        /// The file.
        pub(crate) image: PathBuf,
        /// Its place in the album: free again when the job is dropped.
        _place: Option<OwnedSemaphorePermit>,
    }

    /// How images come in.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Pace {
        /// An album comes when the one before it is done.
        Albums,
        /// As fast as the queue takes them.
        Flood,
    }

    /// Hands in all images, this many times.
    pub(crate) async fn feed(
        images: Vec<PathBuf>,
        rounds: Option<u64>,
        pace: Pace,
        queue: mpsc::Sender<Job>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let places = Arc::new(Semaphore::new(ALBUM));
        let hand_in = async {
            let mut round = 0;
            while rounds.is_none_or(|rounds| round < rounds) {
                round += 1;
                for album in images.chunks(ALBUM) {
                    let mut free = match pace {
                        Pace::Albums => Arc::clone(&places).acquire_many_owned(ALBUM as u32).await.ok(),
                        Pace::Flood => None,
                    };
                    for image in album {
                        let place = free.as_mut().and_then(|free| free.split(1));
                        if queue.send(Job { image: image.clone(), _place: place }).await.is_err() {
                            return;
                        }
                    }
                    drop(free);
                    if pace == Pace::Albums {
                        sleep(PAUSE).await;
                    }
                }
            }
        };
        tokio::select! {
            () = hand_in => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    }
}

pub(crate) use albums::{Job, Pace, feed};

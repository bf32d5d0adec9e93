//! Each thumbnail is announced, and the announcement waits for something that never comes.
//!
//! There are two mistakes. `Receipt` does not keep the waker, so nobody can ever wake the task that waits for
//! it. And the viewer keeps the senders of all requests for a preview, but answers none of them.

#[taskscope::instrument_pool]
mod announcements {
    use crate::catalogue::Entry;
    use std::collections::HashMap;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::task::{Context, Poll};
    use tokio::sync::mpsc;

    /// A viewer's request for a preview, and the way to answer it.
    struct Request {
        name: String,
        answer: mpsc::Sender<Vec<u8>>,
    }

    /// Tells viewers about new thumbnails.
    pub(crate) struct Announcer {
        viewer: mpsc::Sender<Request>,
        announced: AtomicU64,
    }

    /// Ready when the viewer has confirmed the announcement.
    struct Receipt {
        confirmed: Arc<AtomicBool>,
    }

    impl Future for Receipt {
        type Output = ();

        fn poll(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
            if self.confirmed.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
        }
    }

    impl Announcer {
        /// Starts the viewer.
        pub(crate) fn start() -> Self {
            let (viewer, requests) = mpsc::channel(16);
            tokio::spawn(view(requests));
            Self { viewer, announced: AtomicU64::new(0) }
        }

        /// Announces a thumbnail without waiting for the viewer.
        pub(crate) async fn announce(&self, entry: &Entry) {
            if self.announced.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
                let confirmed = Arc::new(AtomicBool::new(false));
                tokio::spawn(Receipt { confirmed });
            } else {
                let (answer, mut preview) = mpsc::channel(1);
                let request = Request { name: entry.name.clone(), answer };
                if self.viewer.send(request).await.is_ok() {
                    tokio::spawn(async move { preview.recv().await });
                }
            }
        }
    }

    /// Collects requests until there is a preview for them.
    async fn view(mut requests: mpsc::Receiver<Request>) {
        let mut waiting: HashMap<String, Vec<mpsc::Sender<Vec<u8>>>> = HashMap::new();
        while let Some(request) = requests.recv().await {
            waiting.entry(request.name).or_default().push(request.answer);
        }
    }
}

pub(crate) use announcements::Announcer;

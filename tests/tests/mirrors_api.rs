//! Tasks that are blocked on what tokio-util and tokio-stream make of tokio's types, as the API shows them.
#![forbid(unsafe_code)]
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "../../agent/tests/support/blocked.rs"]
mod blocked;

use blocked::{Case, Stage};

/// Every task here waits until it is aborted.
#[taskscope::instrument_pool(name = "mirrors")]
mod mirrors {
    use super::Case;
    use std::future::{pending, poll_fn};
    use std::sync::Arc;
    use taskscope::tokio_stream::StreamExt;
    use taskscope::tokio_stream::wrappers::{
        BroadcastStream, JoinSetStream, ReceiverStream, UnboundedReceiverStream, WatchStream,
    };
    use taskscope::tokio_util::sync::{CancellationToken, PollSemaphore, PollSender};
    use taskscope::tokio_util::task::{JoinMap, TaskTracker};
    use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};

    pub(super) async fn resources() -> Vec<Case> {
        let mut cases = vec![cancelled(), child(), room().await, messages(), any_messages()];
        cases.extend([permits().await, everybody(), changes()]);
        cases
    }

    fn cancelled() -> Case {
        let token = CancellationToken::new();
        tokio::spawn(async move { token.cancelled().await });
        Case { wait: ("notify", "wait", line!() - 1), hold: None }
    }

    fn child() -> Case {
        let token = CancellationToken::new().child_token();
        tokio::spawn(async move { token.run_until_cancelled(pending::<()>()).await });
        Case { wait: ("notify", "wait", line!() - 1), hold: None }
    }

    /// The permit that is out keeps one that is polled for waiting.
    async fn permits() -> Case {
        let semaphore = Arc::new(Semaphore::new(1));
        let (other, (ready, is_ready)) = (semaphore.clone(), oneshot::channel());
        tokio::spawn(async move {
            let _permit = other.acquire_owned().await;
            let _ = ready.send(());
            pending::<()>().await
        });
        let hold = Some(("acquire", line!() - 4));
        is_ready.await.expect("it holds");
        let mut polled = PollSemaphore::new(semaphore);
        tokio::spawn(async move { poll_fn(|cx| polled.poll_acquire(cx)).await.is_some() });
        Case { wait: ("semaphore", "acquire", line!() - 2), hold }
    }

    /// The room that one sender has reserved keeps another waiting.
    async fn room() -> Case {
        let (sender, receiver) = mpsc::channel::<u8>(1);
        let (mut first, (ready, is_ready)) = (PollSender::new(sender), oneshot::channel());
        let mut second = first.clone();
        tokio::spawn(async move {
            let reserved = poll_fn(|cx| first.poll_reserve(cx)).await.is_ok();
            let _ = ready.send(reserved);
            pending::<()>().await;
            drop((first, receiver));
        });
        let hold = Some(("send", line!() - 5));
        assert!(is_ready.await.expect("it has an answer"), "there is room for one");
        tokio::spawn(async move { poll_fn(|cx| second.poll_reserve(cx)).await.is_ok() });
        Case { wait: ("mpsc", "send", line!() - 1), hold }
    }

    fn messages() -> Case {
        let (sender, receiver) = mpsc::channel::<u8>(1);
        let mut stream = ReceiverStream::new(receiver);
        tokio::spawn(async move { (stream.next().await, sender).0 });
        Case { wait: ("mpsc", "recv", line!() - 2), hold: None }
    }

    fn any_messages() -> Case {
        let (sender, receiver) = mpsc::unbounded_channel::<u8>();
        let mut stream = UnboundedReceiverStream::new(receiver);
        tokio::spawn(async move { (stream.next().await, sender).0 });
        Case { wait: ("mpsc", "recv", line!() - 2), hold: None }
    }

    fn everybody() -> Case {
        let (sender, receiver) = broadcast::channel::<u8>(1);
        let mut stream = BroadcastStream::new(receiver);
        tokio::spawn(async move { (stream.next().await.is_some(), sender).0 });
        Case { wait: ("broadcast", "recv", line!() - 2), hold: None }
    }

    fn changes() -> Case {
        let (sender, receiver) = watch::channel(1);
        let mut stream = WatchStream::from_changes(receiver);
        tokio::spawn(async move { (stream.next().await, sender).0 });
        Case { wait: ("watch", "changed", line!() - 2), hold: None }
    }

    /// Waits for the end of any of several tasks.
    pub(super) fn joins() -> [Case; 3] {
        let mut map = JoinMap::<u8, ()>::new();
        map.spawn(1, pending());
        tokio::spawn(async move { map.join_next().await.is_some() });
        let first = line!() - 1;

        let tracker = TaskTracker::new();
        tracker.spawn(pending::<()>());
        tracker.close();
        tokio::spawn(async move { tracker.wait().await });

        let set = [pending::<()>()].into_iter().collect();
        let mut stream = JoinSetStream::new(set);
        tokio::spawn(async move { stream.next().await.is_some() });
        [first, first + 6, first + 9].map(|line| Case { wait: ("nothing", "join", line), hold: None })
    }
}

#[test]
fn the_api_shows_what_a_task_waits_for_in_what_is_made_of_tokio() {
    let stage = Stage::new("mirrors", "tests/mirrors_api.rs");
    let (cases, joins) = stage.runtime.block_on(async { (mirrors::resources().await, mirrors::joins()) });
    for case in cases.iter().chain(&joins) {
        stage.check(case);
    }
}

//! A task that is blocked on a channel or a signal, as the API shows it: the resource, the operation, the line and how
//! long, in the list of tasks, in the list of resources and in the graph.
#![expect(clippy::expect_used, reason = "an answer that is not there fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[path = "support/blocked.rs"]
mod blocked;

use blocked::answers::until;
use blocked::{Case, Stage};

/// Every task here waits until it is aborted.
#[taskscope::instrument_pool(name = "blocked")]
mod waits {
    use super::Case;
    use std::sync::Arc;
    use tokio::sync::{Notify, broadcast, oneshot, watch};
    use tokio::task::JoinHandle;

    pub(super) fn all() -> Vec<(Case, JoinHandle<()>)> {
        vec![notified(), notified_owned(), value(), closed(), changed(), wait_for(), message()]
    }

    fn notified() -> (Case, JoinHandle<()>) {
        let notify = Notify::new();
        let task = tokio::spawn(async move {
            notify.notified().await;
        });
        (Case { wait: ("notify", "notified", line!() - 2), hold: None }, task)
    }

    fn notified_owned() -> (Case, JoinHandle<()>) {
        let notify = Arc::new(Notify::new());
        let task = tokio::spawn(async move {
            notify.clone().notified_owned().await;
        });
        (Case { wait: ("notify", "notified", line!() - 2), hold: None }, task)
    }

    fn value() -> (Case, JoinHandle<()>) {
        let (tx, rx) = oneshot::channel::<u8>();
        let task = tokio::spawn(async move {
            let _ = rx.await;
            drop(tx);
        });
        (Case { wait: ("oneshot", "recv", line!() - 3), hold: None }, task)
    }

    fn closed() -> (Case, JoinHandle<()>) {
        let (mut tx, rx) = oneshot::channel::<u8>();
        let task = tokio::spawn(async move {
            tx.closed().await;
            drop(rx);
        });
        (Case { wait: ("oneshot", "wait", line!() - 3), hold: None }, task)
    }

    fn changed() -> (Case, JoinHandle<()>) {
        let (tx, mut rx) = watch::channel(0);
        let task = tokio::spawn(async move {
            let _ = rx.changed().await;
            drop(tx);
        });
        (Case { wait: ("watch", "changed", line!() - 3), hold: None }, task)
    }

    fn wait_for() -> (Case, JoinHandle<()>) {
        let (tx, mut rx) = watch::channel(0);
        let task = tokio::spawn(async move {
            let _ = rx.wait_for(|value| *value == 1).await;
            drop(tx);
        });
        (Case { wait: ("watch", "changed", line!() - 3), hold: None }, task)
    }

    fn message() -> (Case, JoinHandle<()>) {
        let (tx, mut rx) = broadcast::channel::<u8>(4);
        let task = tokio::spawn(async move {
            let _ = rx.recv().await;
            drop(tx);
        });
        (Case { wait: ("broadcast", "recv", line!() - 3), hold: None }, task)
    }
}

#[test]
fn the_api_shows_what_a_task_waits_for() {
    let stage = Stage::new("blocked", "tests/waits_api.rs");
    let cases = {
        let _inside = stage.runtime.enter();
        waits::all()
    };
    for (case, _) in &cases {
        stage.check(case);
    }
    for (case, task) in cases {
        task.abort();
        let ended = stage.runtime.block_on(task);
        assert!(ended.is_err_and(|error| error.is_cancelled()), "{}", case.wait.0);
    }
    until(stage.addr, "/api/v1/resources?pool=blocked", |resources| (resources["total"] == 0).then_some(()));
}

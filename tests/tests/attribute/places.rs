//! The place of an await is that of its word, whatever is around it.

use crate::support::{run, waits_in};

#[rustfmt::skip]
#[taskscope::instrument_pool(name = "places")]
mod traced {
    use std::future::pending;

    async fn inner() {
        pending::<()>().await // 11
    }

    pub(super) async fn chain() {
        std::future::ready(1).await;
        inner()
            .await // 17
    }

    pub(super) async fn select() {
        tokio::select! {
            biased;
            _ = pending::<()>(), if false => {}
            _ = tokio::time::sleep(std::time::Duration::from_secs(3600)) => {} // 24
            x = async { inner().await; 1 } => { let _: i32 = x; } // 25
            else => {}
        }
    }

    pub(super) async fn handler() {
        tokio::select! {
            _ = std::future::ready(()) => inner().await, // 32
        }
    }

    pub(super) async fn by_reference() {
        let mut first = Box::pin(inner());
        tokio::select! {
            biased;
            _ = &mut first => {} // 40
        }
    }

    pub(super) async fn joined() {
        let (_, _) = tokio::join!(
            inner(), // 46
            async { 1 },
        );
    }

    pub(super) async fn tried() -> Result<(), ()> {
        let (_, _) = tokio::try_join!(
            async { inner().await; Ok::<(), ()>(()) }, // 53
            async { Ok::<(), ()>(()) },
        )?;
        Ok(())
    }

    pub(super) async fn formatted() {
        println!("{:?} {}", inner().await, vec![1].len()); // 60
    }

    pub(super) async fn variable() {
        let inner = inner();
        inner.await // 65
    }

    pub(super) async fn nested() {
        let join = async { tokio::join!(async { tokio::select! { _ = inner() => {} } }) }; // 69
        join.await; // 70
    }
}

/// Spawns each into the pool in turn and compares what it waits in.
macro_rules! check {
    ($($future:expr => [$($await:literal),* $(,)?]),* $(,)?) => {
        run(async { $({
            let task = spawn::it($future);
            assert_eq!(waits_in("places.spawned").await, [$($await),*] as [&str; _], stringify!($future));
            task.abort();
            assert!(task.await.is_err());
        })* })
    };
}

#[taskscope::instrument_pool(name = "places.spawned")]
mod spawn {
    use std::future::Future;

    pub(super) fn it<F: Future<Output: Send> + Send + 'static>(
        future: F,
    ) -> tokio::task::JoinHandle<F::Output> {
        tokio::spawn(future)
    }
}

#[test]
fn awaits_are_where_they_stand() {
    check!(
        traced::chain() => ["17:14 inner()", "11:25 pending::<()>()"],
        traced::select() => ["25:17 async {…}", "25:33 inner()", "11:25 pending::<()>()", "24:17 tokio::time::sleep(std::time::Duration::from_secs(3600))"],
        traced::handler() => ["32:51 inner()", "11:25 pending::<()>()"],
        traced::by_reference() => ["40:17 &mut first", "11:25 pending::<()>()"],
        traced::joined() => ["46:13 inner()", "11:25 pending::<()>()"],
        traced::tried() => ["53:13 async {…}", "53:29 inner()", "11:25 pending::<()>()"],
        traced::formatted() => ["60:37 inner()", "11:25 pending::<()>()"],
        traced::variable() => ["65:15 inner", "11:25 pending::<()>()"],
        traced::nested() => ["70:14 join", "69:41 async {…}", "69:70 inner()", "11:25 pending::<()>()"],
    );
}

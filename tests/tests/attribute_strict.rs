//! The attribute in a crate that forbids what can be forbidden.
#![forbid(
    unsafe_code,
    unused_imports,
    unused_must_use,
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_qualifications
)]
#![deny(warnings, rust_2018_idioms)]

/// A pool.
#[taskscope::instrument_pool]
pub mod pool {
    use std::sync::Arc;
    use tokio::sync::mpsc;

    /// Sends to itself.
    pub async fn run() -> Option<u8> {
        let (tx, mut rx) = mpsc::channel(1);
        let tx = Arc::new(tx);
        let task = tokio::spawn(async move { tx.send(1).await });
        let joined = task.await;
        joined.ok()?.ok()?;
        tokio::select! {
            value = rx.recv() => value,
            () = std::future::pending() => None,
        }
    }
}

struct Type;

#[taskscope::instrument_pool]
impl Type {
    async fn method(&self) {
        pool::run().await;
    }
}

#[taskscope::instrument_pool]
#[taskscope::tokio::test]
async fn it_compiles_and_runs() {
    Type.method().await;
    assert_eq!(pool::run().await, Some(1));
}

//! Plain runtimes.

use tokio::runtime::Builder;

/// Runs a future as a task of a runtime of one thread.
pub fn block_on<F: Future<Output = ()> + Send + 'static>(future: F) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::spawn(future).await.unwrap() });
}

/// Runs a future on a runtime of two worker threads.
pub fn block_on_workers<F: Future<Output = ()> + Send + 'static>(future: F) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { tokio::spawn(future).await.unwrap() });
}

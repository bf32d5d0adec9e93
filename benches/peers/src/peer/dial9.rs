//! dial9: its runtime and its spawn, recording to a folder that is removed afterwards.

use dial9::{Dial9Handle, Dial9HandleTokioExt, DiskBuffer, Recorder, TokioAttachOptions};
use std::path::PathBuf;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

static HANDLE: OnceLock<Dial9Handle> = OnceLock::new();

/// Its recorder, and where it records.
pub struct Guard(Option<Recorder>, PathBuf);

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.take());
        let _ = std::fs::remove_dir_all(&self.1);
    }
}

/// Starts what the peer needs.
pub fn start() -> Guard {
    let folder = std::env::temp_dir().join(format!("peers-dial9-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let disk = DiskBuffer::builder()
        .base_path(folder.join("trace"))
        .max_file_size(64 << 20)
        .max_total_size(256 << 20)
        .build();
    let recorder = dial9::recorder(disk.unwrap()).build();
    let _ = HANDLE.set(recorder.handle().clone());
    Guard(Some(recorder), folder)
}

fn attach(builder: Builder) -> Runtime {
    let options = TokioAttachOptions::builder().runtime_name("main").task_tracking_enabled(true).build();
    HANDLE.get().unwrap().attach_tokio_runtime(builder, options).unwrap()
}

/// Runs a future as a task of a runtime of one thread.
pub fn block_on<F: Future<Output = ()> + Send + 'static>(future: F) {
    let mut builder = Builder::new_current_thread();
    builder.enable_all();
    dial9::block_on(&attach(builder), future);
}

/// Runs a future on a runtime of two worker threads.
pub fn block_on_workers<F: Future<Output = ()> + Send + 'static>(future: F) {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all();
    dial9::block_on(&attach(builder), future);
}

/// Spawns a task.
pub fn spawn<F: Future<Output: Send> + Send + 'static>(future: F) -> JoinHandle<F::Output>
where
    F::Output: 'static,
{
    dial9::spawn(future)
}

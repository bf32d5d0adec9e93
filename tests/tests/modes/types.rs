//! Without recording a drop-in is the original: the same type, so the same instructions and the same room.

use crate::RECORDS;
use std::any::{TypeId, type_name_of_val};
use std::future::Ready;
use taskscope::std::thread::spawn as spawn_thread;

/// Each of these types, under one name in two crates, is one type if nothing is recorded, and two if something is.
macro_rules! check {
    ($drop_ins:ident, $name:ident: $($type:ty),* $(,)?) => { $(
        let drop_in = {
            use $drop_ins::$name;
            TypeId::of::<$type>()
        };
        let original = {
            use ::$name;
            TypeId::of::<$type>()
        };
        assert_eq!(drop_in == original, !RECORDS, "{}", stringify!($type));
    )* };
}

#[test]
fn those_of_tokio() {
    check!(taskscope, tokio:
        tokio::sync::Barrier, tokio::sync::Mutex<u8>, tokio::sync::MutexGuard<'static, u8>, tokio::sync::Notify,
        tokio::sync::OnceCell<u8>, tokio::sync::OwnedMutexGuard<u8>, tokio::sync::RwLock<u8>, tokio::sync::Semaphore,
        tokio::sync::SemaphorePermit<'static>, tokio::sync::SetOnce<u8>, tokio::sync::broadcast::Receiver<u8>,
        tokio::sync::broadcast::Sender<u8>, tokio::sync::mpsc::Permit<'static, u8>, tokio::sync::mpsc::Receiver<u8>,
        tokio::sync::mpsc::Sender<u8>, tokio::sync::mpsc::UnboundedReceiver<u8>,
        tokio::sync::mpsc::UnboundedSender<u8>, tokio::sync::oneshot::Receiver<u8>, tokio::sync::oneshot::Sender<u8>,
        tokio::sync::watch::Receiver<u8>, tokio::sync::watch::Sender<u8>, tokio::task::AbortHandle,
        tokio::task::JoinHandle<u8>, tokio::task::JoinSet<u8>, tokio::task::LocalSet, tokio::runtime::Builder,
        tokio::runtime::Handle, tokio::runtime::Runtime,
    );
}

#[test]
fn those_of_std() {
    check!(taskscope, std:
        std::sync::Barrier, std::sync::Condvar, std::sync::Mutex<u8>, std::sync::MutexGuard<'static, u8>,
        std::sync::Once, std::sync::OnceLock<u8>, std::sync::RwLock<u8>, std::sync::mpsc::Receiver<u8>,
        std::sync::mpsc::Sender<u8>, std::sync::mpsc::SyncSender<u8>, std::thread::Builder, std::thread::JoinHandle<u8>,
    );
}

#[test]
fn those_of_other_crates() {
    check!(taskscope, tokio_util:
        tokio_util::sync::CancellationToken, tokio_util::sync::PollSemaphore, tokio_util::task::JoinMap<u8, u8>,
        tokio_util::task::TaskTracker,
    );
    check!(taskscope, tokio_stream: tokio_stream::wrappers::ReceiverStream<u8>);
    check!(taskscope, parking_lot: parking_lot::Condvar, parking_lot::Mutex<u8>, parking_lot::RwLock<u8>);
    check!(taskscope, crossbeam_channel: crossbeam_channel::Receiver<u8>, crossbeam_channel::Sender<u8>);
    check!(taskscope, rayon: rayon::ThreadBuilder, rayon::ThreadPool, rayon::ThreadPoolBuilder);
}

#[test]
fn functions_that_spawn() {
    let names = [
        type_name_of_val(&taskscope::tokio::spawn::<Ready<()>>),
        type_name_of_val(&taskscope::tokio::task::spawn_blocking::<fn(), ()>),
        type_name_of_val(&spawn_thread::<fn(), ()>),
        type_name_of_val(&taskscope_tokio::spawn::<Ready<()>>),
    ];
    for name in names {
        assert_eq!(name.starts_with("taskscope"), RECORDS, "{name}");
    }
}

mod plain {
    pub(super) async fn two(n: u8) -> u8 {
        one(n).await + one(n).await
    }

    async fn one(n: u8) -> u8 {
        tokio::task::yield_now().await;
        n
    }
}

/// The same code.
#[taskscope::instrument_pool]
mod instrumented {
    pub(super) async fn two(n: u8) -> u8 {
        one(n).await + one(n).await
    }

    async fn one(n: u8) -> u8 {
        tokio::task::yield_now().await;
        n
    }
}

#[test]
fn futures_under_the_attribute() {
    let (plain, instrumented) = (plain::two(1), instrumented::two(1));
    assert_eq!(size_of_val(&plain) == size_of_val(&instrumented), !RECORDS);
}

//! Resources that are no drop-ins, as far as the names of types tell.

use crate::site::await_kind::AROUND;

/// Where the types of resources are, and those of the futures that wait for them.
const RESOURCES: &[&str] = &[
    "async_channel::",
    "async_lock::",
    "crossbeam_channel::",
    "flume::",
    "futures_channel::",
    "futures_util::lock::",
    "lock_api::mutex::Mutex<parking_lot::",
    "lock_api::remutex::ReentrantMutex<parking_lot::",
    "lock_api::rwlock::RwLock<parking_lot::",
    "parking_lot::condvar::",
    "parking_lot::once::",
    "rayon_core::ThreadPoolBuilder",
    "std::sync::barrier::",
    "std::sync::mpsc::",
    "std::sync::once::",
    "std::sync::once_lock::",
    "std::sync::poison::condvar::",
    "std::sync::poison::mutex::",
    "std::sync::poison::once::",
    "std::sync::poison::rwlock::",
    "tokio::sync::",
    "tokio::task::join_set::",
    "tokio::task::local::",
    "tokio_stream::wrappers::",
    "tokio_util::sync::",
    "tokio_util::task::",
];

/// Where there are other futures that wait for something which is no drop-in.
const WAITS: &[&str] = &["event_listener::", "tokio::runtime::task::join::"];

/// What may stand around a future that waits for something, to wait for a time too or for the next of several.
const WRAPPERS: &[&str] = &[
    // What newer compilers write for a lifetime.
    "'_, ",
    "futures_util::future::future::fuse::Fuse<",
    "futures_util::stream::stream::next::Next<",
    "tokio::time::timeout::Timeout<",
    "tokio_stream::stream_ext::next::Next<",
];

/// Whether the type with this name is that of a resource which is no drop-in, or of the ends of one.
pub(super) fn is_resource(name: &str) -> bool {
    is_in(name.trim_start_matches('('), RESOURCES)
}

/// Whether a future of the type with this name waits for something that is no drop-in.
pub(super) fn is_wait(name: &str) -> bool {
    let mut name = name;
    while let Some(inner) = AROUND.iter().chain(WRAPPERS).find_map(|around| name.strip_prefix(around)) {
        name = inner;
    }
    is_in(name, RESOURCES) || is_in(name, WAITS)
}

fn is_in(name: &str, paths: &[&str]) -> bool {
    paths.iter().any(|path| name.starts_with(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_type_tells_of_a_resource() {
        for name in [
            "(flume::Sender<u8>, flume::Receiver<u8>)",
            "lock_api::mutex::Mutex<parking_lot::raw_mutex::RawMutex, u8>",
            "tokio::sync::mutex::Mutex<app::State>",
        ] {
            assert!(is_resource(name), "{name}");
        }
        for name in [
            "app::tokio::sync::mutex::Mutex<u8>",
            "lock_api::mutex::Mutex<app::Raw, parking_lot::condvar::Condvar>",
            "taskscope::tokio::sync::mutex::lock::Mutex<u8>",
            "app::Shared<tokio::sync::mutex::Mutex<u8>>",
            // These have no drop-in.
            "std::sync::lazy_lock::LazyLock<u8>",
            "core::cell::once::OnceCell<u8>",
        ] {
            assert!(!is_resource(name), "{name}");
        }
    }

    #[test]
    fn what_stands_around_a_wait_is_looked_through() {
        for name in [
            "tokio::runtime::task::join::JoinHandle<u8>",
            "&mut core::pin::Pin<alloc::boxed::Box<tokio::sync::mutex::Mutex<u8>::lock::{{closure}}>>",
            "tokio::time::timeout::Timeout<async_channel::Recv<'_, u8>>",
            "futures_util::stream::stream::next::Next<'_, flume::async::RecvStream<'_, u8>>",
            "futures_util::stream::stream::next::Next<futures_channel::mpsc::Receiver<u8>>",
        ] {
            assert!(is_wait(name), "{name}");
        }
        for name in [
            "tokio::time::timeout::Timeout<app::work::{{closure}}>",
            "taskscope::sync::acquire::Acquire<tokio::sync::mutex::Mutex<u8>::lock::{{closure}}>",
            "tokio::time::sleep::Sleep",
        ] {
            assert!(!is_wait(name), "{name}");
        }
    }
}

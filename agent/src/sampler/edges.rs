//! Where the frames of a stack stop being the program's.

use crate::profile::owner;

/// The crate whose frames are left out wherever they are.
const OWN_CRATE: &str = "taskscope";

/// The part of it that polls the futures of tasks and runs jobs.
const WRAPPERS: &str = "taskscope::task::";

/// Where tokio polls the future of a task; in a program without debug information the agent's own part of it, which is
/// inlined, has no name.
const RUNTIME: &str = "tokio::runtime::task::core::Core<";

/// Frames from here outwards start a thread; std leaves them out of its backtraces as well.
const ENTRY: &str = "::__rust_begin_short_backtrace";

/// Whether a function belongs to the agent.
pub(super) fn is_own(name: &str) -> bool {
    owner(name) == OWN_CRATE
}

/// Whether a function is where the agent calls the future or the closure of a task: outwards of it is the runtime.
pub(super) fn is_wrapper(name: &str) -> bool {
    is_own(name) && name.trim_start_matches('<').starts_with(WRAPPERS)
}

/// Whether a function is where tokio polls the future of a task.
pub(super) fn is_runtime(name: &str) -> bool {
    name.trim_start_matches('<').starts_with(RUNTIME) && name.contains(">::poll")
}

/// Whether a function is the last one of std's that starts a thread, or the program.
pub(super) fn is_entry(name: &str) -> bool {
    name.split_once(ENTRY).is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with("::<"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wrapper_of_a_task_is_told_from_the_rest_of_the_agent() {
        for wrapper in [
            "taskscope::task::tracked::poll",
            "<taskscope::task::tracked::Tracked<app::run::{closure#0}> as core::future::future::Future>::poll",
            "<taskscope::task::job::Job>::run::<(), app::main::{closure#0}>",
        ] {
            assert!(is_wrapper(wrapper) && is_own(wrapper), "{wrapper}");
        }
        let lock = "<taskscope::std::sync::mutex::Mutex<u32>>::lock";
        assert!(is_own(lock) && !is_wrapper(lock));
        for other in ["app::taskscope::task::run", "<app::T as taskscope::task::Tr>::f"] {
            assert!(!is_wrapper(other), "{other}");
        }
    }

    #[test]
    fn the_place_where_tokio_polls_a_task_is_told_from_the_rest_of_its_runtime() {
        for poll in [
            "<tokio::runtime::task::core::Core<taskscope::task::tracked::Tracked<app::f>, alloc::sync::Arc<S>>>::poll",
            "tokio::runtime::task::core::Core<T,S>::poll",
        ] {
            assert!(is_runtime(poll), "{poll}");
        }
        for other in [
            "tokio::runtime::task::harness::poll_future",
            "<tokio::runtime::task::core::Core<app::f, S>>::store_output",
            "app::f::<tokio::runtime::task::core::Core<T, S>>::poll",
        ] {
            assert!(!is_runtime(other), "{other}");
        }
    }

    #[test]
    fn threads_begin_where_std_says() {
        assert!(is_entry("std::sys::backtrace::__rust_begin_short_backtrace"));
        assert!(is_entry("std::sys::backtrace::__rust_begin_short_backtrace::<app::main, ()>"));
        assert!(!is_entry("std::sys::backtrace::__rust_begin_short_backtraces"));
    }
}

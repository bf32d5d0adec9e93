//! Where the frames of a stack stop being the program's.

use crate::profile::owner;

/// The crate whose frames are left out wherever they are.
const OWN_CRATE: &str = "taskscope";

/// Frames from here outwards start a thread; std leaves them out of its backtraces as well.
const ENTRY: &str = "::__rust_begin_short_backtrace";

/// Whether a function belongs to the agent.
pub(super) fn is_own(name: &str) -> bool {
    owner(name) == OWN_CRATE
}

/// Whether a function is the last one of std's that starts a thread, or the program.
pub(super) fn is_entry(name: &str) -> bool {
    name.split_once(ENTRY).is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with("::<"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_begin_where_std_says() {
        assert!(is_entry("std::sys::backtrace::__rust_begin_short_backtrace"));
        assert!(is_entry("std::sys::backtrace::__rust_begin_short_backtrace::<app::main, ()>"));
        assert!(!is_entry("std::sys::backtrace::__rust_begin_short_backtraces"));
    }
}

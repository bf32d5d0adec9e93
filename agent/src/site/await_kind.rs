//! What kind of thing a future waits for, as far as the name of its type tells.

/// What a future waits for. A future that an `async fn` of the program makes is not looked into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AwaitKind {
    /// The name does not tell.
    #[default]
    Unknown,
    /// A time, if perhaps beside something else: a sleep, a tick, a timeout.
    Time,
    /// Input or output: a socket, a file, a signal of the system, a process.
    Io,
    /// Nothing: it never ends, and is meant not to.
    Never,
    /// A resource, or the end of a task: the wait itself is recorded, and the future does nothing else.
    Recorded,
}

/// Where the types are that tell.
const PATHS: &[(&str, AwaitKind)] = &[
    // It fills a cell, in whatever way the program does that.
    ("taskscope::sync::turn::", AwaitKind::Unknown),
    ("taskscope::sync::", AwaitKind::Recorded),
    ("taskscope::tokio::sync::barrier::", AwaitKind::Recorded),
    ("taskscope::tokio::sync::mutex::", AwaitKind::Recorded),
    ("taskscope::tokio::sync::notify::", AwaitKind::Recorded),
    ("taskscope::tokio::sync::oneshot::", AwaitKind::Recorded),
    ("taskscope::tokio::sync::rwlock::", AwaitKind::Recorded),
    ("taskscope::tokio::sync::semaphore::", AwaitKind::Recorded),
    ("taskscope::tokio::task::join_handle::", AwaitKind::Recorded),
    ("taskscope::tokio_util::sync::futures::", AwaitKind::Recorded),
    ("tokio::time::", AwaitKind::Time),
    ("tokio_util::time::", AwaitKind::Time),
    ("tokio::net::", AwaitKind::Io),
    ("tokio::io::", AwaitKind::Io),
    ("tokio::fs::", AwaitKind::Io),
    ("tokio::signal::", AwaitKind::Io),
    ("tokio::process::", AwaitKind::Io),
    ("tokio_util::io::", AwaitKind::Io),
    ("tokio_util::codec::", AwaitKind::Io),
    ("tokio_util::net::", AwaitKind::Io),
    ("tokio_util::udp::", AwaitKind::Io),
    ("core::future::pending::Pending<", AwaitKind::Never),
];

/// What may stand around a future without being another one.
pub(super) const AROUND: [&str; 3] = ["&mut ", "core::pin::Pin<", "alloc::boxed::Box<"];

impl AwaitKind {
    /// What a future of the type with this name waits for.
    pub fn of(name: &str) -> Self {
        let mut name = name;
        while let Some(inner) = AROUND.iter().find_map(|around| name.strip_prefix(around)) {
            name = inner;
        }
        PATHS.iter().find(|(path, _)| name.starts_with(path)).map_or(Self::Unknown, |(_, awaited)| *awaited)
    }

    /// The kind with this number.
    pub(crate) const fn from_number(number: u32) -> Self {
        match number {
            1 => Self::Time,
            2 => Self::Io,
            3 => Self::Never,
            4 => Self::Recorded,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_a_future_is_looked_through() {
        let of = AwaitKind::of;
        assert_eq!(of("core::pin::Pin<&mut tokio::time::sleep::Sleep>"), AwaitKind::Time);
        assert_eq!(of("&mut core::pin::Pin<alloc::boxed::Box<tokio::net::tcp::A>>"), AwaitKind::Io);
        assert_eq!(of("app::tokio::time::sleep::Sleep"), AwaitKind::Unknown);
        assert_eq!(of("app::wrap<tokio::time::sleep::Sleep>"), AwaitKind::Unknown);
        for kind in
            [AwaitKind::Unknown, AwaitKind::Time, AwaitKind::Io, AwaitKind::Never, AwaitKind::Recorded]
        {
            assert_eq!(AwaitKind::from_number(kind as u32), kind);
        }
    }
}

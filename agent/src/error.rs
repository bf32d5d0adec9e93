//! The one error of the product: what can go wrong when the agent starts.

use std::error::Error as StdError;
use std::{fmt, io};

/// Why the agent could not start.
///
/// Only the start can fail. Which kind of failure it was can be asked ([`is_config`](Self::is_config) and so on), and
/// new kinds may be added.
///
/// ```
/// let error = taskscope::Config::from_lookup(|name| (name == "TASKSCOPE_BUDGET").then(|| "lots".into()));
/// let error = error.unwrap_err();
/// assert!(error.is_config());
/// assert!(error.to_string().contains("TASKSCOPE_BUDGET"));
/// ```
pub struct Error {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Config { text: String, source: Option<io::Error> },
    AlreadyRunning,
    Bind { addr: String, source: io::Error },
    Thread { name: &'static str, source: io::Error },
}

impl Error {
    /// Whether a setting is wrong: the text names it, its value (never a token) and what is allowed.
    pub fn is_config(&self) -> bool {
        matches!(self.kind, Kind::Config { .. })
    }

    /// Whether this process has an agent already.
    pub fn is_already_running(&self) -> bool {
        matches!(self.kind, Kind::AlreadyRunning)
    }

    /// Whether the listener could not be opened.
    pub fn is_bind(&self) -> bool {
        matches!(self.kind, Kind::Bind { .. })
    }

    /// Whether the listener could not be opened because somebody else listens there.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(&self.kind, Kind::Bind { source, .. } if source.kind() == io::ErrorKind::AddrInUse)
    }

    /// Whether the operating system refused a thread or what it needs.
    pub fn is_thread(&self) -> bool {
        matches!(self.kind, Kind::Thread { .. })
    }

    pub(crate) fn config(text: impl Into<String>) -> Error {
        Error { kind: Kind::Config { text: text.into(), source: None } }
    }

    pub(crate) fn unreadable(text: impl Into<String>, source: io::Error) -> Error {
        Error { kind: Kind::Config { text: text.into(), source: Some(source) } }
    }

    pub(crate) fn already_running() -> Error {
        Error { kind: Kind::AlreadyRunning }
    }

    pub(crate) fn bind(addr: impl fmt::Display, source: io::Error) -> Error {
        Error { kind: Kind::Bind { addr: addr.to_string(), source } }
    }

    pub(crate) fn thread(name: &'static str, source: io::Error) -> Error {
        Error { kind: Kind::Thread { name, source } }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Config { text, .. } => f.write_str(text),
            Kind::AlreadyRunning => f.write_str("this process has a taskscope agent already"),
            Kind::Bind { addr, .. } => write!(f, "cannot listen on {addr}"),
            Kind::Thread { name, .. } => write!(f, "cannot start the thread {name}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `main` prints an error with `Debug`: let the person read the sentence.
        write!(f, "taskscope::Error({self}")?;
        if let Some(source) = self.source() {
            write!(f, ": {source}")?;
        }
        f.write_str(")")
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.kind {
            Kind::Config { source, .. } => source.as_ref().map(|e| e as _),
            Kind::Bind { source, .. } | Kind::Thread { source, .. } => Some(source),
            Kind::AlreadyRunning => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused() -> io::Error {
        io::Error::from(io::ErrorKind::AddrInUse)
    }

    #[test]
    fn each_kind_is_told_apart_and_named() {
        let all = [
            Error::config("x"),
            Error::already_running(),
            Error::bind("1.2.3.4:5", refused()),
            Error::thread("taskscope-http", refused()),
        ];
        for (i, error) in all.iter().enumerate() {
            let kinds = [error.is_config(), error.is_already_running(), error.is_bind(), error.is_thread()];
            let expected: [bool; 4] = std::array::from_fn(|k| k == i);
            assert_eq!(kinds, expected, "{error}");
        }
        assert_eq!(all[2].to_string(), "cannot listen on 1.2.3.4:5");
        assert!(all[2].source().is_some() && all[1].source().is_none());
        assert!(format!("{:?}", all[2]).contains(&refused().to_string()), "the cause is shown");
    }

    #[test]
    fn it_can_cross_threads() {
        fn check<T: Send + Sync + 'static>() {}
        check::<Error>();
    }
}

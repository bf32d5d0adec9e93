//! A place in the source.

use std::fmt;
use std::panic::Location;

/// A place in the source, as the compiler names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path of the file.
    pub file: &'static str,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Place {
    /// Stands for a place that is not known.
    pub const UNKNOWN: Self = Self { file: "?", line: 0, column: 0 };

    /// Whether it is one in the source.
    pub const fn is_known(self) -> bool {
        self.line > 0
    }
}

impl From<&'static Location<'static>> for Place {
    fn from(location: &'static Location<'static>) -> Self {
        Self { file: location.file(), line: location.line(), column: location.column() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_known() {
            return f.write_str("an unknown place");
        }
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

//! A function in the stack of one thread.

/// A function that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Its name; `None` for code of which nothing is known, be it one function or several in a row.
    pub(crate) function: Option<String>,
    /// The source file of the code that is under way, as the debug information names it.
    pub(crate) file: Option<String>,
    /// The line.
    pub(crate) line: Option<u32>,
}

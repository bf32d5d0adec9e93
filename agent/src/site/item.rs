//! What the attribute writes down about one item: a table in the program, read when it is first asked.

/// A line and a column, both from 1, as [`Location`](std::panic::Location) counts them.
pub(super) type Position = (u32, u32);

/// A module, an `impl` block or a function with the attribute on it.
#[derive(Debug)]
pub struct Item {
    /// Path of the file.
    pub file: &'static str,
    /// Where the macro that wrote it is called, or else where its attribute is. The calls of an item that was written by
    /// a macro are all said to be there.
    pub origin: (u32, u32),
    /// Line and column of its first character.
    pub start: (u32, u32),
    /// Line and column behind its last character.
    pub end: (u32, u32),
    /// Name of its pool.
    pub pool: &'static str,
    /// Names of the spawns and creations in it.
    pub labels: &'static [Label],
    /// Places in it that the attribute had to leave as they are.
    pub uncovered: &'static [Uncovered],
}

inventory::collect!(Item);

/// The name of one spawn or creation.
#[derive(Debug)]
pub struct Label {
    /// Line of the call, as `Location::caller()` tells it.
    pub line: u32,
    /// Column of the call, likewise.
    pub column: u32,
    /// The called function, the `let` binding, the field.
    pub text: &'static str,
}

/// A place that the attribute had to leave as it is.
#[derive(Debug)]
pub struct Uncovered {
    /// Line of the place.
    pub line: u32,
    /// Column of the place.
    pub column: u32,
    /// Why, as half a sentence.
    pub reason: &'static str,
}

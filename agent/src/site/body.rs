//! Bodies: the pieces of code that own what they capture, take by value or make.

/// A function's body, an `async` block or the closure of a job, of which the attribute has seen that it keeps an end
/// of a channel: no code in it moves that end anywhere.
///
/// Rust moves a future like any value, and a move leaves no trace. So that a task has entered a body says that the
/// end was the task's at that moment, and no more; `keeps` is what a reader asks before it says so of a later one.
#[derive(Debug)]
pub struct Body {
    /// Path of the file.
    pub file: &'static str,
    /// Line and column of the body's first character; of a job, those of the call that spawns it.
    pub start: (u32, u32),
    /// Line and column behind its last character.
    pub end: (u32, u32),
    /// Why the end is still with the task that entered the body.
    pub keeps: Keeps,
}

/// Why an end is still with the task that entered the body which owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// The body is a call: it stays on the stack of its thread until it returns, and then the end is gone.
    Call,
    /// The body is a future: it is with the task as long as the task is inside of it, so if an await of the body is among
    /// those that the task's last poll ended in.
    Future,
    /// The body is what the task runs, if the task was spawned by the call at `start`: it lasts as long as the task.
    Job,
}

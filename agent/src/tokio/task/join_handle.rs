//! The handle to a spawned task.

use super::AbortHandle;
use crate::id::TaskId;
use crate::recorder;
use crate::sync::{Op, Record, Subject};
use crate::task::{mark_abortable, mark_aborted, mark_detached};
use ::tokio::task::{Id, JoinError};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll};

/// The handle to a spawned task: [`tokio::task::JoinHandle`](::tokio::task::JoinHandle), with the task's identity, so
/// that whoever awaits it is shown as waiting for that task.
pub struct JoinHandle<T> {
    real: ::tokio::task::JoinHandle<T>,
    seen: Seen,
}

/// What is recorded of the handle.
struct Seen {
    /// The task's id, packed; 0 if the task is not recorded, or if this handle is not all that there is of it.
    task: u64,
    wait: Record,
}

impl Seen {
    #[inline(never)]
    fn end(&mut self) {
        if let Some(id) = TaskId::unpack(self.task) {
            mark_detached(id);
        }
        self.wait.close();
    }
}

impl Drop for Seen {
    #[inline(always)]
    fn drop(&mut self) {
        if self.task != 0 || self.wait.is_open() {
            self.end();
        }
    }
}

impl<T> JoinHandle<T> {
    pub(in crate::tokio) fn new(real: ::tokio::task::JoinHandle<T>, task: u64) -> Self {
        Self { real, seen: Seen { task, wait: Record::NONE } }
    }

    /// Aborts the task, see [`tokio`](::tokio::task::JoinHandle::abort).
    pub fn abort(&self) {
        if let Some(id) = TaskId::unpack(self.seen.task) {
            mark_aborted(id);
        }
        self.real.abort();
    }

    /// Whether the task has ended, see [`tokio`](::tokio::task::JoinHandle::is_finished).
    pub fn is_finished(&self) -> bool {
        self.real.is_finished()
    }

    /// A handle that can only abort the task, see [`tokio`](::tokio::task::JoinHandle::abort_handle).
    #[must_use = "abort handles do nothing unless `.abort` is called"]
    pub fn abort_handle(&self) -> AbortHandle {
        if let Some(id) = TaskId::unpack(self.seen.task) {
            mark_abortable(id);
        }
        AbortHandle::new(self.real.abort_handle(), self.seen.task)
    }

    /// tokio's id of the task.
    pub fn id(&self) -> Id {
        self.real.id()
    }

    /// tokio's own handle; awaiting that is not recorded.
    pub fn into_inner(mut self) -> ::tokio::task::JoinHandle<T> {
        self.seen.task = 0;
        self.real
    }

    /// Holds a handle of tokio's. The task itself is not recorded: only the wait for its end is.
    pub fn from_inner(real: ::tokio::task::JoinHandle<T>) -> Self {
        Self::new(real, 0)
    }

    fn pending(&mut self, cx: &Context<'_>) {
        let target = match self.seen.task {
            // Nothing is known of the task, and nothing is to be known of who waits.
            0 if recorder::local().is_off() => return,
            0 => Subject::None,
            task => Subject::Task(task),
        };
        self.seen.wait.pending(cx.waker(), target, Op::Join, 1, ptr::null());
    }
}

impl<T> From<::tokio::task::JoinHandle<T>> for JoinHandle<T> {
    fn from(real: ::tokio::task::JoinHandle<T>) -> Self {
        Self::from_inner(real)
    }
}

impl<T> From<JoinHandle<T>> for ::tokio::task::JoinHandle<T> {
    fn from(handle: JoinHandle<T>) -> Self {
        handle.into_inner()
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = Pin::new(&mut self.real).poll(cx);
        if result.is_pending() {
            self.pending(cx);
        } else {
            self.seen.wait.close();
        }
        result
    }
}

impl<T> fmt::Debug for JoinHandle<T>
where
    T: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

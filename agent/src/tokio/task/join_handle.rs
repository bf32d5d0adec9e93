//! The handle to a spawned task.

use super::AbortHandle;
use crate::id::TaskId;
use crate::original::conversions;
use crate::recorder;
use crate::sync::{Beside, Op, Record, Seen, Subject};
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
    inner: Beside<::tokio::task::JoinHandle<T>, Joining>,
}

/// What is recorded of the handle.
#[derive(Debug)]
struct Joining {
    /// The task's id, packed; `UNKNOWN` if that is not known, or is no concern of this handle; 0 if nothing is recorded.
    task: u64,
    /// Only open if `task` is not 0, so that one test tells that there is nothing.
    wait: Record,
}

/// No id of a task: none has this generation at this place.
const UNKNOWN: u64 = u64::MAX;

impl Joining {
    fn id(&self) -> Option<TaskId> {
        if self.task == UNKNOWN { None } else { TaskId::unpack(self.task) }
    }
}

impl Seen for Joining {
    #[inline(always)]
    fn is_nothing(&self) -> bool {
        self.task == 0
    }
}

impl Drop for Joining {
    fn drop(&mut self) {
        if let Some(id) = self.id() {
            mark_detached(id);
        }
        self.wait.close();
    }
}

impl<T> JoinHandle<T> {
    pub(in crate::tokio) fn new(real: ::tokio::task::JoinHandle<T>, task: u64) -> Self {
        Self { inner: Beside::new(real, Joining { task, wait: Record::NONE }) }
    }

    /// Aborts the task, see [`tokio`](::tokio::task::JoinHandle::abort).
    pub fn abort(&self) {
        if let Some(id) = self.inner.seen.id() {
            mark_aborted(id);
        }
        self.inner.real.abort();
    }

    /// Whether the task has ended, see [`tokio`](::tokio::task::JoinHandle::is_finished).
    pub fn is_finished(&self) -> bool {
        self.inner.real.is_finished()
    }

    /// A handle that can only abort the task, see [`tokio`](::tokio::task::JoinHandle::abort_handle).
    #[must_use = "abort handles do nothing unless `.abort` is called"]
    pub fn abort_handle(&self) -> AbortHandle {
        if let Some(id) = self.inner.seen.id() {
            mark_abortable(id);
        }
        AbortHandle::new(self.inner.real.abort_handle(), self.inner.seen.id().map_or(0, TaskId::pack))
    }

    /// tokio's id of the task.
    pub fn id(&self) -> Id {
        self.inner.real.id()
    }

    /// tokio's own handle; awaiting that is not recorded.
    pub fn into_inner(self) -> ::tokio::task::JoinHandle<T> {
        let (real, mut seen) = self.inner.into_parts();
        seen.task = UNKNOWN;
        real
    }

    /// Holds a handle of tokio's. The task itself is not recorded: only the wait for its end is.
    pub fn from_inner(real: ::tokio::task::JoinHandle<T>) -> Self {
        Self::new(real, 0)
    }

    fn pending(&mut self, cx: &Context<'_>) {
        let seen = &mut *self.inner.seen;
        let target = match seen.id() {
            Some(_) => Subject::Task(seen.task),
            // Nothing is known of the task, and nothing is to be known of who waits.
            None if recorder::local().is_off() => return,
            None => {
                seen.task = UNKNOWN;
                Subject::None
            }
        };
        seen.wait.pending(cx.waker(), target, Op::Join, 1, ptr::null());
    }
}

conversions! { [T] JoinHandle<T> as ::tokio::task::JoinHandle<T>, into_inner }

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let result = Pin::new(&mut *self.inner.real).poll(cx);
        if result.is_pending() {
            self.pending(cx);
        } else if !self.inner.seen.is_nothing() {
            self.inner.seen.wait.close();
        }
        result
    }
}

impl<T> fmt::Debug for JoinHandle<T>
where
    T: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.real.fmt(f)
    }
}

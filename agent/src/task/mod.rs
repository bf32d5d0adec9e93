//! Tasks: the wrapper around a spawned future, the waker that it hands out, and how tasks begin and end.

mod begin;
mod cost;
mod end;
mod job;
mod life;
#[cfg(all(test, taskscope_loom))]
mod loom_tests;
mod paused;
mod poll;
mod tracked;
mod waker;

pub(crate) use begin::{Kind, begin};
pub(crate) use cost::measure;
pub(crate) use end::{is_alive, mark_abortable, mark_aborted, mark_detached};
pub(crate) use job::Job;
pub(crate) use paused::Paused;
pub(crate) use tracked::Tracked;
pub(crate) use waker::own_slot;

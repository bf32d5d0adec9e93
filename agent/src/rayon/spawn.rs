//! How the threads of a pool come to be.

use crate::primitive::real::thread::Builder;
use crate::recorder::with_current;
use crate::task::Job;
use ::rayon as real;
use std::fmt;
use std::io;
use std::panic::Location;

/// The way in which a builder spawns threads.
pub(super) trait ThreadSpawn {
    /// Spawns this one.
    fn spawn(&mut self, thread: ThreadBuilder, made: &mut Made) -> io::Result<()>;
}

/// The threads that were made for a pool.
#[derive(Debug, Default)]
pub(super) struct Made {
    count: usize,
    /// The task of the last one, packed; 0 if it is not known.
    last: u64,
}

impl Made {
    fn add(&mut self, task: u64) {
        self.count += 1;
        self.last = task;
    }

    /// The task of the thread that is alone in a pool of as many as `threads`, packed; 0 if there is none, or it is not
    /// known.
    pub(super) fn only(&self, threads: usize) -> u64 {
        if threads == 1 && self.count == 1 { self.last } else { 0 }
    }
}

/// Spawns threads of std, as rayon does by itself.
#[derive(Debug, Default)]
pub struct DefaultSpawn(());

impl ThreadSpawn for DefaultSpawn {
    fn spawn(&mut self, thread: ThreadBuilder, made: &mut Made) -> io::Result<()> {
        let ThreadBuilder { real: thread, place } = thread;
        let job = Job::thread(place, thread.name());
        let task = job.slot().map_or(0, |slot| slot.id().pack());
        let builder = builder(&thread);
        builder.spawn(move || job.run(|| thread.run()))?;
        made.add(task);
        Ok(())
    }
}

/// A thread of std with the settings of a pool.
pub(super) fn builder(thread: &real::ThreadBuilder) -> Builder {
    let mut builder = Builder::new();
    if let Some(name) = thread.name() {
        builder = builder.name(name.to_owned());
    }
    if let Some(size) = thread.stack_size() {
        builder = builder.stack_size(size);
    }
    builder
}

/// Spawns threads in a way that the program has given.
#[derive(Debug)]
pub struct CustomSpawn<F>(pub(super) F);

impl<F: FnMut(ThreadBuilder) -> io::Result<()>> ThreadSpawn for CustomSpawn<F> {
    fn spawn(&mut self, thread: ThreadBuilder, made: &mut Made) -> io::Result<()> {
        made.add(0);
        self.0(thread)
    }
}

/// A thread of a pool that is to be spawned: [`rayon::ThreadBuilder`](::rayon::ThreadBuilder), which is recorded when it
/// runs.
pub struct ThreadBuilder {
    pub(super) real: real::ThreadBuilder,
    pub(super) place: &'static Location<'static>,
}

impl ThreadBuilder {
    /// Its number in the pool, from 0.
    pub fn index(&self) -> usize {
        self.real.index()
    }

    /// The name that it should have.
    pub fn name(&self) -> Option<&str> {
        self.real.name()
    }

    /// The size that its stack should have, in bytes.
    pub fn stack_size(&self) -> Option<usize> {
        self.real.stack_size()
    }

    /// Works for the pool on the current thread until the pool is dropped.
    pub fn run(self) {
        if with_current(|task| task.is_some()) {
            return self.real.run();
        }
        let job = Job::thread(self.place, self.real.name());
        job.run(|| self.real.run());
    }
}

impl fmt::Debug for ThreadBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

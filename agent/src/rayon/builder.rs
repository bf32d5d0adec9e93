//! How a pool is to be made.

use super::ThreadPool;
use super::spawn::{CustomSpawn, DefaultSpawn, Made, ThreadBuilder, ThreadSpawn, builder};
use crate::original::conversions;
use crate::primitive::real::thread;
use crate::task::Job;
use ::rayon as real;
use ::rayon::ThreadPoolBuildError;
use std::any::Any;
use std::fmt;
use std::io;
use std::panic::Location;

/// How a pool is to be made: [`rayon::ThreadPoolBuilder`](::rayon::ThreadPoolBuilder). The pool's threads are recorded, at
/// the place where this was made.
///
/// ```
/// use taskscope::rayon::ThreadPoolBuilder;
///
/// let pool = ThreadPoolBuilder::new().num_threads(2).build()?;
/// assert_eq!(pool.install(|| 1 + 1), 2);
/// # Ok::<(), rayon::ThreadPoolBuildError>(())
/// ```
pub struct ThreadPoolBuilder<S = DefaultSpawn> {
    real: real::ThreadPoolBuilder,
    spawn: S,
    place: &'static Location<'static>,
}

impl Default for ThreadPoolBuilder {
    #[track_caller]
    fn default() -> Self {
        let place = Location::caller();
        Self { real: real::ThreadPoolBuilder::new(), spawn: DefaultSpawn::default(), place }
    }
}

impl ThreadPoolBuilder {
    /// A pool of as many threads as there are processors.
    #[track_caller]
    pub fn new() -> Self {
        Self::default()
    }

    /// A builder with the settings of rayon's own.
    #[track_caller]
    pub fn from_inner(real: real::ThreadPoolBuilder) -> Self {
        Self { real, ..Self::default() }
    }

    /// rayon's own builder: the threads that it makes are not seen.
    pub fn into_inner(self) -> real::ThreadPoolBuilder {
        self.real
    }

    /// Makes a pool whose threads may borrow, see
    /// [`rayon`](::rayon::ThreadPoolBuilder::build_scoped).
    ///
    /// # Errors
    ///
    /// If the system cannot make a thread.
    pub fn build_scoped<W, F, R>(self, wrapper: W, with_pool: F) -> Result<R, ThreadPoolBuildError>
    where
        W: Fn(ThreadBuilder) + Sync,
        F: FnOnce(&ThreadPool) -> R,
    {
        let (place, wrapper) = (self.place, &wrapper);
        thread::scope(|scope| {
            let spawn = |thread: real::ThreadBuilder| {
                let (builder, job) = (builder(&thread), Job::thread(place, thread.name()));
                let run = move || job.run(|| wrapper(ThreadBuilder { real: thread, place }));
                builder.spawn_scoped(scope, run).map(drop)
            };
            let pool = self.real.spawn_handler(spawn).build()?;
            Ok(with_pool(&ThreadPool::from(pool)))
        })
    }
}

#[expect(private_bounds, reason = "rayon's own trait has no name outside of it either")]
impl<S: ThreadSpawn> ThreadPoolBuilder<S> {
    /// Makes the pool, see [`rayon`](::rayon::ThreadPoolBuilder::build).
    ///
    /// # Errors
    ///
    /// If the system cannot make a thread.
    pub fn build(self) -> Result<ThreadPool, ThreadPoolBuildError> {
        let Self { real, mut spawn, place } = self;
        let mut made = Made::default();
        let pool = real
            .spawn_handler(|thread| spawn.spawn(ThreadBuilder { real: thread, place }, &mut made))
            .build()?;
        Ok(ThreadPool::new(pool, &made))
    }

    /// Makes the pool that rayon's own functions use, see [`rayon`](::rayon::ThreadPoolBuilder::build_global).
    ///
    /// # Errors
    ///
    /// If there is one already, or the system cannot make a thread.
    pub fn build_global(self) -> Result<(), ThreadPoolBuildError> {
        let Self { real, mut spawn, place } = self;
        let mut made = Made::default();
        real.spawn_handler(|thread| spawn.spawn(ThreadBuilder { real: thread, place }, &mut made))
            .build_global()
    }
}

impl<S> ThreadPoolBuilder<S> {
    /// Spawns the threads with this function, see [`rayon`](::rayon::ThreadPoolBuilder::spawn_handler).
    pub fn spawn_handler<F>(self, spawn: F) -> ThreadPoolBuilder<CustomSpawn<F>>
    where
        F: FnMut(ThreadBuilder) -> io::Result<()>,
    {
        ThreadPoolBuilder { real: self.real, spawn: CustomSpawn(spawn), place: self.place }
    }

    /// Names the threads, given their numbers.
    pub fn thread_name<F>(self, closure: F) -> Self
    where
        F: FnMut(usize) -> String + 'static,
    {
        Self { real: self.real.thread_name(closure), ..self }
    }

    /// How many threads there are; 0 leaves it to rayon.
    pub fn num_threads(self, num_threads: usize) -> Self {
        Self { real: self.real.num_threads(num_threads), ..self }
    }

    /// Makes the current thread one of the pool, see [`rayon`](::rayon::ThreadPoolBuilder::use_current_thread).
    pub fn use_current_thread(self) -> Self {
        Self { real: self.real.use_current_thread(), ..self }
    }

    /// What to do when a job panics of which nobody waits for the end.
    pub fn panic_handler<H>(self, panic_handler: H) -> Self
    where
        H: Fn(Box<dyn Any + Send>) + Send + Sync + 'static,
    {
        Self { real: self.real.panic_handler(panic_handler), ..self }
    }

    /// Bytes of the stacks.
    pub fn stack_size(self, stack_size: usize) -> Self {
        Self { real: self.real.stack_size(stack_size), ..self }
    }

    /// Runs the jobs of a thread in the order in which they were spawned.
    #[deprecated(note = "use `scope_fifo` and `spawn_fifo` for similar effect")]
    #[expect(deprecated, reason = "rayon's own is deprecated as well")]
    pub fn breadth_first(self) -> Self {
        Self { real: self.real.breadth_first(), ..self }
    }

    /// What each thread does first, given its number.
    pub fn start_handler<H>(self, start_handler: H) -> Self
    where
        H: Fn(usize) + Send + Sync + 'static,
    {
        Self { real: self.real.start_handler(start_handler), ..self }
    }

    /// What each thread does last, given its number.
    pub fn exit_handler<H>(self, exit_handler: H) -> Self
    where
        H: Fn(usize) + Send + Sync + 'static,
    {
        Self { real: self.real.exit_handler(exit_handler), ..self }
    }
}

conversions! { #[track_caller] [] ThreadPoolBuilder as real::ThreadPoolBuilder, into_inner }

impl<S> fmt::Debug for ThreadPoolBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

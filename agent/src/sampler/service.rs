//! Windows of several requests over one session.

use crate::profile::Profile;
use crate::sampler::window::Window;
use crate::sampler::{Cancel, Engine, ProfileError, Session};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

/// Windows that may be open at once.
pub const MAX_WINDOWS: usize = 4;

/// Samples per second of CPU time. Not a round number, so that it does not beat with timers of the application.
const HZ: u32 = 99;

/// A session is cut after this time even if no window opens or closes, so that an engine never holds more than
/// a few thousand samples.
const MAX_SEGMENT: Duration = Duration::from_secs(20);

/// Takes profiles with one engine, for up to [`MAX_WINDOWS`] requests at once.
pub struct Sampler {
    engine: Box<dyn Engine>,
    shared: Mutex<Shared>,
}

#[derive(Default)]
struct Shared {
    session: Option<Box<dyn Session>>,
    windows: HashMap<u64, Open>,
    next: u64,
}

/// A window that somebody waits for, and why it cannot go on if that has happened.
#[derive(Default)]
struct Open {
    window: Window,
    failed: Option<ProfileError>,
}

impl Sampler {
    /// A sampler that uses this engine. Nothing runs before the first profile is asked for.
    pub fn new(engine: Box<dyn Engine>) -> Self {
        Self { engine, shared: Mutex::default() }
    }

    /// Takes a CPU profile of this process for this long, and returns when it is done or cancelled.
    ///
    /// It blocks, and uses CPU to name what it has found: call it on a thread of the agent's.
    ///
    /// # Errors
    ///
    /// If the signal belongs to somebody else, if too many are taken at once, if the platform has no engine, or if
    /// `cancel` was used.
    pub fn cpu(&self, duration: Duration, cancel: &Cancel) -> Result<Profile, ProfileError> {
        let ticket = self.open()?;
        let mut left = duration;
        while !left.is_zero() {
            let step = left.min(MAX_SEGMENT);
            if cancel.wait(step) {
                return Err(ProfileError::Cancelled);
            }
            left -= step;
            if !left.is_zero() && !self.lock().cut(&*self.engine) {
                break;
            }
        }
        let window = ticket.close()?;
        Ok(window.into_profile(&*self.engine, HZ))
    }

    /// Whether a profile could be taken now, without taking it. It never waits.
    ///
    /// # Errors
    ///
    /// The one that [`Sampler::cpu`] would begin with.
    pub fn ready(&self) -> Result<(), ProfileError> {
        let shared = match self.shared.try_lock() {
            Ok(shared) => shared,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            // Somebody opens or closes a window right now, so it works.
            Err(TryLockError::WouldBlock) => return Ok(()),
        };
        if shared.windows.len() >= MAX_WINDOWS {
            return Err(ProfileError::TooMany);
        }
        if shared.session.is_some() { Ok(()) } else { self.engine.ready() }
    }

    fn open(&self) -> Result<Ticket<'_>, ProfileError> {
        let mut shared = self.lock();
        if shared.windows.len() >= MAX_WINDOWS {
            return Err(ProfileError::TooMany);
        }
        shared.stop();
        let started = self.engine.start(HZ);
        match started {
            Ok(session) => shared.session = Some(session),
            Err(error) => {
                shared.fail(&error);
                return Err(error);
            }
        }
        let id = shared.next;
        shared.next += 1;
        shared.windows.insert(id, Open::default());
        Ok(Ticket { sampler: self, id })
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Sampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sampler").field("engine", &self.engine).finish_non_exhaustive()
    }
}

impl Shared {
    /// Ends the session and counts what it took for all open windows.
    fn stop(&mut self) {
        match self.session.take().map(Session::finish) {
            None => {}
            Some(Ok(segment)) => self.windows.values_mut().for_each(|open| open.window.add(&segment)),
            Some(Err(error)) => self.fail(&error),
        }
    }

    /// Ends the session and starts the next one if a window is open; says whether one runs now.
    fn cut(&mut self, engine: &dyn Engine) -> bool {
        self.stop();
        if self.windows.values().any(|open| open.failed.is_none()) {
            match engine.start(HZ) {
                Ok(session) => self.session = Some(session),
                Err(error) => self.fail(&error),
            }
        }
        self.session.is_some()
    }

    /// No open window can go on.
    fn fail(&mut self, error: &ProfileError) {
        for open in self.windows.values_mut() {
            open.failed.get_or_insert_with(|| error.clone());
        }
    }
}

/// An open window of a caller that is waiting. Dropping it closes it; the last one ends the session.
struct Ticket<'a> {
    sampler: &'a Sampler,
    id: u64,
}

impl Ticket<'_> {
    /// Closes the window and takes what it has seen.
    fn close(self) -> Result<Window, ProfileError> {
        let mut shared = self.sampler.lock();
        shared.stop();
        let open = shared.windows.remove(&self.id);
        shared.cut(&*self.sampler.engine);
        match open {
            Some(Open { window, failed: None }) => Ok(window),
            Some(Open { failed: Some(error), .. }) => Err(error),
            // It is in the map from the ticket's start to its end.
            None => Err(ProfileError::Cancelled),
        }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut shared = self.sampler.lock();
        shared.windows.remove(&self.id);
        if shared.windows.is_empty() {
            shared.stop();
        }
    }
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;

//! Profiles being taken: no more than a few at the same time.

use crate::primitive::Mutex;
use ::tokio::time::Instant;
use std::sync::Arc;
use std::time::Duration;

/// The profiles that are being taken, by when they end.
#[derive(Clone, Debug)]
pub(crate) struct Windows(Arc<Mutex<Vec<Option<Instant>>>>);

/// The right to take one profile; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Window {
    windows: Windows,
    place: usize,
}

impl Windows {
    /// Room for `most` at the same time.
    pub(crate) fn new(most: usize) -> Windows {
        Windows(Arc::new(Mutex::new(vec![None; most])))
    }

    /// A window of this length, or else in how many seconds to ask again.
    pub(crate) fn open(&self, length: Duration) -> Result<Window, u64> {
        let now = Instant::now();
        let mut ends = self.0.lock();
        if let Some(place) = ends.iter().position(Option::is_none) {
            ends[place] = Some(now + length);
            return Ok(Window { windows: self.clone(), place });
        }
        let first = ends.iter().flatten().min().map_or(Duration::ZERO, |end| end.duration_since(now));
        Err((first.as_secs_f64().ceil() as u64).max(1))
    }

    /// How many there may be.
    pub(crate) fn most(&self) -> usize {
        self.0.lock().len()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.windows.0.lock()[self.place] = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_is_told_when_the_first_ends() {
        let windows = Windows::new(2);
        let long = windows.open(Duration::from_secs(300)).expect("room for two");
        let short = windows.open(Duration::from_secs(100)).expect("room for two");
        let wait = windows.open(Duration::from_secs(1)).expect_err("both are taken");
        assert!((90..=100).contains(&wait), "{wait}");
        drop(short);
        let again = windows.open(Duration::ZERO).expect("one was given back");
        assert_eq!(windows.open(Duration::from_secs(1)).expect_err("both are taken"), 1);
        drop((long, again));
        assert_eq!(windows.0.lock().iter().flatten().count(), 0);
    }
}

//! Code under the attribute that ran while no task that is seen was being polled.

use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::Ordering::Relaxed;
use crate::site::{Place, Site};

/// Where that was, each place once, and what it says about it.
static OUTSIDE: Mutex<Vec<(Place, &'static str)>> = Mutex::new(Vec::new());

impl Site {
    /// The code at this site ran while no task that is seen was being polled; `why` is half a sentence about it.
    pub(crate) fn ran_outside(&self, why: &'static str) {
        if self.outside.load(Relaxed) {
            return;
        }
        let mut outside = OUTSIDE.lock();
        if !self.outside.load(Relaxed) {
            self.outside.store(true, Relaxed);
            outside.push((self.place(), why));
        }
    }
}

/// All of these places.
pub(super) fn outside() -> Vec<(Place, &'static str)> {
    OUTSIDE.lock().clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::uncovered;

    #[test]
    fn a_place_is_told_once_and_among_the_others() {
        static SITE: Site = Site::new("outside.rs", 3, 5, "spawn");
        let told =
            || uncovered().into_iter().filter(|(place, _)| place.file == "outside.rs").collect::<Vec<_>>();
        assert_eq!(told(), []);
        SITE.ran_outside("a reason");
        SITE.ran_outside("another");
        assert_eq!(told(), [(SITE.place(), "a reason")]);
    }
}

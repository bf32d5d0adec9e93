//! Sites at which something is not seen, as it turned out while the program ran: code that ran while no task that is seen
//! was being polled, and resources that are no drop-ins.

use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::Ordering::Relaxed;
use crate::site::{Place, Site, plain};
use std::ptr;

/// Where that was, each place once, and what it says about it.
static UNSEEN: Mutex<Vec<(Place, &'static str)>> = Mutex::new(Vec::new());

/// What is said of a call that made a resource.
const MADE: &str = "what is made here is no drop-in: who holds it and who waits for it is not seen";
/// What is said of an await.
const AWAITED: &str = "what is awaited here is no drop-in: who could end the wait is not seen";

impl Site {
    /// The call at this site made a value of the type with this name. Each name is looked at once, as long as the site
    /// sees no other.
    #[inline]
    pub(crate) fn makes(&self, name: &'static str) {
        if !ptr::eq(self.name.load(Relaxed), name.as_ptr()) {
            self.look(name);
        }
    }

    #[cold]
    #[inline(never)]
    fn look(&self, name: &'static str) {
        if plain::is_resource(name) {
            self.not_seen(MADE);
        }
        self.name.store(name.as_ptr().cast_mut(), Relaxed);
    }

    /// A future of the type with this name is pending at this site.
    pub(super) fn awaits(&self, name: &str) {
        if plain::is_wait(name) {
            self.not_seen(AWAITED);
        }
    }

    /// Something at this site is not seen; `why` is half a sentence about it.
    pub(crate) fn not_seen(&self, why: &'static str) {
        if self.told.load(Relaxed) {
            return;
        }
        let mut outside = UNSEEN.lock();
        if !self.told.load(Relaxed) {
            self.told.store(true, Relaxed);
            outside.push((self.place(), why));
        }
    }
}

/// All of these places.
pub(super) fn unseen() -> Vec<(Place, &'static str)> {
    UNSEEN.lock().clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::uncovered;

    #[test]
    fn a_place_is_told_once_and_among_the_others() {
        static SITE: Site = Site::new("unseen.rs", 3, 5, "spawn");
        let told =
            || uncovered().into_iter().filter(|(place, _)| place.file == "unseen.rs").collect::<Vec<_>>();
        assert_eq!(told(), []);
        SITE.not_seen("a reason");
        SITE.not_seen("another");
        assert_eq!(told(), [(SITE.place(), "a reason")]);
    }

    #[test]
    fn what_is_made_and_awaited_is_told_by_the_name_of_its_type() {
        static MAKES: Site = Site::new("plain.rs", 1, 1, "make");
        static MAKES_OURS: Site = Site::new("plain.rs", 2, 1, "make");
        static AWAITS: Site = Site::new("plain.rs", 3, 1, "lock()");
        for name in ["taskscope::A", "flume::Sender<u8>", "taskscope::A", "flume::Sender<u8>"] {
            MAKES.makes(name);
        }
        MAKES_OURS.makes("taskscope::A");
        AWAITS.word("tokio::sync::mutex::Mutex<u8>::lock::{{closure}}");
        let told = uncovered().into_iter().filter(|(place, _)| place.file == "plain.rs").collect::<Vec<_>>();
        assert_eq!(told, [(MAKES.place(), MADE), (AWAITS.place(), AWAITED)]);
    }
}

//! The static beside an `.await`, and the table of those that were reached.

use crate::id::SiteId;
use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::{
    AtomicBool, AtomicPtr, AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use crate::site::{AwaitKind, Place};
use std::ptr;

/// Every site that has an id, in the order of the ids, which begin at 1.
static SITES: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

/// One `.await` in the source, or a call that spawns an `async` block or makes a resource. The attribute makes a static of
/// it.
#[derive(Debug)]
pub struct Site {
    file: &'static str,
    line: u32,
    column: u32,
    label: &'static str,
    /// The id, and what was awaited when the site was reached for the first time; 0 before. Written under the lock of
    /// [`SITES`].
    word: AtomicU32,
    /// The name of the type that was awaited then, or made last: in code for several types there may be others.
    pub(super) name: AtomicPtr<u8>,
    /// Whether it is among those at which something is not seen. Written under the lock of these.
    pub(super) told: AtomicBool,
}

/// Bits of a word that hold the id; four bits above them hold what is awaited.
const ID_BITS: u32 = 24;

/// The id of a site and what is awaited there, from a word of it.
pub(crate) const fn parts(word: u32) -> (SiteId, AwaitKind) {
    (SiteId(word & ((1 << ID_BITS) - 1)), AwaitKind::from_number(word >> ID_BITS))
}

impl Site {
    /// The await at this place; `label` is the awaited expression, shortened.
    pub const fn new(file: &'static str, line: u32, column: u32, label: &'static str) -> Self {
        let (word, name) = (AtomicU32::new(0), AtomicPtr::new(ptr::null_mut()));
        Self { file, line, column, label, word, name, told: AtomicBool::new(false) }
    }

    /// Where it is.
    pub const fn place(&self) -> Place {
        Place { file: self.file, line: self.line, column: self.column }
    }

    /// The awaited expression, shortened.
    pub const fn label(&self) -> &'static str {
        self.label
    }

    /// Its place in the table of sites, and what a future of the type with this name waits for. The first call writes the
    /// site into the table.
    #[inline]
    pub(crate) fn word(&'static self, name: &'static str) -> u32 {
        // Acquire: pairs with the release in `find`, so that the word is the one that goes with the name.
        if ptr::eq(self.name.load(Acquire), name.as_ptr()) {
            self.word.load(Relaxed)
        } else {
            self.find(name)
        }
    }

    #[cold]
    fn find(&'static self, name: &'static str) -> u32 {
        let what = (AwaitKind::of(name) as u32) << ID_BITS;
        self.awaits(name);
        let mut sites = SITES.lock();
        // Another thread may have been here first, or this is another type than the first one.
        if let word @ 1.. = self.word.load(Relaxed) {
            return parts(word).0.0 | what;
        }
        sites.push(self);
        // Without an id it is shown nowhere; no program has as many.
        let id = u32::try_from(sites.len()).ok().filter(|id| *id < 1 << ID_BITS).unwrap_or(0);
        self.word.store(id | what, Relaxed);
        self.name.store(name.as_ptr().cast_mut(), Release);
        id | what
    }
}

/// All sites that have an id: the site with id `n` is at `n - 1`, since id 0 is "no site".
///
/// Whoever found an id in a task's slot and calls this afterwards finds its site here: the id got into the slot after
/// its site was put into the table under the lock that is taken here.
pub fn sites() -> Vec<&'static Site> {
    SITES.lock().clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitive::real::thread;

    #[test]
    fn a_site_gets_one_id_whoever_comes_first() {
        static SITE: Site = Site::new("a.rs", 3, 5, "lock()");
        let ids: Vec<SiteId> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| parts(SITE.word("a")).0)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(ids[0].0 > 0);
        assert!(ids.iter().all(|id| *id == ids[0]));
        assert_eq!(sites().iter().filter(|site| site.place() == SITE.place()).count(), 1);
    }

    #[test]
    fn the_table_names_the_site_of_an_id() {
        static ONE: Site = Site::new("b.rs", 1, 1, "one()");
        static TWO: Site = Site::new("b.rs", 2, 9, "two()");
        let [one, two] = [&ONE, &TWO].map(|site| parts(site.word("tokio::time::Sleep")).0);
        assert_ne!(one, two);
        let sites = sites();
        assert_eq!(sites[one.index() - 1].label(), "one()");
        assert_eq!(sites[two.index() - 1].place().to_string(), "b.rs:2:9");
    }

    #[test]
    fn a_site_in_code_for_several_types_tells_them_apart() {
        static SITE: Site = Site::new("c.rs", 1, 1, "future");
        let names = ["tokio::time::sleep::Sleep", "a::B", "tokio::net::C", "tokio::time::sleep::Sleep"];
        let words = names.map(|name| parts(SITE.word(name)));
        assert_eq!(
            words.map(|word| word.1),
            [AwaitKind::Time, AwaitKind::Unknown, AwaitKind::Io, AwaitKind::Time]
        );
        assert!(words.iter().all(|word| word.0 == words[0].0 && word.0.0 > 0));
    }
}

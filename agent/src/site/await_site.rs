//! The static beside an `.await`, and the table of those that were reached.

use crate::id::SiteId;
use crate::primitive::real::Mutex;
use crate::primitive::real::atomic::{AtomicU32, Ordering::Relaxed};
use crate::site::Place;

/// Every site that has an id, in the order of the ids, which begin at 1.
static SITES: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

/// One `.await` in the source. The attribute makes a static of it.
#[derive(Debug)]
pub struct Site {
    file: &'static str,
    line: u32,
    column: u32,
    label: &'static str,
    /// 0 until the site is reached for the first time; written under the lock of [`SITES`].
    id: AtomicU32,
}

impl Site {
    /// The await at this place; `label` is the awaited expression, shortened.
    pub const fn new(file: &'static str, line: u32, column: u32, label: &'static str) -> Self {
        Self { file, line, column, label, id: AtomicU32::new(0) }
    }

    /// Where it is.
    pub const fn place(&self) -> Place {
        Place { file: self.file, line: self.line, column: self.column }
    }

    /// The awaited expression, shortened.
    pub const fn label(&self) -> &'static str {
        self.label
    }

    /// Its place in the table of sites; the first call writes it into the table.
    #[inline]
    pub fn id(&'static self) -> SiteId {
        // Relaxed: the id alone says nothing that a reader needs. See `sites` for how the table is read.
        match self.id.load(Relaxed) {
            0 => self.register(),
            id => SiteId(id),
        }
    }

    #[cold]
    fn register(&'static self) -> SiteId {
        let mut sites = SITES.lock();
        // Another thread may have been here first.
        if let id @ 1.. = self.id.load(Relaxed) {
            return SiteId(id);
        }
        sites.push(self);
        let id = u32::try_from(sites.len()).unwrap_or(u32::MAX);
        self.id.store(id, Relaxed);
        SiteId(id)
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
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| SITE.id())).collect();
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
        let (one, two) = (ONE.id(), TWO.id());
        assert_ne!(one, two);
        let sites = sites();
        assert_eq!(sites[one.index() - 1].label(), "one()");
        assert_eq!(sites[two.index() - 1].place().to_string(), "b.rs:2:9");
    }
}

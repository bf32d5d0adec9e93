//! A resource counts as created once, however many threads use it first.

use crate::find::next_line;
use std::sync::Barrier;
use taskscope::snapshot::{Detail, Place, Snapshot};
use taskscope::std::sync::RwLock;

#[test]
fn a_race_for_the_first_use_makes_one_resource() {
    const ROUNDS: u64 = 2000;
    const THREADS: usize = 4;
    let at = next_line!();
    let locks: Vec<_> = (0..ROUNDS).map(|_| RwLock::new(())).collect();
    let start = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for lock in &locks {
                    start.wait();
                    drop(lock.read());
                }
            });
        }
    });
    let snapshot = Snapshot::read(Detail::Full);
    let here = |place: Place| (place.file, place.line) == (at.0, at.1);
    let created: u64 = snapshot.resource_groups.iter().filter(|g| here(g.place)).map(|g| g.created).sum();
    let alive =
        snapshot.resources.iter().filter(|found| here(snapshot.group_of_resource(found).place)).count();
    assert_eq!((created, alive as u64), (ROUNDS, ROUNDS));
}

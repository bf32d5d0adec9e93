//! Models of the slab: two threads take and give back batches of slots.

use super::*;
use crate::primitive::thread;
use loom::sync::Arc;

/// A slot that counts its owners.
#[derive(Debug, Default)]
struct Counted {
    link: AtomicU32,
    batch_link: AtomicU32,
    owners: AtomicU32,
}

// SAFETY: only atomics, for which all zero bytes are valid; nothing to drop.
unsafe impl Slot for Counted {
    fn link(&self) -> &AtomicU32 {
        &self.link
    }
    fn batch_link(&self) -> &AtomicU32 {
        &self.batch_link
    }
}

/// Takes a batch and sees that nobody else has any of it.
fn take(slab: &Slab<Counted>) -> Vec<u32> {
    let mut batch = [NONE; BATCH];
    let n = slab.take(&mut batch);
    for &index in &batch[..n] {
        let owners = &slab.get(index).unwrap().owners;
        assert_eq!(owners.fetch_add(1, Ordering::Relaxed), 0, "slot {index} has two owners");
    }
    batch[..n].to_vec()
}

fn give(slab: &Slab<Counted>, batch: &[u32]) {
    for &index in batch {
        slab.get(index).unwrap().owners.fetch_sub(1, Ordering::Relaxed);
    }
    slab.give(batch);
}

fn use_a_batch(slab: &Slab<Counted>) {
    let batch = take(slab);
    give(slab, &batch);
}

#[test]
fn a_slot_has_one_owner_at_a_time() {
    loom::model(|| {
        let slab = Arc::new(Slab::new());
        let theirs = Arc::clone(&slab);
        let other = thread::spawn(move || {
            use_a_batch(&theirs);
            use_a_batch(&theirs);
        });
        use_a_batch(&slab);
        use_a_batch(&slab);
        other.join().unwrap();
        // Nothing is lost: what was handed out is free again, and no more was needed than both had at once.
        assert!(slab.high() <= 2 * BATCH as u32);
        let (high, mut seen) = (slab.high(), 0);
        let mut batch = [NONE; BATCH];
        while seen < high {
            seen += slab.take(&mut batch) as u32;
            assert_eq!(slab.high(), high, "a slot was lost");
        }
        assert!(slab.pop_batch().is_none());
    });
}

/// One thread looks at the first batch while the other takes both and gives the first one back: the head is what it
/// was, and what lies below is not.
#[test]
fn a_head_that_came_back_is_not_the_old_head() {
    loom::model(|| {
        let slab = Arc::new(Slab::new());
        let (first, second) = (take(&slab), take(&slab));
        give(&slab, &second);
        give(&slab, &first);
        let theirs = Arc::clone(&slab);
        let other = thread::spawn(move || {
            let (first, second) = (take(&theirs), take(&theirs));
            give(&theirs, &first);
            drop(second);
        });
        let mine = (take(&slab), take(&slab));
        other.join().unwrap();
        drop(mine);
    });
}

#[test]
fn a_reader_sees_whole_chunks_only() {
    loom::model(|| {
        let slab = Arc::new(Slab::new());
        let theirs = Arc::clone(&slab);
        let writer = thread::spawn(move || use_a_batch(&theirs));
        let high = slab.high();
        let mut slots = 0;
        slab.for_each(|_, slot| {
            slots += 1;
            assert!(slot.owners.load(Ordering::Relaxed) <= 1);
        });
        assert!(slots >= high, "{slots} of {high} slots are there");
        writer.join().unwrap();
    });
}

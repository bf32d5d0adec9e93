//! A table that only grows: entries are found by number without a lock, and live for ever.

use crate::primitive::real::Mutex;
use std::sync::OnceLock;

/// Entries in the first segment; each further one is twice as large.
const FIRST: usize = 64;
/// Enough segments for 2^26 entries.
const SEGMENTS: usize = 21;

/// The table.
#[derive(Debug)]
pub(crate) struct Table<T> {
    segments: [OnceLock<Box<[OnceLock<T>]>>; SEGMENTS],
    len: Mutex<usize>,
}

impl<T> Table<T> {
    pub(crate) const fn new() -> Self {
        Self { segments: [const { OnceLock::new() }; SEGMENTS], len: Mutex::new(0) }
    }

    fn locate(index: usize) -> (usize, usize) {
        let segment = ((index + FIRST) / FIRST).ilog2() as usize;
        (segment, index + FIRST - (FIRST << segment))
    }

    /// Appends an entry and returns its number; the entry itself if there are `limit` already.
    pub(crate) fn push(&self, entry: T, limit: usize) -> Result<usize, T> {
        let mut len = self.len.lock();
        let index = *len;
        let (segment, offset) = Self::locate(index);
        if index >= limit || segment >= SEGMENTS {
            return Err(entry);
        }
        let cells =
            self.segments[segment].get_or_init(|| (0..FIRST << segment).map(|_| OnceLock::new()).collect());
        cells[offset].set(entry)?;
        *len = index + 1;
        Ok(index)
    }

    /// Whether there are `limit` entries.
    pub(crate) fn is_full(&self, limit: usize) -> bool {
        *self.len.lock() >= limit
    }

    /// The entry with this number.
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        let (segment, offset) = Self::locate(index);
        self.segments.get(segment)?.get()?.get(offset)?.get()
    }

    /// All entries, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        (0..).map_while(|i| self.get(i))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_number() {
        let table = Table::new();
        for i in 0..1000 {
            assert_eq!(table.push(i, 1000), Ok(i));
        }
        assert!(table.is_full(1000));
        assert_eq!(table.push(7, 1000), Err(7));
        assert!(table.iter().copied().eq(0..1000));
        assert_eq!(table.get(1000), None);
    }
}

//! Entries that belong to places of a list, those of one place together: put in order by counting, not by comparing.

/// Entries by place.
#[derive(Clone, Debug)]
pub(super) struct Runs<T> {
    entries: Vec<T>,
    /// Where those of each place begin; and the end.
    starts: Vec<u32>,
}

impl<T: Copy> Runs<T> {
    /// These entries by their place below `places`, those of one place in the order in which they come; the ones that
    /// have no place are left out.
    pub(super) fn of(
        entries: impl Iterator<Item = T> + Clone,
        places: usize,
        place: impl Fn(&T) -> Option<usize>,
    ) -> Self {
        let mut starts = vec![0_u32; places + 1];
        let mut first = None;
        for entry in entries.clone() {
            if let Some(place) = place(&entry) {
                starts[place] += 1;
                first.get_or_insert(entry);
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += std::mem::replace(start, sum);
        }
        let mut next = starts.clone();
        let mut sorted = first.map_or_else(Vec::new, |first| vec![first; sum as usize]);
        for entry in entries {
            if let Some(place) = place(&entry) {
                sorted[next[place] as usize] = entry;
                next[place] += 1;
            }
        }
        Self { entries: sorted, starts }
    }

    /// How many places there are.
    pub(super) fn places(&self) -> usize {
        self.starts.len() - 1
    }

    /// The entries of a place.
    pub(super) fn at(&self, place: usize) -> &[T] {
        &self.entries[self.starts[place] as usize..self.starts[place + 1] as usize]
    }

    /// The entries of each place, in the order of the places.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[T]> {
        (0..self.places()).map(|place| self.at(place))
    }

    /// Calls `f` for the entries of each place.
    pub(super) fn for_each(&mut self, f: impl Fn(&mut [T])) {
        for bounds in self.starts.windows(2) {
            f(&mut self.entries[bounds[0] as usize..bounds[1] as usize]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_what_a_stable_sort_makes(entries in prop::collection::vec((0_usize..12, 0_u8..9), 0..60)) {
            let runs = Runs::of(entries.iter().copied(), 10, |(place, _)| Some(*place).filter(|place| *place < 10));
            let mut sorted: Vec<(usize, u8)> = entries.into_iter().filter(|(place, _)| *place < 10).collect();
            sorted.sort_by_key(|(place, _)| *place);
            prop_assert_eq!(runs.iter().flatten().copied().collect::<Vec<_>>(), sorted);
            prop_assert!((0..10).all(|place| runs.at(place).iter().all(|(at, _)| *at == place)));
        }
    }
}

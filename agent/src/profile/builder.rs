//! Merges stacks as they come, within a bound.

use crate::profile::Stack;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Different stacks that a profile keeps; what comes after them is merged into one.
pub const MAX_STACKS: usize = 20_000;

/// The frame that stands for all stacks beyond the bound.
const TRUNCATED: &str = "[truncated]";

type Key = (Vec<Arc<str>>, Vec<Arc<str>>);

/// Adds up equal stacks.
#[derive(Debug, Default)]
pub struct Builder {
    stacks: HashMap<Key, u64>,
    truncated: u64,
}

impl Builder {
    /// Starts without any stack.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a weight to a stack; labels and frames are outermost first.
    pub fn add(&mut self, labels: &[Arc<str>], frames: &[Arc<str>], weight: u64) {
        let full = self.stacks.len() >= MAX_STACKS;
        match self.stacks.entry((labels.to_vec(), frames.to_vec())) {
            Entry::Occupied(mut known) => *known.get_mut() += weight,
            Entry::Vacant(new) if !full => {
                new.insert(weight);
            }
            Entry::Vacant(_) => self.truncated += weight,
        }
    }

    /// The stacks in a fixed order, and the weight that was merged into `[truncated]`.
    pub fn finish(self) -> (Vec<Stack>, u64) {
        let mut stacks: Vec<_> = self
            .stacks
            .into_iter()
            .filter(|(_, weight)| *weight > 0)
            .map(|((labels, frames), weight)| Stack { labels, frames, weight })
            .collect();
        stacks.sort_unstable_by(|a, b| (&a.labels, &a.frames).cmp(&(&b.labels, &b.frames)));
        if self.truncated > 0 {
            stacks.push(Stack {
                labels: Vec::new(),
                frames: vec![Arc::from(TRUNCATED)],
                weight: self.truncated,
            });
        }
        (stacks, self.truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<Arc<str>> {
        list.iter().map(|name| Arc::from(*name)).collect()
    }

    #[test]
    fn equal_stacks_are_added_up_and_others_are_not() {
        let mut builder = Builder::new();
        builder.add(&names(&["w"]), &names(&["main", "b"]), 2);
        builder.add(&names(&["w"]), &names(&["main", "a"]), 1);
        builder.add(&names(&["w"]), &names(&["main", "b"]), 3);
        builder.add(&names(&["v"]), &names(&["main", "b"]), 7);
        let (stacks, truncated) = builder.finish();
        let seen: Vec<_> = stacks.iter().map(|s| (&*s.labels[0], &*s.frames[1], s.weight)).collect();
        assert_eq!(seen, [("v", "b", 7), ("w", "a", 1), ("w", "b", 5)]);
        assert_eq!(truncated, 0);
    }

    #[test]
    fn a_label_is_not_taken_for_a_frame() {
        let mut builder = Builder::new();
        builder.add(&names(&["a"]), &names(&["b"]), 1);
        builder.add(&[], &names(&["a", "b"]), 1);
        assert_eq!(builder.finish().0.len(), 2);
    }

    #[test]
    fn beyond_the_bound_weight_is_kept_and_stacks_are_not() {
        let mut builder = Builder::new();
        for i in 0..MAX_STACKS + 10 {
            builder.add(&[], &names(&[&format!("f{i}")]), 2);
        }
        // A stack that is known already still counts for itself.
        builder.add(&[], &names(&["f0"]), 5);
        let (stacks, truncated) = builder.finish();
        assert_eq!(stacks.len(), MAX_STACKS + 1);
        assert_eq!(truncated, 20);
        assert_eq!(stacks.iter().map(|s| s.weight).sum::<u64>(), 2 * (MAX_STACKS as u64 + 10) + 5);
        assert_eq!(stacks.iter().find(|s| &*s.frames[0] == "f0").unwrap().weight, 7);
        assert_eq!(&*stacks.last().unwrap().frames[0], TRUNCATED);
    }

    #[test]
    fn nothing_gives_nothing() {
        let mut builder = Builder::new();
        builder.add(&[], &names(&["f"]), 0);
        assert!(builder.finish().0.is_empty());
    }
}

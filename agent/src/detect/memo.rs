//! What is found once, for all who ask.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

/// The answers so far, by what was asked.
#[derive(Clone, Debug)]
pub(super) struct Memo<K, V>(RefCell<HashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The answer, which is found at the first time; that may ask for others.
    pub(super) fn get(&self, asked: K, find: impl FnOnce() -> V) -> V {
        if let Some(known) = self.0.borrow().get(&asked) {
            return known.clone();
        }
        let found = find();
        self.0.borrow_mut().insert(asked, found.clone());
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_once() {
        let (memo, mut found) = (Memo::default(), 0);
        for asked in [3, 5, 3] {
            let answer = memo.get(asked, || {
                found += 1;
                memo.get(asked + 1, || 1) + asked
            });
            assert_eq!(answer, asked + 1);
        }
        assert_eq!(found, 2);
    }
}

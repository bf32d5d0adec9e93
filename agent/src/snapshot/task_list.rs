//! Lists of tasks of which many are the same, or begin in the same way.

use crate::id::TaskId;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// The first tasks of a list that others may share: to copy it takes the same time however long it is.
#[derive(Clone, Default)]
pub struct TaskList {
    all: Arc<[TaskId]>,
    len: usize,
}

impl TaskList {
    /// The first `len` tasks of this list, or all there are.
    #[must_use]
    pub fn first(&self, len: usize) -> Self {
        Self { all: self.all.clone(), len: len.min(self.len) }
    }

    /// The list that this is the beginning of.
    pub(crate) fn whole(&self) -> Self {
        Self::from(self.all.clone())
    }

    /// What all lists have in common that are the beginning of one.
    pub(crate) fn source(&self) -> *const TaskId {
        self.all.as_ptr()
    }
}

impl Deref for TaskList {
    type Target = [TaskId];

    fn deref(&self) -> &[TaskId] {
        &self.all[..self.len]
    }
}

impl<T: Into<Arc<[TaskId]>>> From<T> for TaskList {
    fn from(all: T) -> Self {
        let all = all.into();
        Self { len: all.len(), all }
    }
}

impl PartialEq for TaskList {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && (Arc::ptr_eq(&self.all, &other.all) || self[..] == other[..])
    }
}

impl Eq for TaskList {}

impl fmt::Debug for TaskList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_list_is_a_list() {
        let id = |n| TaskId::new(n, 1);
        let all = TaskList::from([id(3), id(1), id(2)]);
        let two = all.first(2);
        assert_eq!((&two[..], two.source()), (&[id(3), id(1)][..], all.source()));
        assert_eq!(two, TaskList::from(vec![id(3), id(1)]));
        assert_ne!(two, all);
        assert_eq!(two.whole(), all);
        assert_eq!((two.first(5), two.first(0)), (two, TaskList::default()));
    }
}

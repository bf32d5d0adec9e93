//! Identities: what a task, a resource, a pool or a site is called, without pointing at it.
//!
//! A slot is used again after its task has ended, so an id carries the generation of its slot: two tasks never
//! share an id, and an old id finds nothing instead of the wrong task.

use std::fmt;
use std::str::FromStr;

/// Bits of a packed id that hold the slot's index; the rest holds its generation.
const INDEX_BITS: u32 = 32;

macro_rules! slot_id {
    ($(#[$doc:meta])* $name:ident, $kinds:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            index: u32,
            generation: u32,
        }

        impl $name {
            /// The id of the slot at `index` in its `generation`-th use.
            pub const fn new(index: u32, generation: u32) -> Self {
                Self { index, generation }
            }

            /// The slot's place in its slab.
            pub const fn index(self) -> u32 {
                self.index
            }

            /// Which use of the slot this is.
            pub const fn generation(self) -> u32 {
                self.generation
            }

            /// Both halves in one word; never 0 for an id that was handed out, since generations start at 1.
            pub const fn pack(self) -> u64 {
                ((self.generation as u64) << INDEX_BITS) | self.index as u64
            }

            /// The id that [`pack`](Self::pack) made this word of; `None` for 0.
            pub const fn unpack(word: u64) -> Option<Self> {
                if word == 0 {
                    return None;
                }
                Some(Self { index: word as u32, generation: (word >> INDEX_BITS) as u32 })
            }
        }

        impl $name {
            /// What the marks of an index say it is, and the letter of that; no mark comes last.
            const KINDS: &[(u32, char)] = $kinds;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let is = |(mark, _): &&(u32, char)| self.index & mark == *mark;
                let (mark, letter) = Self::KINDS.iter().find(is).copied().unwrap_or((0, '?'));
                write!(f, "{letter}{}.{}", self.index & !mark, self.generation)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let of = |(mark, letter): &(u32, char)| Some((*mark, text.strip_prefix(*letter)?));
                let (mark, rest) = Self::KINDS.iter().find_map(of).ok_or(ParseIdError)?;
                let (index, generation) = rest.split_once('.').ok_or(ParseIdError)?;
                let index: u32 = index.parse().map_err(|_| ParseIdError)?;
                let generation = generation.parse().map_err(|_| ParseIdError)?;
                // A mark of its own would make it another one.
                let marks = Self::KINDS.iter().fold(0, |all, (mark, _)| all | mark);
                if index & marks != 0 { Err(ParseIdError) } else { Ok(Self { index: index | mark, generation }) }
            }
        }
    };
}

slot_id! {
    /// A task: a tokio task, a blocking job, an OS thread or a `block_on` root. Shown as `t12.3`.
    TaskId, &[(0, 't')]
}

slot_id! {
    /// A resource: a channel, a lock, a semaphore and so on, shown as `r5.1`. What is waited for in a join is one too: the end
    /// of the task `t12.3` is `j12.3`, and the set of tasks that it awaits itself `s12.3`.
    ResourceId, &[(ResourceId::END, 'j'), (ResourceId::SET, 's'), (0, 'r')]
}

impl ResourceId {
    /// `index`: of the end of the task in this slot. There are never as many slots.
    const END: u32 = 1 << 31;
    /// `index`: of the set that the task in this slot awaits.
    const SET: u32 = 1 << 30;

    /// The end of a task, which others wait for.
    pub const fn end_of(task: TaskId) -> Self {
        Self { index: task.index | Self::END, generation: task.generation }
    }

    /// The set of tasks that this one awaits.
    pub const fn set_of(task: TaskId) -> Self {
        Self { index: task.index | Self::SET, generation: task.generation }
    }
}

/// A text that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseIdError;

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id: ids look like t12.3 (a task), r5.1 (a resource) or j12.3 (the end of a task)")
    }
}

impl std::error::Error for ParseIdError {}

macro_rules! dense_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The place in the table of its kind.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

dense_id! {
    /// A pool, by its place in the table of pools.
    PoolId
}
dense_id! {
    /// An await site, by its place in the table of await sites. 0 is "no site".
    SiteId
}
dense_id! {
    /// Tasks of one kind, spawned at one place into one pool, by their place in the table of task groups.
    TaskGroupId
}
dense_id! {
    /// Resources of one kind, created at one place into one pool, by their place in the table of resource groups.
    ResourceGroupId
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packing_loses_nothing(index: u32, generation in 1u32..) {
            let id = TaskId::new(index, generation);
            prop_assert_eq!(TaskId::unpack(id.pack()), Some(id));
            prop_assert_eq!(id.to_string().parse::<TaskId>(), Ok(id));
        }

        #[test]
        fn the_end_of_a_task_is_no_other_resource(index in 0_u32..1 << 30, generation in 1u32..) {
            let task = TaskId::new(index, generation);
            let ids = [ResourceId::new(index, generation), ResourceId::set_of(task), ResourceId::end_of(task)];
            for (id, letter) in ids.into_iter().zip(["r", "s", "j"]) {
                prop_assert_eq!(id.to_string(), format!("{letter}{index}.{generation}"));
                prop_assert_eq!(id.to_string().parse::<ResourceId>(), Ok(id));
            }
        }
    }

    #[test]
    fn an_index_cannot_say_what_the_letter_says() {
        for text in ["r1073741824.1", "s2147483648.1", "j2147483649.1", "t1.1"] {
            assert_eq!(text.parse::<ResourceId>(), Err(ParseIdError), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_id_is_refused() {
        for text in ["", "t", "t1", "t1.", "t.1", "r1.1", "t1.1.1", "t-1.1", "t99999999999.1"] {
            assert_eq!(text.parse::<TaskId>(), Err(ParseIdError), "{text}");
        }
    }
}

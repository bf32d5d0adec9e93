//! Identities: what a task, a resource, a pool or a site is called, without pointing at it.
//!
//! A slot is used again after its task has ended, so an id carries the generation of its slot: two tasks never
//! share an id, and an old id finds nothing instead of the wrong task.

use std::fmt;
use std::str::FromStr;

/// Bits of a packed id that hold the slot's index; the rest holds its generation.
const INDEX_BITS: u32 = 32;

macro_rules! slot_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
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

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}.{}"), self.index, self.generation)
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
                let (index, generation) =
                    text.strip_prefix($prefix).and_then(|t| t.split_once('.')).ok_or(ParseIdError)?;
                Ok(Self {
                    index: index.parse().map_err(|_| ParseIdError)?,
                    generation: generation.parse().map_err(|_| ParseIdError)?,
                })
            }
        }
    };
}

slot_id! {
    /// A task: a tokio task, a blocking job, an OS thread or a `block_on` root. Shown as `t12.3`.
    TaskId, "t"
}

slot_id! {
    /// A resource: a channel, a lock, a semaphore and so on. Shown as `r5.1`.
    ResourceId, "r"
}

/// A text that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseIdError;

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id: ids look like t12.3 (a task) or r5.1 (a resource)")
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
    }

    #[test]
    fn a_text_that_is_no_id_is_refused() {
        for text in ["", "t", "t1", "t1.", "t.1", "r1.1", "t1.1.1", "t-1.1", "t99999999999.1"] {
            assert_eq!(text.parse::<TaskId>(), Err(ParseIdError), "{text}");
        }
    }
}

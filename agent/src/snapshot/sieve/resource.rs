//! What is kept of a resource.

use crate::id::ResourceId;
use crate::snapshot::{Op, ResourceKind};

/// What must be known of a resource.
#[derive(Clone, Copy, Debug)]
pub(in crate::snapshot) struct Facts {
    pub(in crate::snapshot) id: ResourceId,
    pub(in crate::snapshot) kind: ResourceKind,
    /// Whether anybody may end any wait for it.
    pub(in crate::snapshot) open: bool,
    /// Whether it is a semaphore that has no permits of its own.
    pub(in crate::snapshot) empty: bool,
}

/// What a wait for a resource is ended by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// By all who hold it.
    Holders,
    /// By those who receive: they make room, or they go.
    Room,
    /// By those who send.
    Message,
}

/// A resource, or a slot without one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry {
    generation: u32,
    kind: Option<ResourceKind>,
    marks: u8,
}

impl Entry {
    /// Anybody may end any wait for it.
    const OPEN: u8 = 1;
    /// A semaphore without permits of its own.
    const EMPTY: u8 = 2;
    /// Somebody holds it.
    const HELD: u8 = 4;
    /// Somebody holds it who is not known, or can be helped.
    const LOOSE: u8 = 8;
    /// A task owns one of its senders.
    const OWNED: u8 = 16;
    /// Somebody has one of its senders who is not known, or can be helped.
    const ESCAPED: u8 = 32;
    /// A wait for it was left out.
    const PARTLY: u8 = 64;

    pub(super) fn new(facts: &Facts) -> Self {
        let marks = if facts.open { Self::OPEN } else { 0 } | if facts.empty { Self::EMPTY } else { 0 };
        Self { generation: facts.id.generation(), kind: Some(facts.kind), marks }
    }

    /// Whether this is the entry of a resource with this generation.
    pub(super) fn is(self, generation: u32) -> bool {
        self.kind.is_some() && self.generation == generation
    }

    /// What ends such a wait; `None` if anybody may.
    pub(super) fn class(self, op: Op) -> Option<Class> {
        use ResourceKind::{Broadcast, Mpsc, Mutex, OnceCell, Oneshot, RwLock, Semaphore, Watch};
        match (self.kind?, op) {
            (Mutex, Op::Lock)
            | (OnceCell, Op::Init)
            | (Semaphore, Op::Acquire)
            | (RwLock, Op::Read | Op::Write) => Some(Class::Holders),
            (Mpsc, Op::Send) | (Mpsc | Oneshot | Watch, Op::Wait) => Some(Class::Room),
            (Mpsc | Oneshot | Broadcast, Op::Recv) | (Watch, Op::Changed) => Some(Class::Message),
            _ => None,
        }
    }

    /// Whether somebody who is not among the suspects can end waits of this class.
    pub(super) fn is_open(self, class: Class) -> bool {
        self.has(Self::OPEN)
            || match class {
                Class::Holders => self.has(Self::LOOSE) || self.has(Self::EMPTY) && !self.has(Self::HELD),
                Class::Room => false,
                Class::Message => self.has(Self::ESCAPED) || !self.has(Self::OWNED),
            }
    }

    /// Notes a holder, or a sender that somebody owns.
    pub(super) fn is_with_somebody(&mut self, class: Class) {
        self.marks |= if class == Class::Holders { Self::HELD } else { Self::OWNED };
    }

    /// Notes that one of them is not known, or can be helped. Whether that was not known.
    pub(super) fn loosen(&mut self, class: Class) -> bool {
        let mark = if class == Class::Holders { Self::LOOSE } else { Self::ESCAPED };
        let new = !self.has(mark);
        self.marks |= mark;
        new
    }

    pub(super) fn leave_out(&mut self) {
        self.marks |= Self::PARTLY;
    }

    pub(super) fn is_partly_known(self) -> bool {
        self.has(Self::PARTLY)
    }

    fn has(self, marks: u8) -> bool {
        self.marks & marks != 0
    }
}

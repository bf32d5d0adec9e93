//! The sending ends.

use super::Receiver;
use crate::registry::ResourceSlot;
use crate::sync::queue::{SenderEnd, count_sent, ends, foresee};
use crate::sync::{Blocked, Kind, Op};
use std::fmt;
use std::panic::Location;
use std::sync::mpsc as real;
use std::sync::mpsc::{SendError, TrySendError};

/// A queue that always has room: [`std::sync::mpsc::channel`](::std::sync::mpsc::channel).
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = real::channel();
    let (sender_end, receiver_end) = ends(Kind::Mpsc, 0, Location::caller());
    (Sender { inner: sender, end: sender_end }, Receiver::new(receiver, receiver_end))
}

/// A queue with room for `bound` messages: [`std::sync::mpsc::sync_channel`](::std::sync::mpsc::sync_channel).
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let (sender, receiver) = real::sync_channel(bound);
    let (sender_end, receiver_end) = ends(Kind::Mpsc, bound as u64, Location::caller());
    (SyncSender { inner: sender, end: sender_end }, Receiver::new(receiver, receiver_end))
}

macro_rules! sender {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<T> {
            /// Dropped first, so that no sender is counted as gone that is not.
            inner: real::$name<T>,
            end: SenderEnd,
        }

        impl<T> $name<T> {
            /// The plain sender. The queue is not covered from now on.
            pub fn into_inner(self) -> real::$name<T> {
                self.end.escape();
                self.inner
            }

            /// Holds a plain sender. The queue is recorded as made here, and as not covered.
            #[track_caller]
            pub fn from_inner(inner: real::$name<T>) -> Self {
                Self { inner, end: SenderEnd::from_outside(Kind::Mpsc, 0, Location::caller()) }
            }
        }

        $crate::original::end! { $name<T>, inside }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                // Counted before there is one more.
                let end = self.end.clone();
                Self { inner: self.inner.clone(), end }
            }
        }

        $crate::original::escaping! { $name<T> as real::$name<T>, "queue", "std's own type" }

        $crate::original::conversions! { #[track_caller] [T] $name<T> as real::$name<T>, into_inner }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

sender! {
    /// Sends into a queue that always has room: [`std::sync::mpsc::Sender`](::std::sync::mpsc::Sender).
    Sender
}

sender! {
    /// Sends into a queue that may be full: [`std::sync::mpsc::SyncSender`](::std::sync::mpsc::SyncSender).
    SyncSender
}

impl<T> Sender<T> {
    /// Sends a value, without waiting.
    ///
    /// # Errors
    ///
    /// Returns the value if the receiver is gone.
    #[inline]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        match self.end.used() {
            slot @ Some(_) => self.send_seen(t, slot),
            None => self.inner.send(t),
        }
    }

    #[inline(never)]
    fn send_seen(&self, t: T, slot: Option<&'static ResourceSlot>) -> Result<(), SendError<T>> {
        foresee(slot);
        let result = self.inner.send(t);
        if result.is_ok() {
            count_sent(slot);
        }
        result
    }
}

impl<T> SyncSender<T> {
    /// Sends a value; blocks until there is room for it, or, without any room, until it is received.
    ///
    /// # Errors
    ///
    /// Returns the value if the receiver is gone.
    #[track_caller]
    pub fn send(&self, t: T) -> Result<(), SendError<T>> {
        let place = Location::caller();
        match self.try_send(t) {
            Ok(()) => Ok(()),
            Err(TrySendError::Disconnected(t)) => Err(SendError(t)),
            Err(TrySendError::Full(t)) => self.send_slowly(t, place),
        }
    }

    #[cold]
    fn send_slowly(&self, t: T, place: &'static Location<'static>) -> Result<(), SendError<T>> {
        let slot = self.end.slot();
        let blocked = Blocked::new(slot, Op::Send, place);
        let result = self.inner.send(t);
        blocked.end();
        if result.is_ok() {
            count_sent(slot);
        }
        result
    }

    /// Sends a value if there is room for it.
    ///
    /// # Errors
    ///
    /// Returns the value if there is none, or if the receiver is gone.
    pub fn try_send(&self, t: T) -> Result<(), TrySendError<T>> {
        let Some(slot) = self.end.used() else { return self.inner.try_send(t) };
        foresee(Some(slot));
        let result = self.inner.try_send(t);
        if result.is_ok() {
            count_sent(Some(slot));
        }
        result
    }
}

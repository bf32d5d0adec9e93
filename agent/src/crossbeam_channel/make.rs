//! What makes queues and timers.

use super::{Receiver, Sender};
use crate::sync::Kind;
use crate::sync::queue::{ConsumerEnd, sender_end};
use crossbeam_channel as real;
use std::panic::Location;
use std::time::{Duration, Instant};

/// A queue that always has room: [`crossbeam_channel::unbounded`](real::unbounded).
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    recorded(real::unbounded(), 0, Location::caller())
}

/// A queue with room for `cap` messages: [`crossbeam_channel::bounded`](real::bounded).
///
/// ```
/// use taskscope::crossbeam_channel::bounded;
///
/// let (sender, receiver) = bounded(1);
/// sender.send("a message").unwrap();
/// assert_eq!(receiver.recv(), Ok("a message"));
/// ```
#[track_caller]
pub fn bounded<T>(cap: usize) -> (Sender<T>, Receiver<T>) {
    recorded(real::bounded(cap), cap as u64, Location::caller())
}

fn recorded<T>(
    (sender, receiver): (real::Sender<T>, real::Receiver<T>),
    limit: u64,
    place: &'static Location<'static>,
) -> (Sender<T>, Receiver<T>) {
    let end = sender_end(Kind::Mpsc, limit, place);
    let receiver = Receiver::new(receiver, end.consumer());
    (Sender::new(sender, end), receiver)
}

/// Gets a message after some time: [`crossbeam_channel::after`](real::after).
pub fn after(duration: Duration) -> Receiver<Instant> {
    Receiver::new(real::after(duration), ConsumerEnd::unseen())
}

/// Gets a message at some time: [`crossbeam_channel::at`](real::at).
pub fn at(when: Instant) -> Receiver<Instant> {
    Receiver::new(real::at(when), ConsumerEnd::unseen())
}

/// Gets no message: [`crossbeam_channel::never`](real::never).
pub fn never<T>() -> Receiver<T> {
    Receiver::new(real::never(), ConsumerEnd::unseen())
}

/// Gets messages again and again: [`crossbeam_channel::tick`](real::tick).
pub fn tick(duration: Duration) -> Receiver<Instant> {
    Receiver::new(real::tick(duration), ConsumerEnd::unseen())
}

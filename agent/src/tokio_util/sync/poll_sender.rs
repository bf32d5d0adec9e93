//! A sender that can be polled.

use crate::original::conversions;
use crate::tokio::sync::mpsc::error::SendError;
use crate::tokio::sync::mpsc::{OwnedPermit, Sender};
use ::tokio_util::sync as real;
use ::tokio_util::sync::{PollSendError, ReusableBoxFuture};
use futures_sink::Sink;
use std::fmt;
use std::mem;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A [`Sender`] that can be polled for room: [`tokio_util::sync::PollSender`](::tokio_util::sync::PollSender). A wait is
/// shown where [`poll_reserve`](Self::poll_reserve) was called for it first; as a [`Sink`], where this was made.
pub struct PollSender<T> {
    /// `None` once it is closed.
    sender: Option<Sender<T>>,
    state: State<T>,
    /// The box of the last wait, for the next one.
    spare: Option<Reserving<T>>,
    /// tokio-util's own, closed: nothing else makes its errors.
    closed: real::PollSender<T>,
    place: &'static Location<'static>,
}

enum State<T> {
    Idle(Sender<T>),
    Acquiring(Reserving<T>),
    Ready(OwnedPermit<T>),
    Closed,
}

/// The future of the room for one message. It is alive for as long as a `T` is, which no lifetime can be named for.
type Reserving<T> = ReusableBoxFuture<'static, Result<OwnedPermit<T>, SendError<()>>>;

/// The future, in `spare` if there is one.
fn reserve<T: Send>(
    spare: Option<Reserving<T>>,
    sender: Sender<T>,
    place: &'static Location<'static>,
) -> Reserving<T> {
    let future = sender.reserve_owned_at(place);
    let boxed: ReusableBoxFuture<'_, _> = match spare {
        Some(boxed) => {
            let mut boxed: ReusableBoxFuture<'_, _> = boxed;
            boxed.set(future);
            boxed
        }
        None => ReusableBoxFuture::new(future),
    };
    // SAFETY: what may borrow in there is of the type `T`. The box stays in a `PollSender<T>`, which has other parts of
    // that type that look at it when they are dropped, so that it cannot outlive what a `T` borrows.
    unsafe { mem::transmute::<ReusableBoxFuture<'_, _>, Reserving<T>>(boxed) }
}

impl<T: Send> PollSender<T> {
    /// Polls this sender.
    #[track_caller]
    pub fn new(sender: Sender<T>) -> Self {
        let mut closed = real::PollSender::new(sender.plain().clone());
        closed.close();
        let (kept, state) = (sender.clone(), State::Idle(sender));
        Self { sender: Some(kept), state, spare: None, closed, place: Location::caller() }
    }

    /// Polls for room for one message, which is reserved then, see
    /// [`tokio_util`](::tokio_util::sync::PollSender::poll_reserve). Only the waker of the last call is woken.
    ///
    /// # Errors
    ///
    /// If the queue or this sender is closed, and from then on.
    #[track_caller]
    pub fn poll_reserve(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), PollSendError<T>>> {
        self.poll_reserve_at(cx, Location::caller())
    }

    fn poll_reserve_at(
        &mut self,
        cx: &mut Context<'_>,
        place: &'static Location<'static>,
    ) -> Poll<Result<(), PollSendError<T>>> {
        let mut reserving = match self.take_state() {
            State::Idle(sender) => reserve(self.spare.take(), sender, place),
            State::Acquiring(reserving) => reserving,
            ready @ State::Ready(_) => {
                self.state = ready;
                return Poll::Ready(Ok(()));
            }
            State::Closed => return self.closed.poll_reserve(cx),
        };
        let Poll::Ready(result) = reserving.poll(cx) else {
            self.state = State::Acquiring(reserving);
            return Poll::Pending;
        };
        self.spare = Some(reserving);
        match result {
            Ok(permit) => {
                self.state = State::Ready(permit);
                Poll::Ready(Ok(()))
            }
            Err(_) => self.closed.poll_reserve(cx),
        }
    }

    /// Sends a value into the room that was reserved.
    ///
    /// # Errors
    ///
    /// Returns the value if the queue or this sender is closed.
    ///
    /// # Panics
    ///
    /// If no room was reserved.
    #[track_caller]
    pub fn send_item(&mut self, value: T) -> Result<(), PollSendError<T>> {
        let sender = match self.take_state() {
            State::Idle(_) | State::Acquiring(_) => {
                panic!("`send_item` called without first calling `poll_reserve`")
            }
            State::Ready(permit) => permit.send(value),
            State::Closed => return self.closed.send_item(value),
        };
        // It may have been closed since the room was reserved.
        if self.sender.is_some() {
            self.state = State::Idle(sender);
        }
        Ok(())
    }

    /// Whether this sender is closed; the queue need not be.
    pub fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed) || self.sender.is_none()
    }

    /// The sender; `None` if this is closed.
    pub fn get_ref(&self) -> Option<&Sender<T>> {
        self.sender.as_ref()
    }

    /// Closes this sender, and not the queue. Room that was reserved can still be sent into, or given back with
    /// [`abort_send`](Self::abort_send).
    pub fn close(&mut self) {
        self.sender = None;
        if matches!(self.state, State::Idle(_) | State::Acquiring(_)) {
            self.state = State::Closed;
        }
    }

    /// Gives up the room that was reserved or is waited for. Whether there was any.
    pub fn abort_send(&mut self) -> bool {
        let sender = match self.take_state() {
            // What waits goes first, as its place in the line does.
            State::Acquiring(reserving) => {
                drop(reserving);
                self.sender.clone()
            }
            State::Ready(permit) => Some(permit.release()).filter(|_| self.sender.is_some()),
            other => {
                self.state = other;
                return false;
            }
        };
        self.state = sender.map_or(State::Closed, State::Idle);
        true
    }

    /// tokio-util's own. Room that was reserved or is waited for is given up, as by [`abort_send`](Self::abort_send): only
    /// the sender that has it can hold it. The queue is not covered from now on.
    pub fn into_inner(mut self) -> real::PollSender<T> {
        self.abort_send();
        match self.sender {
            Some(sender) => real::PollSender::new(sender.into_inner()),
            None => self.closed,
        }
    }

    /// Polls the sender of tokio-util's own. Room that was reserved or is waited for is given up, as with
    /// [`into_inner`](Self::into_inner). The queue is recorded as made here, and as not covered.
    #[track_caller]
    pub fn from_inner(mut inner: real::PollSender<T>) -> Self {
        inner.abort_send();
        match inner.get_ref().cloned() {
            Some(sender) => Self::new(Sender::from_inner(sender)),
            None => {
                let place = Location::caller();
                Self { sender: None, state: State::Closed, spare: None, closed: inner, place }
            }
        }
    }

    /// The state, with `Closed` left in its place.
    fn take_state(&mut self) -> State<T> {
        mem::replace(&mut self.state, State::Closed)
    }
}

conversions! { #[track_caller] [T: Send] PollSender<T> as real::PollSender<T>, into_inner }

impl<T> Clone for PollSender<T> {
    /// The clone has reserved nothing.
    #[track_caller]
    fn clone(&self) -> Self {
        let sender = self.sender.clone();
        let state = sender.clone().map_or(State::Closed, State::Idle);
        Self { sender, state, spare: None, closed: self.closed.clone(), place: Location::caller() }
    }
}

impl<T: Send> Sink<T> for PollSender<T> {
    type Error = PollSendError<T>;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let this = self.get_mut();
        this.poll_reserve_at(cx, this.place)
    }

    fn start_send(self: Pin<&mut Self>, item: T) -> Result<(), Self::Error> {
        self.get_mut().send_item(item)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.get_mut().close();
        Poll::Ready(Ok(()))
    }
}

impl<T> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            State::Idle(sender) => f.debug_tuple("Idle").field(sender).finish(),
            State::Acquiring(_) => f.write_str("Acquiring"),
            State::Ready(permit) => f.debug_tuple("ReadyToSend").field(permit).finish(),
            State::Closed => f.write_str("Closed"),
        }
    }
}

impl<T> fmt::Debug for PollSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("PollSender");
        out.field("sender", &self.sender).field("state", &self.state).finish_non_exhaustive()
    }
}

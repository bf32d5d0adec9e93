//! What both receivers have in common.

/// Declares a receiver that holds tokio's `$real`; `$limit` is its capacity as the slot has it.
macro_rules! receiver {
    ($(#[$doc:meta])* $name:ident, $limit:expr) => {
        $(#[$doc])*
        pub struct $name<T> {
            /// Dropped first: the queue is closed, and then it is recorded as closed.
            pub(super) inner: mpsc::$name<T>,
            pub(super) end: ReceiverEnd,
        }

        impl<T> $name<T> {
            /// Receives the next value; `None` once the queue is closed and empty. Cancel safe.
            #[track_caller]
            pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
                let Self { inner, end } = self;
                Receiving::new(end, Location::caller(), move |cx| inner.poll_recv(cx))
            }

            /// Receives up to `limit` values and appends them to `buffer`; waits for the first of them. Returns how
            /// many: 0 once the queue is closed and empty, or if `limit` is 0. Cancel safe.
            #[track_caller]
            pub fn recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> impl Future<Output = usize> {
                let Self { inner, end } = self;
                Receiving::new(end, Location::caller(), move |cx| inner.poll_recv_many(cx, buffer, limit))
            }

            /// Receives a value that is there already.
            ///
            /// # Errors
            ///
            /// `Empty` if there is none now, `Disconnected` if none will come.
            pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
                let result = self.inner.try_recv();
                match result {
                    Ok(_) => self.end.received(1),
                    Err(TryRecvError::Disconnected) => self.end.received(0),
                    Err(TryRecvError::Empty) => {}
                }
                result
            }

            /// [`recv`](Self::recv) for a thread outside of any runtime.
            ///
            /// # Panics
            ///
            /// If it is called inside of asynchronous execution.
            #[track_caller]
            pub fn blocking_recv(&mut self) -> Option<T> {
                let blocked = self.blocked(Location::caller());
                let result = self.inner.blocking_recv();
                self.unblocked(blocked, usize::from(result.is_some()));
                result
            }

            /// [`recv_many`](Self::recv_many) for a thread outside of any runtime.
            ///
            /// # Panics
            ///
            /// If it is called inside of asynchronous execution.
            #[track_caller]
            pub fn blocking_recv_many(&mut self, buffer: &mut Vec<T>, limit: usize) -> usize {
                let blocked = self.blocked(Location::caller());
                let result = self.inner.blocking_recv_many(buffer, limit);
                self.unblocked(blocked, result);
                result
            }

            /// The record of a thread that will have to wait. What is there now nobody else can take.
            fn blocked(&self, place: &'static Location<'static>) -> Option<Blocked> {
                self.inner.is_empty().then(|| Blocked::new(self.end.slot_for_wait(), Op::Recv, place))
            }

            fn unblocked(&mut self, blocked: Option<Blocked>, messages: usize) {
                if let Some(blocked) = blocked {
                    blocked.end();
                }
                self.end.received(messages);
            }

            /// Closes the queue: no more can be sent, and what was sent can still be received.
            pub fn close(&mut self) {
                self.inner.close();
                self.end.close();
            }

            /// Whether the queue is closed, by its receiver or because no sender is left.
            pub fn is_closed(&self) -> bool {
                self.inner.is_closed()
            }

            /// Whether the queue is empty.
            pub fn is_empty(&self) -> bool {
                self.inner.is_empty()
            }

            /// How many values are in the queue.
            pub fn len(&self) -> usize {
                self.inner.len()
            }

            /// Polls for the next value; `None` once the queue is closed and empty. Only the waker of the last call is
            /// woken.
            #[track_caller]
            pub fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
                self.poll_recv_at(cx, Location::caller())
            }

            /// [`poll_recv`](Self::poll_recv), recorded as called at `place`.
            pub(crate) fn poll_recv_at(
                &mut self,
                cx: &mut Context<'_>,
                place: &'static Location<'static>,
            ) -> Poll<Option<T>> {
                let result = self.inner.poll_recv(cx);
                self.end.polled(result, Received::messages, cx, place)
            }

            /// Polls for up to `limit` values, which are appended to `buffer`. Only the waker of the last call is
            /// woken.
            #[track_caller]
            pub fn poll_recv_many(
                &mut self,
                cx: &mut Context<'_>,
                buffer: &mut Vec<T>,
                limit: usize,
            ) -> Poll<usize> {
                let result = self.inner.poll_recv_many(cx, buffer, limit);
                self.end.polled(result, Received::messages, cx, Location::caller())
            }

            /// How many senders there are.
            pub fn sender_strong_count(&self) -> usize {
                self.inner.sender_strong_count()
            }

            /// How many weak senders there are.
            pub fn sender_weak_count(&self) -> usize {
                self.inner.sender_weak_count()
            }

            /// The plain receiver. The queue is not covered from now on.
            pub fn into_inner(self) -> mpsc::$name<T> {
                self.end.hand_out();
                self.inner
            }

            /// Holds a plain receiver. The queue is recorded as made here, and as not covered.
            #[track_caller]
            pub fn from_inner(inner: mpsc::$name<T>) -> Self {
                let limit: fn(&mpsc::$name<T>) -> u64 = $limit;
                let end = ReceiverEnd::from_outside(Kind::Mpsc, limit(&inner), Location::caller());
                Self { inner, end }
            }
        }

        $crate::original::conversions! { #[track_caller] [T] $name<T> as mpsc::$name<T>, into_inner }

        $crate::original::end! { $name<T> }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }

        impl<T> Unpin for $name<T> {}
    };
}

pub(super) use receiver;

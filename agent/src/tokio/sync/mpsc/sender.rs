//! What both senders have in common.

/// Declares a sender that holds tokio's own, and its weak form; `$limit` is its capacity as the slot has it.
macro_rules! sender {
    ($(#[$doc:meta])* $name:ident, $weak:ident, $limit:expr) => {
        $(#[$doc])*
        pub struct $name<T> {
            /// Dropped first, so that no sender is counted as gone that is not.
            pub(super) inner: mpsc::$name<T>,
            pub(super) end: SenderEnd,
        }

        impl<T> $name<T> {
            /// Waits until the receiver is closed or dropped. Cancel safe.
            #[track_caller]
            pub fn closed(&self) -> impl Future<Output = ()> {
                Waiting::new(self.inner.closed(), self.end.slot(), asks::Wait, Location::caller())
            }

            /// Whether the receiver is closed or dropped.
            pub fn is_closed(&self) -> bool {
                self.inner.is_closed()
            }

            /// Whether both send into the same queue.
            pub fn same_channel(&self, other: &Self) -> bool {
                self.inner.same_channel(&other.inner)
            }

            /// A sender that does not keep the queue open.
            #[must_use = "Downgrade creates a WeakSender without destroying the original non-weak sender."]
            pub fn downgrade(&self) -> $weak<T> {
                $weak::new(self.inner.downgrade(), self.end.downgrade())
            }

            /// How many senders there are.
            pub fn strong_count(&self) -> usize {
                self.inner.strong_count()
            }

            /// How many weak senders there are.
            pub fn weak_count(&self) -> usize {
                self.inner.weak_count()
            }

            /// The plain sender. The queue is not covered from now on.
            pub fn into_inner(self) -> mpsc::$name<T> {
                self.end.escape();
                self.inner
            }

            /// Holds a plain sender. The queue is recorded as made here, and as not covered.
            #[track_caller]
            pub fn from_inner(inner: mpsc::$name<T>) -> Self {
                let limit: fn(&mpsc::$name<T>) -> u64 = $limit;
                let end = SenderEnd::from_outside(Kind::Mpsc, limit(&inner), Location::caller());
                Self { inner, end }
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self { inner: self.inner.clone(), end: self.end.clone() }
            }
        }

        $crate::original::escaping! { $name<T> as mpsc::$name<T>, "queue", "tokio's own type" }

        $crate::original::conversions! { #[track_caller] [T] $name<T> as mpsc::$name<T>, into_inner }

        $crate::original::end! { $name<T>, inside }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

pub(super) use sender;

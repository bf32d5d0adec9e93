//! What both weak senders have in common.

/// Declares a weak sender that holds tokio's own.
macro_rules! weak_sender {
    ($(#[$doc:meta])* $name:ident, $strong:ident) => {
        $(#[$doc])*
        pub struct $name<T> {
            inner: mpsc::$name<T>,
            end: WeakEnd,
        }

        impl<T> $name<T> {
            pub(super) fn new(inner: mpsc::$name<T>, end: WeakEnd) -> Self {
                Self { inner, end }
            }

            /// A sender into the same queue; `None` if no other one is left.
            pub fn upgrade(&self) -> Option<$strong<T>> {
                // Counted first: the count is never below the number of real senders.
                let end = self.end.to_sender();
                let inner = self.inner.upgrade()?;
                Some($strong { inner, end })
            }

            /// How many senders there are.
            pub fn strong_count(&self) -> usize {
                self.inner.strong_count()
            }

            /// How many weak senders there are.
            pub fn weak_count(&self) -> usize {
                self.inner.weak_count()
            }

            /// The plain weak sender. The queue is not covered from now on.
            pub fn into_inner(self) -> mpsc::$name<T> {
                self.end.escape();
                self.inner
            }

            /// Holds a plain weak sender. The queue is recorded as made here, and as not covered.
            #[track_caller]
            pub fn from_inner(inner: mpsc::$name<T>) -> Self {
                let end = WeakEnd::from_outside(Kind::Mpsc, 0, Location::caller());
                Self { inner, end }
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self { inner: self.inner.clone(), end: self.end.clone() }
            }
        }

        $crate::original::conversions! { #[track_caller] [T] $name<T> as mpsc::$name<T>, into_inner }

        $crate::original::end! { $name<T> }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

pub(super) use weak_sender;

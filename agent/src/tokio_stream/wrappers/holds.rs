//! What a stream has in common with others that hold what they were made of.

/// Implements access to the `$inner` of a stream, and its conversion.
macro_rules! holds {
    ($name:ident, $inner:ident) => {
        impl<T> $name<T> {
            /// What it was made of.
            pub fn into_inner(self) -> $inner<T> {
                self.inner
            }
        }

        impl<T> AsRef<$inner<T>> for $name<T> {
            fn as_ref(&self) -> &$inner<T> {
                &self.inner
            }
        }

        impl<T> AsMut<$inner<T>> for $name<T> {
            fn as_mut(&mut self) -> &mut $inner<T> {
                &mut self.inner
            }
        }

        impl<T> From<$inner<T>> for $name<T> {
            #[track_caller]
            fn from(inner: $inner<T>) -> Self {
                Self::new(inner)
            }
        }

        impl<T: fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("inner", &self.inner).finish()
            }
        }
    };
}

pub(super) use holds;

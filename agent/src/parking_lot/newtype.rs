//! The types around lock_api's locks, which know the line that made them.

/// What all of them have: conversions, and lock_api's methods by `Deref`.
macro_rules! newtype {
    ($name:ident around $inner:ty, of $plain:ty) => {
        impl<T> $name<T> {
            /// The value in it.
            #[inline]
            pub fn into_inner(self) -> T {
                self.0.into_inner()
            }
        }

        impl<T: ?Sized> Deref for $name<T> {
            type Target = $inner;

            #[inline(always)]
            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<T: ?Sized> DerefMut for $name<T> {
            #[inline(always)]
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }

        impl<T> From<T> for $name<T> {
            #[track_caller]
            fn from(t: T) -> Self {
                Self::new(t)
            }
        }

        $crate::original::conversions! { #[track_caller] [T] $name<T> as $plain, into_parking_lot }

        impl<T: Default> Default for $name<T> {
            #[track_caller]
            fn default() -> Self {
                Self::new(T::default())
            }
        }

        impl<T: ?Sized + fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

/// The parts of one of lock_api's locks.
macro_rules! parts {
    ($lock:expr) => {{
        let lock = std::mem::ManuallyDrop::new($lock);
        // SAFETY: the lock is not dropped and not used afterwards, so this is moved out of it once. It is neither locked nor
        // unlocked by that.
        let raw = unsafe { std::ptr::read(lock.raw()) };
        // SAFETY: as above, for the value.
        let value = unsafe { std::ptr::read(lock.data_ptr()) };
        (raw, value)
    }};
}

/// Methods on an `Arc` of the lock, which `Deref` does not reach.
macro_rules! on_arc {
    ($name:ident around $inner:ty: $($method:ident($($arg:ident: $type:ty)?) -> $guard:ty;)*) => {
        impl<T: ?Sized> $name<T> {$(
            #[doc = concat!("lock_api's `", stringify!($method), "`.")]
            #[track_caller]
            #[inline]
            pub fn $method(self: &Arc<Self> $(, $arg: $type)?) -> $guard {
                // SAFETY: what is in the `Arc` is transparent around this type, and the second count of it is never
                // dropped.
                let inner = ManuallyDrop::new(unsafe { Arc::from_raw(Arc::as_ptr(self) as *const $inner) });
                inner.$method($($arg)?)
            }
        )*}
    };
}

pub(super) use {newtype, on_arc, parts};

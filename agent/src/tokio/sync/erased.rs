//! Guards whose borrow is not written in their type.
//!
//! An owned guard has an `Arc` of the lock and, beside it, the guard that borrows from there. No lifetime can be
//! named for that borrow: `'static` would ask for `T: 'static`, which tokio's owned guards do not. So the guard is kept
//! as bytes, and is a typed value only while a method runs.

/// As many bytes, and as aligned, as a guard of a `T` needs; each `erase` checks that. tokio's guards hold a span as
/// well when tokio is built to trace itself.
#[repr(C)]
pub(super) struct Room<T: ?Sized> {
    pointers: [*const T; 2],
    words: [u64; 3],
    #[cfg(tokio_unstable)]
    span: [u64; 6],
}

macro_rules! erased {
    ($(#[$doc:meta])* $name:ident of $guard:ident,
        Send if $($send:ident)&+, Sync if $($sync:ident)&+ $(, $mutable:ident)?) => {
        $(#[$doc])*
        ///
        /// Who makes one keeps what the guard borrows from alive and in its place until this value is gone.
        pub(super) struct $name<T: ?Sized> {
            /// Always an initialized guard, up to the drop.
            bytes: ::std::mem::MaybeUninit<$crate::tokio::sync::erased::Room<T>>,
        }

        // SAFETY: it is a guard, which may be sent under these bounds; a test asks the compiler.
        unsafe impl<T: ?Sized $(+ $send)+> Send for $name<T> {}
        // SAFETY: likewise.
        unsafe impl<T: ?Sized $(+ $sync)+> Sync for $name<T> {}

        impl<T: ?Sized> $name<T> {
            /// Forgets the guard's lifetime.
            ///
            /// # Safety
            ///
            /// What the guard borrows from stays alive, in its place and not mutably borrowed until the result is
            /// dropped, or until the guard that [`restore`](Self::restore) makes of it is.
            #[inline]
            pub(super) unsafe fn erase(guard: $guard<'_, T>) -> Self {
                const {
                    assert!(size_of::<$guard<'_, T>>() <= size_of::<$crate::tokio::sync::erased::Room<T>>());
                    assert!(align_of::<$guard<'_, T>>() <= align_of::<$crate::tokio::sync::erased::Room<T>>());
                }
                let mut bytes = ::std::mem::MaybeUninit::<$crate::tokio::sync::erased::Room<T>>::uninit();
                // SAFETY: there is room for it, as the assertions say.
                unsafe { bytes.as_mut_ptr().cast::<$guard<'_, T>>().write(guard) };
                Self { bytes }
            }

            /// The guard, with a lifetime again.
            ///
            /// # Safety
            ///
            /// What it borrows from outlives `'a`.
            #[inline]
            pub(super) unsafe fn restore<'a>(self) -> $guard<'a, T>
            where
                T: 'a,
            {
                let this = ::std::mem::ManuallyDrop::new(self);
                // SAFETY: the bytes are a guard, and are not used again; the lifetime is the caller's promise.
                unsafe { this.bytes.as_ptr().cast::<$guard<'a, T>>().read() }
            }

            #[inline]
            pub(super) fn get(&self) -> &$guard<'_, T> {
                // SAFETY: the bytes are a guard, and what it borrows from outlives `self`.
                unsafe { &*self.bytes.as_ptr().cast() }
            }
        }

        impl<T: ?Sized> ::std::ops::Deref for $name<T> {
            type Target = T;

            #[inline]
            fn deref(&self) -> &T {
                self.get()
            }
        }

        $(erased! { $mutable deref $name of $guard })?

        impl<T: ?Sized> Drop for $name<T> {
            #[inline]
            fn drop(&mut self) {
                // SAFETY: the bytes are a guard, dropped here and nowhere else; what it borrows from is still there.
                unsafe { self.bytes.as_mut_ptr().cast::<$guard<'_, T>>().drop_in_place() };
            }
        }

        impl<T: ?Sized> ::std::fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
    (mutable deref $name:ident of $guard:ident) => {
        impl<T: ?Sized> ::std::ops::DerefMut for $name<T> {
            #[inline]
            fn deref_mut(&mut self) -> &mut T {
                // The guard itself is not given out: another one could be put in its place.
                let guard: *mut $guard<'_, T> = self.bytes.as_mut_ptr().cast();
                // SAFETY: as in `get`, and `self` is borrowed mutably.
                unsafe { &mut *guard }
            }
        }
    };
}

pub(super) use erased;

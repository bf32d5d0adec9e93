//! Guards whose borrow is not written in their type.
//!
//! An owned guard has an `Arc` of the mutex and, beside it, the guard that borrows from there. No lifetime can be
//! named for that borrow: `'static` would ask for `T: 'static`, which tokio's owned guards do not. So the guard is kept
//! as bytes, and is a typed value only while a method runs.

use super::{MappedMutexGuard, MutexGuard};
use std::fmt;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ops::{Deref, DerefMut};

/// As many bytes, and as aligned, as a guard of a `T` needs; each `erase` checks that. tokio's guards hold a span as
/// well when tokio is built to trace itself.
#[repr(C)]
struct Room<T: ?Sized> {
    pointers: [*const T; 2],
    words: [u64; 3],
    #[cfg(tokio_unstable)]
    span: [u64; 6],
}

macro_rules! erased {
    ($(#[$doc:meta])* $name:ident of $guard:ident, Sync if $($sync:ident)&+) => {
        $(#[$doc])*
        ///
        /// Who makes one keeps what the guard borrows from alive and in its place until this value is gone.
        pub(super) struct $name<T: ?Sized> {
            /// Always an initialized guard, up to the drop.
            bytes: MaybeUninit<Room<T>>,
        }

        // SAFETY: it is a guard of tokio's and the mutex's address, which may be sent if the guard may: if `T` may.
        unsafe impl<T: ?Sized + Send> Send for $name<T> {}
        // SAFETY: likewise; a shared guard gives out `&T`, and the address of a mutex, which may be shared if `T: Send`.
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
                    assert!(size_of::<$guard<'_, T>>() <= size_of::<Room<T>>());
                    assert!(align_of::<$guard<'_, T>>() <= align_of::<Room<T>>());
                }
                let mut bytes = MaybeUninit::<Room<T>>::uninit();
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
                let this = ManuallyDrop::new(self);
                // SAFETY: the bytes are a guard, and are not used again; the lifetime is the caller's promise.
                unsafe { this.bytes.as_ptr().cast::<$guard<'a, T>>().read() }
            }

            #[inline]
            pub(super) fn get(&self) -> &$guard<'_, T> {
                // SAFETY: the bytes are a guard, and what it borrows from outlives `self`.
                unsafe { &*self.bytes.as_ptr().cast() }
            }
        }

        impl<T: ?Sized> Deref for $name<T> {
            type Target = T;

            #[inline]
            fn deref(&self) -> &T {
                self.get()
            }
        }

        impl<T: ?Sized> DerefMut for $name<T> {
            #[inline]
            fn deref_mut(&mut self) -> &mut T {
                // The guard itself is not given out: another one could be put in its place.
                let guard: *mut $guard<'_, T> = self.bytes.as_mut_ptr().cast();
                // SAFETY: as in `get`, and `self` is borrowed mutably.
                unsafe { &mut *guard }
            }
        }

        impl<T: ?Sized> Drop for $name<T> {
            #[inline]
            fn drop(&mut self) {
                // SAFETY: the bytes are a guard, dropped here and nowhere else; what it borrows from is still there.
                unsafe { self.bytes.as_mut_ptr().cast::<$guard<'_, T>>().drop_in_place() };
            }
        }

        impl<T: ?Sized> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

erased! {
    /// A [`MutexGuard`] without its lifetime.
    ErasedGuard of MutexGuard, Sync if Send & Sync
}

erased! {
    /// A [`MappedMutexGuard`] without its lifetime.
    ErasedMappedGuard of MappedMutexGuard, Sync if Sync
}

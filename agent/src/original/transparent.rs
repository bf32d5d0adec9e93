//! Guards through which the locked value is seen, as through tokio's own.

/// `Deref`, `Debug` and `Display` of a guard, and `DerefMut` if it says so, by the field that has the real one.
macro_rules! transparent {
    ([$($generics:tt)*] $guard:ty => $target:ident in $field:ident, mutable) => {
        transparent! { [$($generics)*] $guard => $target in $field }

        impl<$($generics)*> ::std::ops::DerefMut for $guard {
            #[inline]
            fn deref_mut(&mut self) -> &mut $target {
                &mut self.$field
            }
        }
    };
    ([$($generics:tt)*] $guard:ty => $target:ident in $field:ident) => {
        impl<$($generics)*> ::std::ops::Deref for $guard {
            type Target = $target;

            #[inline]
            fn deref(&self) -> &$target {
                &self.$field
            }
        }

        impl<$($generics)*> ::std::fmt::Debug for $guard
        where
            $target: ::std::fmt::Debug,
        {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&**self, f)
            }
        }

        impl<$($generics)*> ::std::fmt::Display for $guard
        where
            $target: ::std::fmt::Display,
        {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&**self, f)
            }
        }
    };
}

pub(crate) use transparent;

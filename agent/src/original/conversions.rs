//! The way between a drop-in and its original.

/// `From` in both directions: a drop-in is made by its `from_inner`, and left by the method that is named. It says
/// `#[track_caller]` if what is converted is shown as made there.
macro_rules! conversions {
    ($(#[$caller:meta])? [$($generics:tt)*] $dropin:ty as $original:ty, $back:ident) => {
        impl<$($generics)*> From<$original> for $dropin {
            $(#[$caller])?
            fn from(original: $original) -> Self {
                Self::from_inner(original)
            }
        }

        impl<$($generics)*> From<$dropin> for $original {
            fn from(dropin: $dropin) -> Self {
                dropin.$back()
            }
        }
    };
}

pub(crate) use conversions;

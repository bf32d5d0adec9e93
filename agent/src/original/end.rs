//! The ends of channels: what stands for them is in their field `end`, and the plain one in `inner`.

/// What the attribute asks of an end that somebody owns, and of one that is found inside of something else if it says so.
macro_rules! end {
    ($end:ty, inside) => {
        $crate::original::end! { $end }

        impl<T> $crate::capture::Inside for $end {
            fn __taskscope_inside(&self, parts: &mut $crate::sync::Parts) {
                parts.end(self.end.record());
            }
        }
    };
    ($end:ty) => {
        impl<T> $crate::capture::Endpoint for $end {
            fn __taskscope_owned_by(&self, body: &'static $crate::site::Body) {
                self.end.own(body);
            }
        }
    };
}

/// An end that can be had as the plain one: of which channel, and what the plain one is called.
macro_rules! escaping {
    ($end:ty as $original:ty, $channel:literal, $plain:literal) => {
        #[doc = concat!("For code that wants ", $plain, ". All methods are those of the drop-in, so this is reached only")]
        #[doc = concat!("where the plain type is asked for; the ", $channel, " is not covered from then on.")]
        impl<T> ::std::ops::Deref for $end {
            type Target = $original;

            fn deref(&self) -> &Self::Target {
                self.end.escape();
                &self.inner
            }
        }
    };
}

pub(crate) use {end, escaping};

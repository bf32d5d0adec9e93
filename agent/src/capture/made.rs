//! Resources that are made without a drop-in.

use crate::site::Site;
use std::any::type_name;

/// The value that the call at `site` made. If the name of its type is that of a resource which is no drop-in, that is told
/// of the call.
#[doc(hidden)]
#[inline]
pub fn made<T>(value: T, site: &'static Site) -> T {
    site.makes(type_name::<T>());
    value
}

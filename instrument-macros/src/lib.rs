//! The attributes of taskscope.
#![forbid(unsafe_code)]

//! Which names a piece of code keeps: ends of channels and owned guards that it owns and moves nowhere.
//!
//! The attribute reads names, not types. A name is *kept* by a piece of code if every token of it there is the receiver
//! of a method that an end of a channel has, is borrowed, awaited or dropped. Whatever else is done with it makes it
//! escape: it is passed on, stored, returned, captured by a block or a closure inside, or is in a macro that is not known.
//! That a kept name is an end of a channel at all is for the compiler to find out (`taskscope::__private::Own`).
//!
//! What is in doubt escapes: that an owner is not known costs a verdict, a wrong owner would make a false one.

mod captures;
mod fields;
mod guards;
mod handles;
mod pattern;
mod structs;
mod uses;

pub(crate) use captures::{Names, captures};
pub(crate) use fields::{Fields, Place};
pub(crate) use guards::{Taken, taken};
pub(crate) use handles::keeps_handle;
pub(crate) use pattern::{
    borrows_itself_alone, bound, made, parameters, shared_self, takes_itself, type_name,
};
pub(crate) use structs::{guarded, insides};
pub(crate) use uses::{Macros, in_text, kept, kept_guard};

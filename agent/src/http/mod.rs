//! The HTTP outlet: a listener on a thread of its own, the API, and the live page.
//!
//! It reads the program through one trait, [`Source`], and knows nothing of how the answers come about. The way of
//! a request: [`server`] accepts, [`gate`] lets a whole and well-formed head through, [`service`] checks it in the
//! contract's order against the table of [`route`], [`api`] answers with the documents of [`dto`].

mod api;
mod cancel;
mod client;
mod connection;
mod dto;
mod gate;
mod guard;
mod head;
mod limits;
mod query;
mod reply;
mod route;
mod server;
mod service;
mod source;
mod windows;

#[cfg(test)]
mod tests;

pub(crate) use cancel::Cancel;
pub(crate) use limits::Limits;
pub(crate) use reply::Reply;
pub(crate) use server::Server;
pub(crate) use source::{
    About, Glances, Kept, LockOrders, ProfileError, ProfileFormat, ProfileKind, ProfileRequest, Sampled,
    Source, Stack,
};

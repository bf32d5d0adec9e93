//! The attributes of taskscope. Use them through the `taskscope` crate, which has what the code they write refers to.
#![forbid(unsafe_code)]

mod args;
mod branches;
mod calls;
mod chain;
mod check;
mod entry;
mod expand;
mod macros;
mod names;
mod owns;
mod runtime;
mod scope;
mod target;
mod text;
mod walk;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes a pool of a module, an `impl` block or a function.
///
/// ```ignore
/// #[taskscope::instrument_pool]
/// mod thumbnails {
///     use tokio::sync::mpsc;
///
///     pub async fn run() {
///         let (jobs_tx, jobs_rx) = mpsc::channel::<String>(16);
///         tokio::spawn(worker(jobs_rx));
///         // ..
///     }
/// }
/// ```
///
/// Tasks that are spawned inside of the item, and channels and locks that are made there, belong to the pool, whoever
/// runs the code; an attribute on an item inside wins. The pool is called like the module, the type or the function,
/// or as `name = ".."` says: 1 to 64 characters of `A-Z a-z 0-9 _ . : -`. Items with equal names are one pool.
///
/// Inside of the item the names `tokio` and `std` mean taskscope's drop-ins, and with the features of these names
/// `parking_lot`, `crossbeam_channel` and `rayon` too. In a module this includes all of its
/// inline submodules; in a function it is the body alone, and in an `impl` block the bodies of its functions. A type
/// in a signature or a field is outside of them: put the attribute on the module instead, or `use taskscope::tokio;`
/// at the top of the file.
///
/// Each `.await` gets a site: its place in the source and the text of what is awaited, for the await backtrace of a
/// task. So do the branches of `tokio::select!`, `join!` and `try_join!`. Nothing inside of a macro that is not known
/// is changed.
///
/// It notes who has the ends of channels: a parameter, a capture of an `async move` block or the result of a `let`
/// that is a sender or a receiver and is used as the receiver of methods, borrowed, awaited or dropped, and in no other
/// way. What is passed on, stored or sent, or is in a macro that is not known, counts as out of sight.
///
/// Without taskscope's feature `record` it brings the drop-ins into scope, which are the originals then, and changes nothing
/// else.
///
/// # What it does not do
///
/// - A module that has a `tokio` or a `std` of its own keeps it, and paths that begin with `::tokio` mean tokio. Both
///   are reported as not covered, with their lines, and so are awaits inside of macros that are not known.
/// - On a function or an `impl` block it cannot see what the file around it calls `tokio`: do not put it there if that
///   is not tokio.
/// - The compiler accepts no `mod name;` inside of an item with an attribute like this one.
/// - An await costs its future eight bytes, and in a build without optimization one more copy of the future on the
///   stack while it is made. Each level of nested `async` functions counts a fourth more towards the compiler's
///   `recursion_limit`: about 30 levels fit into the default of 128 where 40 do otherwise.
///
/// If the crate is renamed or re-exported, `crate = path` says where it is, preferably by an absolute path:
/// `#[instrument_pool(crate = ::renamed)]`.
#[proc_macro_attribute]
pub fn instrument_pool(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::instrument_pool(args.into(), item.into()).into()
}

/// `tokio::main` on the drop-in runtime. It takes the arguments of tokio's own attribute.
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::forward(entry::Home::Agent, "main", args.into(), item.into()).into()
}

/// `tokio::test` on the drop-in runtime. It takes the arguments of tokio's own attribute.
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::forward(entry::Home::Agent, "test", args.into(), item.into()).into()
}

/// A test under the checks of `taskscope::assert`: it fails, with names and places, if something that it started is
/// still alive or held at its end, or as soon as something in it is proven never to run again.
///
/// ```ignore
/// #[taskscope::test]
/// async fn uploads_end() {
///     let (jobs, queue) = tokio::sync::mpsc::channel(4);
///     let worker = tokio::spawn(serve(queue));
///     drop(jobs);
///     worker.await.unwrap();
/// }
/// ```
///
/// An `async fn` runs on the drop-in runtime, with the arguments of `tokio::test`: `flavor`, `worker_threads`,
/// `start_paused`, `unhandled_panic`. A plain `fn` is a test of threads. Inside of the function the names `tokio` and
/// `std` mean taskscope's drop-ins, as with [`macro@instrument_pool`]; code that it calls needs them, too, to be seen.
///
/// - `leaks = false`: what is left at the end is not looked for;
/// - `deadlock = false`: nothing is looked for meanwhile;
/// - `lock_order = false`: in which orders locks are taken is not looked at; else it fails, too, on those that can deadlock;
/// - `max_poll = "100ms"`: it fails, too, if a poll took longer;
/// - `except(task = "flush", reason = "..")`: tasks that may outlive the test, also by `pool` or `spawned_at`;
/// - `crate = ::renamed`: where taskscope is.
///
/// Without taskscope's feature `record` nothing is checked: it is a plain test.
#[proc_macro_attribute]
pub fn checked_test(args: TokenStream, item: TokenStream) -> TokenStream {
    check::test(args.into(), item.into()).into()
}

/// The same for programs that have `taskscope_tokio` as their `tokio`.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn dropin_main(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::forward(entry::Home::DropIn, "main", args.into(), item.into()).into()
}

/// The same for programs that have `taskscope_tokio` as their `tokio`.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn dropin_test(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::forward(entry::Home::DropIn, "test", args.into(), item.into()).into()
}

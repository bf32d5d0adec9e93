//! The attributes of taskscope. Use them through the `taskscope` crate, which has what the code they write refers to.
#![forbid(unsafe_code)]

mod args;
mod branches;
mod calls;
mod chain;
mod entry;
mod expand;
mod macros;
mod names;
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
/// Inside of the item the names `tokio` and `std` mean taskscope's drop-ins. In a module this includes all of its
/// inline submodules; in a function it is the body alone, and in an `impl` block the bodies of its functions. A type
/// in a signature or a field is outside of them: put the attribute on the module instead, or `use taskscope::tokio;`
/// at the top of the file.
///
/// Each `.await` gets a site: its place in the source and the text of what is awaited, for the await backtrace of a
/// task. So do the branches of `tokio::select!`, `join!` and `try_join!`. Nothing inside of a macro that is not known
/// is changed.
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

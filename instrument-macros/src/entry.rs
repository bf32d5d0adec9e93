//! `#[tokio::main]` and `#[tokio::test]` of the drop-ins: tokio's own attributes, pointed at the drop-in runtime.

use crate::chain::{is_ident, is_punct};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{LitStr, Path};

/// Where an attribute finds taskscope.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Home {
    /// The crate `taskscope`: its hidden part, and its tokio.
    Agent,
    /// The crate `taskscope_tokio` under the name `tokio`; the program need not know the other one.
    DropIn,
}

impl Home {
    fn paths(self) -> (&'static str, &'static str) {
        match self {
            Self::Agent => ("::taskscope", "::taskscope::tokio"),
            Self::DropIn => ("::tokio", "::tokio"),
        }
    }
}

/// Hands `item` to tokio's attribute called `name`.
pub(crate) fn forward(home: Home, name: &str, args: TokenStream, item: TokenStream) -> TokenStream {
    let span = Span::mixed_site();
    let (root, tokio) = home.paths();
    let name = Ident::new(name, span);
    let given: Vec<TokenTree> = args.clone().into_iter().collect();
    let (root, args) = match given_crate(&given) {
        Some(path) => (path.map_or_else(|| tokens(root), |path| above(&path)), args),
        None => {
            let comma = (!given.is_empty() && !is_punct(given.last(), ',')).then(|| quote_spanned!(span=> ,));
            (tokens(root), quote_spanned!(span=> #args #comma crate = #tokio))
        }
    };
    quote_spanned!(span=> #[#root::__private::tokio::#name(#args)] #item)
}

/// The user's own `crate = "path"`: `Some(None)` if it does not end with `::tokio`, as tokio's attribute would take it.
fn given_crate(args: &[TokenTree]) -> Option<Option<Path>> {
    let at = (0..args.len()).find(|at| {
        is_ident(args.get(*at), "crate")
            && is_punct(args.get(at + 1), '=')
            && (*at == 0 || is_punct(args.get(at - 1), ','))
    })?;
    let path = args.get(at + 2).and_then(|value| {
        let literal: LitStr = syn::parse2(value.to_token_stream()).ok()?;
        let path = literal.parse_with(Path::parse_mod_style).ok()?;
        let ends = path.segments.len() > 1 && path.segments.last().is_some_and(|s| s.ident == "tokio");
        ends.then_some(path)
    });
    Some(path)
}

/// The path without its last segment.
fn above(path: &Path) -> TokenStream {
    let colons = &path.leading_colon;
    let segments = path.segments.iter().take(path.segments.len() - 1);
    quote_spanned!(Span::mixed_site()=> #colons #(#segments)::*)
}

fn tokens(path: &str) -> TokenStream {
    // Two or three words that always parse.
    path.parse::<TokenStream>().unwrap_or_default()
}

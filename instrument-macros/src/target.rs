//! The item that the attribute is on, taken apart into what is needed: its kind, its name, its header, its body.

use crate::chain::ident;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Error, Result};

/// What the attribute may be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Module,
    Impl,
    Function,
}

/// An item with a body that can be rewritten.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) kind: Kind,
    /// The item's own name, if it has one that can be told from its header.
    pub(crate) name: Option<Ident>,
    /// Everything before the body.
    pub(crate) header: Vec<TokenTree>,
    /// The braces at the end.
    pub(crate) body: Group,
    /// `mod`, `impl` or `fn`.
    pub(crate) keyword: Span,
}

/// Words between the visibility and the keyword.
const QUALIFIERS: &[&str] = &["default", "const", "async", "unsafe", "safe", "extern"];

impl Target {
    pub(crate) fn parse(item: TokenStream) -> Result<Self> {
        let mut header = open_groups(item);
        let keyword_at = keyword(&header);
        // Behind `extern "C"` there may be braces; then the word before them says what this is.
        let words = header.iter().take(keyword_at + 1).rev();
        let Some(keyword) = words.into_iter().find_map(|t| ident(Some(t))).cloned() else {
            return Err(Error::new(span_at(&header, keyword_at), wrong_item("this")));
        };
        let kind = match keyword.to_string().as_str() {
            "mod" => Kind::Module,
            "impl" => Kind::Impl,
            "fn" => Kind::Function,
            word => return Err(Error::new(keyword.span(), wrong_item(&describe(word)))),
        };
        let body = match header.last() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group.clone(),
            _ => return Err(Error::new(keyword.span(), no_body(kind))),
        };
        header.pop();
        let name = match kind {
            Kind::Impl => type_name(&header),
            _ => match header.get(keyword_at + 1) {
                Some(TokenTree::Ident(name)) => Some(name.clone()),
                _ => None,
            },
        };
        Ok(Self { kind, name, header, body, keyword: keyword.span() })
    }
}

/// The tokens, without the invisible groups that a `macro_rules` puts around an item or a block.
fn open_groups(stream: TokenStream) -> Vec<TokenTree> {
    let mut tokens: Vec<TokenTree> = stream.into_iter().collect();
    while let Some(TokenTree::Group(group)) = tokens.last() {
        if group.delimiter() != Delimiter::None {
            break;
        }
        let inner = group.stream();
        tokens.pop();
        tokens.extend(inner);
    }
    tokens
}

/// Index of the first word behind attributes, visibility and qualifiers.
fn keyword(tokens: &[TokenTree]) -> usize {
    let mut at = 0;
    loop {
        match tokens.get(at) {
            Some(TokenTree::Punct(p)) if p.as_char() == '#' => at += 2,
            Some(TokenTree::Ident(word)) if word == "pub" => {
                at += 1;
                if matches!(tokens.get(at), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis)
                {
                    at += 1;
                }
            }
            // A visibility that came out of a macro, or the `"C"` of `extern "C"`.
            Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::None => at += 1,
            Some(TokenTree::Literal(_)) => at += 1,
            Some(TokenTree::Ident(word)) if is_qualifier(word, tokens.get(at + 1)) => at += 1,
            _ => return at,
        }
    }
}

fn is_qualifier(word: &Ident, next: Option<&TokenTree>) -> bool {
    // `const NAME: ..` is an item of its own, `extern crate` and `extern "C" { .. }` are as well.
    QUALIFIERS.iter().any(|q| word == q)
        && match next {
            Some(TokenTree::Ident(next)) => {
                ["fn", "mod", "impl", "trait"].iter().chain(QUALIFIERS).any(|word| next == word)
            }
            Some(TokenTree::Literal(_)) => true,
            _ => false,
        }
}

/// Name of the type that an `impl` block is for.
fn type_name(header: &[TokenTree]) -> Option<Ident> {
    let header: TokenStream = header.iter().cloned().collect();
    let item: syn::ItemImpl = syn::parse2(quote!(#header {})).ok()?;
    let mut ty = &*item.self_ty;
    loop {
        ty = match ty {
            syn::Type::Path(path) => return path.path.segments.last().map(|s| s.ident.clone()),
            syn::Type::TraitObject(object) => {
                return object.bounds.iter().find_map(|bound| match bound {
                    syn::TypeParamBound::Trait(t) => t.path.segments.last().map(|s| s.ident.clone()),
                    _ => None,
                });
            }
            syn::Type::Reference(inner) => &inner.elem,
            syn::Type::Paren(inner) => &inner.elem,
            syn::Type::Group(inner) => &inner.elem,
            _ => return None,
        };
    }
}

fn wrong_item(what: &str) -> String {
    format!("`#[instrument_pool]` goes on an inline module, an `impl` block or a function, not on {what}")
}

fn describe(word: &str) -> String {
    match word {
        "struct" | "trait" | "union" | "static" | "const" | "type" | "use" | "macro_rules" => {
            format!("a `{word}`")
        }
        "enum" | "extern" => format!("an `{word}`"),
        _ => "this".to_owned(),
    }
}

fn no_body(kind: Kind) -> &'static str {
    match kind {
        Kind::Module => {
            "`#[instrument_pool]` needs the module's body: write `mod name { .. }`, or put `use taskscope::tokio;` \
             at the top of the module's file"
        }
        Kind::Impl => "`#[instrument_pool]` needs the body of the `impl` block",
        Kind::Function => {
            "`#[instrument_pool]` needs the function's body: put it where the function is implemented"
        }
    }
}

fn span_at(tokens: &[TokenTree], at: usize) -> Span {
    tokens.get(at).map_or_else(Span::call_site, TokenTree::span)
}

/// The header as tokens.
impl ToTokens for Target {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.header.iter().cloned());
        self.body.to_tokens(tokens);
    }
}

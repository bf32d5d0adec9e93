//! What belongs to another expansion: items with an attribute of their own, awaits that have their site.

use crate::chain::{is_ident, is_punct};
use crate::runtime::AT;
use proc_macro2::{Delimiter, Group, TokenTree};

/// Whether an attribute's path ends with the name of ours, or is that of a test under our checks.
pub(crate) fn is_ours(attribute: &Group) -> bool {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    let path: Vec<&TokenTree> =
        tokens.iter().take_while(|t| matches!(t, TokenTree::Ident(_)) || is_punct(Some(t), ':')).collect();
    let is = |back: usize, name: &str| {
        path.len().checked_sub(back).is_some_and(|at| is_ident(path.get(at).copied(), name))
    };
    is(1, "instrument_pool") || is(1, "test") && is(4, "taskscope")
}

/// How many tokens the item at the beginning of `tokens` has.
pub(super) fn item_length(tokens: &[TokenTree]) -> usize {
    let mut angles = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(p) => match p.as_char() {
                ';' => return at + 1,
                '<' => angles += 1,
                '>' if at > 0 && !is_punct(tokens.get(at - 1), '-') => angles = angles.saturating_sub(1),
                _ => {}
            },
            TokenTree::Group(g) if g.delimiter() == Delimiter::Brace && angles == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Whether the chain has a site already, from an attribute around this one.
pub(super) fn is_done(chain: &[TokenTree]) -> bool {
    matches!(chain, [.., TokenTree::Ident(name), TokenTree::Group(_)] if name == AT)
}

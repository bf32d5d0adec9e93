//! Owned guards: locks and permits that could be given to anybody, and are not.
//!
//! A `let` that takes one, or a struct of the item with one inside, is noted if the rest of its block does no more with it
//! than look through it, call methods that borrow it, and drop it. That the name is a guard at all is for the compiler to
//! find out; it must know the type where the `let` ends, so only calls count whose type is certain: those that take a
//! guard, and functions of the item that return one of its structs.

use super::fields::Fields;
use super::pattern;
use crate::chain::{ident, is_group, is_ident, is_punct, separator_at};
use proc_macro2::{Delimiter, Ident, TokenTree};

/// Methods that take an owned guard.
const TAKES: &[&str] = &[
    "acquire_many_owned",
    "acquire_owned",
    "lock_owned",
    "read_owned",
    "try_acquire_many_owned",
    "try_acquire_owned",
    "try_lock_owned",
    "try_read_owned",
    "try_write_owned",
    "write_owned",
];

/// What may follow the taking: it leaves the guard in the value.
const UNWRAPS: &[&str] = &["expect", "map_err", "unwrap"];

/// Beginnings of methods that take a value by itself, of whatever type it is.
const MOVES: &[&str] = &["boxed", "downgrade", "into", "map", "pipe", "tap", "then"];

/// A `let` that takes a guard.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) name: Ident,
    /// Where its `;` is.
    pub(crate) end: usize,
    /// Whether a struct of the item has the guard: then the first use of the name must look into it, so that its type is known
    /// without doubt.
    pub(crate) inside: bool,
}

/// The guard that the `let` at `at` binds.
pub(crate) fn taken(tokens: &[TokenTree], at: usize, fields: &Fields) -> Option<Taken> {
    let (names, equals) = pattern::statement(tokens, at)?;
    let [name] = names.as_slice() else { return None };
    let end = pattern::end_of_statement(tokens, equals);
    let mut value = tokens.get(equals + 1..end).filter(|_| end < tokens.len())?;
    let mut awaited = false;
    loop {
        match value {
            [rest @ .., TokenTree::Punct(question)] if question.as_char() == '?' => value = rest,
            [rest @ .., dot, TokenTree::Ident(word)] if word == "await" && is_punct(Some(dot), '.') => {
                (value, awaited) = (rest, true);
            }
            [rest @ .., dot, TokenTree::Ident(word), TokenTree::Group(_)]
                if is_punct(Some(dot), '.') && UNWRAPS.iter().any(|known| word == known) =>
            {
                value = rest;
            }
            _ => break,
        }
    }
    let [rest @ .., TokenTree::Ident(function), arguments] = value else { return None };
    if !is_group(Some(arguments), Delimiter::Parenthesis) {
        return None;
    }
    let method = is_punct(rest.last(), '.');
    let direct = method && TAKES.iter().any(|known| function == known);
    let inside = !direct && awaited && fields.makes_guard(&function.to_string());
    (direct || inside).then(|| Taken { name: name.clone(), end, inside })
}

impl Fields {
    /// Whether a call of a method begins at `at` that leaves a guard where it is; `inside`: or a struct of the item with one,
    /// of which only the item's own methods are known.
    pub(super) fn leaves_guard(&self, tokens: &[TokenTree], at: usize, inside: bool) -> bool {
        let Some(method) = ident(tokens.get(at)).map(ToString::to_string) else { return false };
        let called = is_group(tokens.get(at + 1), Delimiter::Parenthesis) || separator_at(tokens, at + 1);
        called && self.may_borrow(&method, inside) && !MOVES.iter().any(|begin| method.starts_with(begin))
    }
}

/// Whether the field whose name is at `at` is only looked through there.
pub(super) fn is_kept(tokens: &[TokenTree], at: usize, fields: &Fields) -> bool {
    if is_punct(tokens.get(at + 1), '.') {
        return fields.leaves_guard(tokens, at + 2, false);
    }
    let ends = match tokens.get(at + 1) {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() != '=' || !is_assignment(tokens, at + 1),
        _ => false,
    };
    let before = at.checked_sub(3).and_then(|i| tokens.get(i));
    // `*self.field`, also as the target of an assignment, and `&self.field`.
    is_punct(before, '*') || is_punct(before, '&') && ends
}

/// Whether the `=` at `at` gives the field another value.
fn is_assignment(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), '=') && !is_punct(tokens.get(at + 1), '=')
}

/// Whether a type is called like an owned guard.
pub(super) fn is_guard(type_name: &str) -> bool {
    type_name.starts_with("Owned") && (type_name.ends_with("Permit") || type_name.ends_with("Guard"))
}

/// The words of the type that the function whose `fn` is at `at` returns.
pub(super) fn returned(tokens: &[TokenTree], at: usize) -> Vec<String> {
    let end = |token: &TokenTree| {
        is_ident(Some(token), "where")
            || is_punct(Some(token), ';')
            || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
    };
    let signature: Vec<&TokenTree> = tokens[at..].iter().take_while(|token| !end(token)).collect();
    let list = signature.iter().position(|token| is_group(Some(token), Delimiter::Parenthesis));
    let rest = list.map_or(&[][..], |list| &signature[list..]);
    rest.iter().filter_map(|token| ident(Some(token))).map(ToString::to_string).collect()
}

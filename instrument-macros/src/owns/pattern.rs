//! Names that are bound: by a `let`, and as parameters of a function.

use super::handles;
use crate::calls;
use crate::chain::{ident, is_ident, is_keyword, is_punct, separator_at};
use crate::names::split;
use proc_macro2::{Delimiter, Group, Ident, TokenTree};

/// What a `let` does to a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// It binds other names.
    Elsewhere,
    /// It binds this one, to the value that is written from `value` to `end`, where its `;` is.
    Until { value: usize, end: usize },
}

/// What the `let` at `at` does to `name`; `None` if that cannot be told.
pub(super) fn at(tokens: &[TokenTree], at: usize, name: &str) -> Option<Bound> {
    let equals = equals(tokens, at + 1);
    let pattern = &tokens[at + 1..equals];
    if !contains(pattern, name) {
        return Some(Bound::Elsewhere);
    }
    if is_condition(tokens, at) {
        return None;
    }
    let names = simple(pattern)?;
    if !names.iter().any(|bound| *bound == name) {
        return None;
    }
    let end = end_of_statement(tokens, equals);
    Some(Bound::Until { value: (equals + 1).min(end), end })
}

/// Whether the `let` at `at` is a part of a condition.
pub(super) fn is_condition(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| tokens.get(i));
    is_ident(before, "if") || is_ident(before, "while") || is_punct(before, '&') || is_punct(before, '|')
}

fn contains(tokens: &[TokenTree], name: &str) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Ident(word) => word == name,
        TokenTree::Group(group) => contains(&group.stream().into_iter().collect::<Vec<_>>(), name),
        _ => false,
    })
}

/// The names that a statement's `let` at `at` binds, if they can be told, and where its `=` is.
pub(super) fn statement(tokens: &[TokenTree], at: usize) -> Option<(Vec<Ident>, usize)> {
    let equals = equals(tokens, at + 1);
    let names = simple(&tokens[at + 1..equals]).filter(|_| !is_condition(tokens, at))?;
    Some((names, equals))
}

/// The names that the statement whose `let` is at `at` binds, and where its `;` is.
pub(crate) fn bound(tokens: &[TokenTree], at: usize) -> Option<(Vec<Ident>, usize)> {
    let (names, equals) = statement(tokens, at)?;
    let end = end_of_statement(tokens, equals);
    (end < tokens.len()).then_some((names, end))
}

/// The names that the loop whose `for` is at `at` binds, if they can be told.
pub(super) fn of_loop(tokens: &[TokenTree], at: usize) -> Option<Vec<Ident>> {
    let end = (at + 1..tokens.len()).find(|i| is_ident(tokens.get(*i), "in"))?;
    simple(&tokens[at + 1..end])
}

/// Where the `=` behind a pattern is, or its statement ends.
pub(super) fn equals(tokens: &[TokenTree], from: usize) -> usize {
    (from..tokens.len())
        .find(|&at| {
            let range = is_punct(tokens.get(at.wrapping_sub(1)), '.');
            is_punct(tokens.get(at), ';') || is_punct(tokens.get(at), '=') && !range
        })
        .unwrap_or(tokens.len())
}

pub(super) fn end_of_statement(tokens: &[TokenTree], from: usize) -> usize {
    (from..tokens.len()).find(|&at| is_punct(tokens.get(at), ';')).unwrap_or(tokens.len())
}

/// The names of a pattern that is a name, or some names in parentheses; a type may follow.
fn simple(pattern: &[TokenTree]) -> Option<Vec<Ident>> {
    let Some(TokenTree::Group(group)) = pattern.first() else {
        return one_name(pattern).map(|name| vec![name]);
    };
    let typed = is_punct(pattern.get(1), ':') && !separator_at(pattern, 1);
    if group.delimiter() != Delimiter::Parenthesis || pattern.len() > 1 && !typed {
        return None;
    }
    let parts = split(group.stream().into_iter().collect());
    parts.iter().filter(|part| !is_ident(part.first(), "_")).map(|part| one_name(part)).collect()
}

/// The name of a pattern that is nothing else, perhaps with its type.
fn one_name(pattern: &[TokenTree]) -> Option<Ident> {
    let pattern = if is_ident(pattern.first(), "mut") { &pattern[1..] } else { pattern };
    let name = ident(pattern.first()).filter(|word| is_name(word))?;
    let typed = is_punct(pattern.get(1), ':') && !separator_at(pattern, 1);
    (pattern.len() == 1 || typed).then(|| name.clone())
}

/// Whether a word can be the name of a variable.
pub(super) fn is_name(word: &Ident) -> bool {
    let text = word.to_string();
    !is_keyword(word)
        && !NO_NAMES.contains(&text.as_str())
        && text.starts_with(|first: char| first.is_lowercase() || first == '_')
}

/// Words in lower case that are no names of variables, those of [`is_keyword`] apart.
const NO_NAMES: &[&str] = &[
    "_", "await", "bool", "char", "crate", "enum", "extern", "f32", "f64", "false", "fn", "i128", "i16",
    "i32", "i64", "i8", "isize", "mod", "pub", "self", "str", "struct", "super", "trait", "true", "type",
    "u128", "u16", "u32", "u64", "u8", "union", "use", "usize",
];

/// The names that the `let` at `at` binds to ends of channels that are made there, and where its `;` is.
pub(crate) fn made(tokens: &[TokenTree], at: usize) -> Option<(Vec<Ident>, usize)> {
    if is_condition(tokens, at) {
        return None;
    }
    let equals = equals(tokens, at + 1);
    let end = end_of_statement(tokens, equals);
    let names = simple(&tokens[at + 1..equals])?;
    let value = tokens.get(equals + 1..end)?;
    (end < tokens.len() && calls::makes_ends(value)).then_some((names, end))
}

/// The parameters of a function that have a name of their own.
pub(super) fn named_parameters(list: &Group) -> Vec<Ident> {
    split(list.stream().into_iter().collect()).iter().filter_map(|part| one_name(part)).collect()
}

/// A parameter of a function that is taken by value under a name of its own.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    /// Whether its type is called like an end of a channel.
    pub(crate) is_end: bool,
    /// The last word of its type's path.
    pub(crate) type_name: String,
    /// Whether that path has more words.
    pub(crate) is_path: bool,
    /// The type behind the `Arc` that it is.
    pub(crate) shared: Option<String>,
}

/// The parameters of a function that are taken by value.
pub(crate) fn parameters(list: &Group) -> Vec<Parameter> {
    let parts = split(list.stream().into_iter().collect());
    let by_value = |part: &Vec<TokenTree>| {
        let name = one_name(part)?;
        let colon = part.iter().position(|token| is_punct(Some(token), ':'))?;
        let end = |token: &TokenTree| {
            let word = ident(Some(token)).map(ToString::to_string).unwrap_or_default();
            word.contains("Sender") || word.contains("Receiver")
        };
        let is_end = part[colon..].iter().any(end);
        (!is_punct(part.get(colon + 1), '&')).then(|| {
            let type_name = type_name(&part[colon + 1..]).unwrap_or_default();
            let is_path = part[colon + 1..].iter().any(|token| is_punct(Some(token), ':'));
            let shared = handles::behind(&part[colon + 1..]);
            Parameter { name, is_end, type_name, is_path, shared }
        })
    };
    parts.iter().filter_map(by_value).collect()
}

/// The `self` of a method that takes it as an `Arc` of its type, which is called `own`.
pub(crate) fn shared_self(list: &Group, own: &str) -> Option<Ident> {
    let first = split(list.stream().into_iter().collect()).into_iter().next()?;
    let first = if is_ident(first.first(), "mut") { &first[1..] } else { &first[..] };
    let name = ident(first.first()).filter(|word| *word == "self" && is_punct(first.get(1), ':'))?;
    let of = handles::behind(first.get(2..)?)?;
    (of == "Self" || of == own).then(|| name.clone())
}

/// The parameters of a function that are references to an `Arc`, `self` among them, each with the type behind it.
pub(super) fn lent_handles(list: &Group) -> Vec<(Ident, String)> {
    let parts = split(list.stream().into_iter().collect());
    let lent = |part: &Vec<TokenTree>| {
        let name = ident(part.first()).filter(|word| is_name(word) || *word == "self")?;
        let [_, colon, reference, of @ ..] = part.as_slice() else { return None };
        let plain = is_punct(Some(colon), ':') && is_punct(Some(reference), '&');
        let of = if is_punct(of.first(), '\'') { of.get(2..)? } else { of };
        handles::behind(of).filter(|_| plain).map(|of| (name.clone(), of))
    };
    parts.iter().filter_map(lent).collect()
}

/// Whether a function takes `self` by value.
pub(crate) fn takes_itself(list: &Group) -> bool {
    let first = split(list.stream().into_iter().collect()).into_iter().next().unwrap_or_default();
    let own = if is_ident(first.first(), "mut") { &first[1..] } else { &first[..] };
    matches!(own, [TokenTree::Ident(word)] if word == "self")
}

/// Whether a function borrows `self` to change it, and takes nothing else.
pub(crate) fn borrows_itself_alone(list: &Group) -> bool {
    let tokens: Vec<TokenTree> = list.stream().into_iter().collect();
    matches!(tokens.as_slice(), [TokenTree::Punct(_), TokenTree::Ident(mutable), TokenTree::Ident(own)]
        if mutable == "mut" && own == "self")
}

/// The last word of the path that a type begins with.
pub(crate) fn type_name(tokens: &[TokenTree]) -> Option<String> {
    let path = tokens.iter().take_while(|token| match token {
        TokenTree::Ident(word) => word != "where",
        token => is_punct(Some(token), ':'),
    });
    path.filter_map(|token| ident(Some(token))).last().map(ToString::to_string)
}

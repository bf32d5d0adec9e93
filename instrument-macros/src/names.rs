//! Names of bindings: what a `let`, a field or a static calls the thing that is made there.

use crate::chain::{ident, is_ident, is_keyword, is_punct};
use proc_macro2::TokenTree;

/// What the pattern of a `let` calls its value; the tokens begin behind `let`. `None` for `_` and the like.
pub(crate) fn of_pattern(tokens: &[TokenTree]) -> Option<String> {
    let mut names = Vec::new();
    collect(tokens, &mut names);
    join(&names)
}

fn collect(tokens: &[TokenTree], names: &mut Vec<String>) {
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(p) if p.as_char() == '=' || p.as_char() == ';' => return,
            // The type of the pattern, or a path in it.
            TokenTree::Punct(p) if p.as_char() == ':' => {
                let path = is_punct(tokens.get(at + 1), ':') || at > 0 && is_punct(tokens.get(at - 1), ':');
                if !path {
                    return;
                }
            }
            TokenTree::Ident(word) if !is_keyword(word) && word != "_" => {
                let follows_path = is_punct(tokens.get(at + 1), ':') && is_punct(tokens.get(at + 2), ':');
                let opens_group = matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
                let name = word.to_string();
                let name = name.strip_prefix("r#").unwrap_or(&name);
                let is_binding = name.starts_with(|c: char| c.is_lowercase() || c == '_');
                if !follows_path && !opens_group && is_binding {
                    names.push(name.trim_start_matches('_').to_owned());
                }
            }
            TokenTree::Group(group) => {
                for part in split(group.stream().into_iter().collect()) {
                    collect(&part, names);
                }
            }
            _ => {}
        }
    }
}

/// Splits at the commas.
pub(crate) fn split(tokens: Vec<TokenTree>) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        if is_punct(Some(&token), ',') {
            parts.push(Vec::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(token);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// One name for several bindings: the words that all of them begin with, or else all of them.
fn join(names: &[String]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let (first, rest) = names.split_first()?;
    if rest.is_empty() {
        return Some((*first).to_owned());
    }
    let words: Vec<&str> = first.split('_').collect();
    let common = (1..words.len()).rev().map(|n| words[..n].join("_")).find(|prefix| {
        rest.iter().all(|name| name.strip_prefix(prefix.as_str()).is_some_and(|r| r.starts_with('_')))
    });
    Some(common.unwrap_or_else(|| names.join("/")))
}

/// What a declaration at `at` calls its value: `let`, `static` or `const`. The outer option says whether this is a
/// declaration.
pub(crate) fn of_declaration(tokens: &[TokenTree], at: usize) -> Option<Option<String>> {
    let keyword = ident(tokens.get(at))?;
    if keyword == "let" {
        let before = at.checked_sub(1).and_then(|i| tokens.get(i));
        // A condition: its names live in the block behind it.
        let condition = is_ident(before, "if")
            || is_ident(before, "while")
            || is_punct(before, '&')
            || is_punct(before, '|');
        return (!condition).then(|| of_pattern(&tokens[at + 1..]));
    }
    if keyword == "static" || keyword == "const" {
        let mut next = at + 1;
        while is_ident(tokens.get(next), "mut") || is_ident(tokens.get(next), "ref") {
            next += 1;
        }
        let name = ident(tokens.get(next))?;
        if is_punct(tokens.get(next + 1), ':') {
            return Some(Some(name.to_string()));
        }
    }
    None
}

//! Where an expression begins, read backwards over its tokens.

use proc_macro2::{Delimiter, Ident, TokenTree};

/// Words that end an expression to their right: what follows them begins a new one.
const KEYWORDS: &[&str] = &[
    "as", "async", "break", "const", "continue", "dyn", "else", "for", "if", "impl", "in", "let", "loop",
    "match", "move", "mut", "ref", "return", "static", "unsafe", "where", "while", "yield",
];

/// Words that may stand before a block that is an expression of its own.
const BLOCK_WORDS: &[&str] = &["async", "const", "loop", "move", "unsafe"];

pub(crate) fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == character)
}

pub(crate) fn is_group(token: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(g)) if g.delimiter() == delimiter)
}

pub(crate) fn ident(token: Option<&TokenTree>) -> Option<&Ident> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident),
        _ => None,
    }
}

pub(crate) fn is_ident(token: Option<&TokenTree>, word: &str) -> bool {
    ident(token).is_some_and(|i| i == word)
}

pub(crate) fn is_keyword(ident: &Ident) -> bool {
    KEYWORDS.iter().any(|word| ident == word)
}

/// Whether the two tokens before `at` are `::`.
pub(crate) fn separator_before(tokens: &[TokenTree], at: usize) -> bool {
    at >= 2 && is_punct(tokens.get(at - 1), ':') && is_punct(tokens.get(at - 2), ':')
}

/// Whether the two tokens from `at` on are `::`.
pub(crate) fn separator_at(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

/// Index of the first token of the path whose last segment is the word at `last`.
pub(crate) fn path_start(tokens: &[TokenTree], last: usize) -> usize {
    let mut start = last;
    while separator_before(tokens, start) {
        let before = start - 2;
        if before > 0 && is_punct(tokens.get(before - 1), '>') {
            let Some(open) = angle_open(tokens, before - 1) else { return before };
            start = open;
            if !separator_before(tokens, open) {
                // `Vec<u8>::new` in a type, or the `<T as Trait>` of `<T as Trait>::new`.
                match open.checked_sub(1).and_then(|i| ident(tokens.get(i))) {
                    Some(word) if !is_keyword(word) => start = open - 1,
                    _ => return open,
                }
            } else {
                start -= 2;
                match start.checked_sub(1).and_then(|i| ident(tokens.get(i))) {
                    Some(word) if !is_keyword(word) => start -= 1,
                    _ => return start,
                }
            }
        } else {
            match before.checked_sub(1).and_then(|i| ident(tokens.get(i))) {
                Some(word) if !is_keyword(word) => start = before - 1,
                _ => return before,
            }
        }
    }
    start
}

/// Index of the `<` that belongs to the `>` at `close`.
fn angle_open(tokens: &[TokenTree], close: usize) -> Option<usize> {
    let mut depth = 0usize;
    for at in (0..=close).rev() {
        if is_punct(tokens.get(at), '>') {
            // The arrow of a function type.
            if at > 0 && is_punct(tokens.get(at - 1), '-') {
                continue;
            }
            depth += 1;
        } else if is_punct(tokens.get(at), '<') {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Index of the first token of the chain of calls, fields and paths that ends before `end`.
pub(crate) fn chain_start(tokens: &[TokenTree], end: usize) -> usize {
    let mut start = end;
    // Each turn takes one operand or postfix part, from right to left.
    while let Some(last) = start.checked_sub(1) {
        match &tokens[last] {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                start = last;
                if is_macro(tokens, start) {
                    start = path_start(tokens, start - 2);
                } else if ident(before(tokens, start)).is_some_and(|word| !is_keyword(word)) {
                    start = path_start(tokens, start - 1);
                } else {
                    while ident(before(tokens, start)).is_some_and(|w| BLOCK_WORDS.iter().any(|b| w == b)) {
                        start -= 1;
                    }
                }
            }
            TokenTree::Group(_) => {
                start = last;
                if is_macro(tokens, start) {
                    start = path_start(tokens, start - 2);
                } else if ends_operand(tokens, start) {
                    continue;
                }
            }
            TokenTree::Punct(p) if p.as_char() == '?' => {
                start = last;
                continue;
            }
            TokenTree::Punct(p) if p.as_char() == '>' => {
                let Some(open) = angle_open(tokens, last) else { return start };
                if !separator_before(tokens, open) || open < 3 {
                    return start;
                }
                // The generic arguments of a call: the word before them is the operand.
                start = open - 2;
                continue;
            }
            TokenTree::Punct(_) => return start,
            TokenTree::Ident(word) if is_keyword(word) => return start,
            TokenTree::Ident(_) => start = path_start(tokens, last),
            TokenTree::Literal(_) => start = last,
        }
        if is_punct(before(tokens, start), '.') && !(start >= 2 && is_punct(tokens.get(start - 2), '.')) {
            start -= 1;
            continue;
        }
        return start;
    }
    start
}

fn before(tokens: &[TokenTree], at: usize) -> Option<&TokenTree> {
    at.checked_sub(1).and_then(|i| tokens.get(i))
}

/// Whether the group at `at` holds the arguments of a macro.
fn is_macro(tokens: &[TokenTree], at: usize) -> bool {
    at >= 2
        && is_punct(tokens.get(at - 1), '!')
        && ident(tokens.get(at - 2)).is_some_and(|word| !is_keyword(word))
}

/// Whether the token before `at` ends an operand, so that the group at `at` holds its arguments or its index.
fn ends_operand(tokens: &[TokenTree], at: usize) -> bool {
    match before(tokens, at) {
        Some(TokenTree::Ident(word)) => !is_keyword(word),
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::Brace,
        Some(TokenTree::Literal(_)) => true,
        Some(TokenTree::Punct(p)) if p.as_char() == '?' => true,
        Some(TokenTree::Punct(p)) if p.as_char() == '>' => {
            angle_open(tokens, at - 1).is_some_and(|open| separator_before(tokens, open))
        }
        _ => false,
    }
}

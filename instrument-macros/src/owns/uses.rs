//! What a piece of code does with a name.

use super::Fields;
use super::pattern::{self, Bound};
use crate::chain::{ident, is_group, is_ident, is_keyword, is_punct, separator_at, separator_before};
use crate::macros::{self, Known};
use proc_macro2::{Delimiter, Group, Ident, TokenTree};

/// Methods of the ends of channels that leave the end where it is, or end it.
const METHODS: &[&str] = &[
    "blocking_recv",
    "blocking_recv_many",
    "blocking_send",
    "borrow",
    "borrow_and_update",
    "capacity",
    "changed",
    "clone",
    "close",
    "closed",
    "downgrade",
    "has_changed",
    "is_closed",
    "is_empty",
    "is_full",
    "is_terminated",
    "iter",
    "len",
    "mark_changed",
    "mark_unchanged",
    "max_capacity",
    "poll_closed",
    "poll_recv",
    "poll_recv_many",
    "receiver_count",
    "recv",
    "recv_many",
    "recv_timeout",
    "reserve",
    "reserve_many",
    "resubscribe",
    "same_channel",
    "send",
    "send_if_modified",
    "send_modify",
    "send_replace",
    "send_timeout",
    "sender_count",
    "sender_strong_count",
    "sender_weak_count",
    "strong_count",
    "subscribe",
    "try_iter",
    "try_recv",
    "try_reserve",
    "try_reserve_many",
    "try_send",
    "upgrade",
    "wait_for",
    "weak_count",
];

/// Those of them that borrow it, whatever end it is.
const BORROWING: &[&str] = &[
    "clone",
    "is_closed",
    "is_empty",
    "iter",
    "len",
    "recv",
    "recv_timeout",
    "subscribe",
    "try_iter",
    "try_recv",
];

/// What the code that is read does with what it takes from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Inside {
    /// It is the code itself.
    Nothing,
    /// It is a closure that borrows what it can.
    Closure,
    /// It may be moved.
    Moved,
}

/// A name that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// How often it is used.
    pub(crate) uses: usize,
    /// How often a method of it is called.
    pub(crate) calls: usize,
    /// Whether its first use is a method call, or the like, so that its type is known there.
    pub(crate) called_first: bool,
}

/// What is known of the macros around.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Macros<'a> {
    /// Those that the item defines itself.
    pub(crate) local: &'a [String],
    /// Whether `select!` is tokio's.
    pub(crate) select_is_tokio: bool,
}

/// How `tokens` keep `name`, an end of a channel; `None` if it may escape.
pub(crate) fn kept(tokens: &[TokenTree], name: &str, macros: Macros<'_>) -> Option<Kept> {
    read(tokens, name, macros, None)
}

/// The same for an owned guard, or, if it is `inside` of one, for a struct of the item.
pub(crate) fn kept_guard(
    tokens: &[TokenTree],
    name: &str,
    (fields, inside): (&Fields, bool),
    macros: Macros<'_>,
) -> Option<Kept> {
    read(tokens, name, macros, Some((fields, inside)))
}

fn read(
    tokens: &[TokenTree],
    name: &str,
    macros: Macros<'_>,
    guard: Option<(&Fields, bool)>,
) -> Option<Kept> {
    let kept = Kept { uses: 0, calls: 0, called_first: false };
    let mut reading = Reading { name, macros, guard, kept };
    reading.level(tokens, Inside::Nothing)?;
    Some(reading.kept)
}

/// Whether a word means the variable called `name`, which may be written as a raw identifier.
fn is_named(word: &Ident, name: &str) -> bool {
    let plain = |name: &str| name.strip_prefix("r#").unwrap_or(name).to_owned();
    word == name || plain(&word.to_string()) == plain(name)
}

/// Whether the name is anywhere in `tokens`, also in a text.
pub(super) fn mentioned(tokens: impl IntoIterator<Item = TokenTree>, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => is_named(&word, name),
        TokenTree::Group(group) => mentioned(group.stream(), name),
        TokenTree::Literal(literal) => in_text(&literal.to_string(), name),
        TokenTree::Punct(_) => false,
    })
}

/// Whether a format string may take the name from its text.
pub(crate) fn in_text(text: &str, name: &str) -> bool {
    let before = |at: usize| text[..at].chars().next_back();
    let after = |at: usize| text[at..].chars().next();
    text.contains('{')
        && text.match_indices(name).any(|(at, _)| {
            before(at).is_some_and(|c| matches!(c, '{' | '$' | ':' | '.') || c.is_whitespace())
                && after(at + name.len()).is_none_or(|c| !c.is_alphanumeric() && c != '_')
        })
}

/// Whether the word at `at` may be a variable: no field, method, path segment, lifetime or macro.
pub(super) fn is_variable(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|i| tokens.get(i));
    let member = is_punct(before(1), '.') && !is_punct(before(2), '.');
    let lifetime = is_punct(before(1), '\'');
    let called_macro =
        is_punct(tokens.get(at + 1), '!') && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)));
    !member && !lifetime && !called_macro && !separator_before(tokens, at) && !separator_at(tokens, at + 1)
}

/// Whether the `|` at `at` begins a closure, and is no operator.
pub(super) fn opens_closure(tokens: &[TokenTree], at: usize) -> bool {
    match at.checked_sub(1).and_then(|i| tokens.get(i)) {
        None => true,
        Some(TokenTree::Ident(word)) => is_keyword(word),
        Some(TokenTree::Punct(punct)) => !matches!(punct.as_char(), '?' | '|' | '>'),
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => false,
    }
}

/// Whether the group at `at` is the body of an `async` block.
pub(super) fn is_async_block(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|i| tokens.get(i));
    is_ident(before(1), "async") || is_ident(before(1), "move") && is_ident(before(2), "async")
}

struct Reading<'a> {
    name: &'a str,
    macros: Macros<'a>,
    /// Of a guard: the methods of the item, and whether it is inside of a struct of the item.
    guard: Option<(&'a Fields, bool)>,
    kept: Kept,
}

impl Reading<'_> {
    /// Reads the tokens of one group, which are `inside` of this. `None` if the name escapes.
    fn level(&mut self, tokens: &[TokenTree], inside: Inside) -> Option<()> {
        let mut closure = inside;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Punct(punct) => match punct.as_char() {
                    ';' | ',' => closure = inside,
                    '=' if is_punct(tokens.get(at + 1), '>') => closure = inside,
                    '|' if opens_closure(tokens, at) => {
                        // Its parameters may have commas, and may be called like the name.
                        let end = (at + 1..tokens.len()).find(|i| is_punct(tokens.get(*i), '|'))?;
                        if mentioned(tokens[at..end].iter().cloned(), self.name) {
                            return None;
                        }
                        let moves = at > 0 && is_ident(tokens.get(at - 1), "move");
                        closure = closure.max(if moves { Inside::Moved } else { Inside::Closure });
                        at = end;
                    }
                    _ => {}
                },
                TokenTree::Literal(literal) => {
                    if in_text(&literal.to_string(), self.name) {
                        return None;
                    }
                }
                TokenTree::Ident(word) if is_named(word, self.name) => {
                    if is_variable(tokens, at) {
                        self.use_at(tokens, at, closure)?;
                    }
                }
                TokenTree::Ident(word) if word == "macro_rules" => {
                    let definition = tokens.get(at + 3).cloned();
                    if mentioned(definition, self.name) {
                        return None;
                    }
                    at += 3;
                }
                TokenTree::Ident(word) if macros::is_call(tokens, at) => {
                    let known = macros::known(tokens, at, self.macros.local, self.macros.select_is_tokio);
                    let arguments = tokens.get(at + 2).cloned();
                    // Code from another file may mean any name.
                    if word == "include" || known == Known::No && mentioned(arguments, self.name) {
                        return None;
                    }
                    // The `!` and the arguments follow in their turn.
                }
                TokenTree::Ident(word) if word == "let" => match pattern::at(tokens, at, self.name)? {
                    Bound::Elsewhere => {}
                    Bound::Until { value, end } => {
                        self.level(&tokens[value..end], closure)?;
                        // The rest of the group means another variable by the name.
                        return Some(());
                    }
                },
                TokenTree::Ident(_) => {}
                TokenTree::Group(group) => {
                    if !self.is_dropped(tokens, at, group, closure > Inside::Nothing) {
                        let content: Vec<TokenTree> = group.stream().into_iter().collect();
                        let block = is_async_block(tokens, at);
                        self.level(&content, if block { Inside::Moved } else { closure })?;
                    }
                }
            }
            at += 1;
        }
        Some(())
    }

    /// `drop(name)`.
    fn is_dropped(&mut self, tokens: &[TokenTree], at: usize, group: &Group, inside: bool) -> bool {
        let called = at.checked_sub(1).is_some_and(|before| {
            is_ident(tokens.get(before), "drop") && !(before > 0 && is_punct(tokens.get(before - 1), '.'))
        });
        let mut content = group.stream().into_iter();
        let only = matches!((content.next(), content.next()), (Some(TokenTree::Ident(word)), None) if word == self.name);
        let dropped = called && only && !inside && group.delimiter() == Delimiter::Parenthesis;
        self.kept.uses += usize::from(dropped);
        dropped
    }

    fn use_at(&mut self, tokens: &[TokenTree], at: usize, inside: Inside) -> Option<()> {
        let before = |back: usize| at.checked_sub(back).and_then(|i| tokens.get(i));
        let member = is_punct(tokens.get(at + 1), '.');
        let called = match self.guard {
            Some((fields, inside)) => member && fields.leaves_guard(tokens, at + 2, inside),
            None => member && is_method(tokens, at + 2),
        };
        let awaited = is_punct(tokens.get(at + 1), '.') && is_ident(tokens.get(at + 2), "await");
        let borrowed = is_punct(before(1), '&') && ends_operand(tokens, at + 1);
        // Whoever is lent it to change may take it out; a `select!` only polls it.
        let polled = is_ident(before(1), "mut")
            && is_punct(before(2), '&')
            && is_punct(tokens.get(at + 1), '=')
            && is_punct(tokens.get(at + 2), '>');
        // What is behind a guard, and its fields, which are looked at on their own.
        let behind = self.guard.is_some()
            && (is_punct(before(1), '*') && !member || member && is_field(tokens, at + 2));
        let stays = match inside {
            Inside::Nothing => true,
            Inside::Closure => called && self.guard.is_none() && is_one_of(tokens.get(at + 2), BORROWING),
            Inside::Moved => false,
        };
        if !stays || !(called || awaited && self.guard.is_none() || borrowed || polled || behind) {
            return None;
        }
        if self.kept.uses == 0 {
            self.kept.called_first = called || behind;
        }
        self.kept.uses += 1;
        self.kept.calls += usize::from(called);
        Some(())
    }
}

/// Whether the name of a field stands at `at`, and no call.
fn is_field(tokens: &[TokenTree], at: usize) -> bool {
    let named = ident(tokens.get(at)).is_some_and(pattern::is_name);
    named && !is_group(tokens.get(at + 1), Delimiter::Parenthesis) && !separator_at(tokens, at + 1)
}

/// Whether a call of a method begins at `at` that leaves an end where it is.
pub(super) fn is_method(tokens: &[TokenTree], at: usize) -> bool {
    is_one_of(tokens.get(at), METHODS)
        && (is_group(tokens.get(at + 1), Delimiter::Parenthesis) || separator_at(tokens, at + 1))
}

fn is_one_of(token: Option<&TokenTree>, words: &[&str]) -> bool {
    ident(token).is_some_and(|word| words.iter().any(|known| word == known))
}

/// Whether an operand ends before `at`.
fn ends_operand(tokens: &[TokenTree], at: usize) -> bool {
    match tokens.get(at) {
        None => true,
        Some(TokenTree::Punct(punct)) => match punct.as_char() {
            ',' | ';' => true,
            '=' => is_punct(tokens.get(at + 1), '>'),
            _ => false,
        },
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

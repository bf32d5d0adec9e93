//! Handles of what is shared: variables of which the source shows that they are an `Arc`, and what is done with them.
//!
//! A body keeps a handle if it only uses fields of what is behind it, calls methods that borrow it, clones it, or lends
//! it. A method that takes the handle itself would move it, so each method must be one of the item's own, or one of the
//! drop-in that is shared.

use super::pattern::{self, is_name};
use super::uses::{Macros, is_async_block, is_variable, mentioned, opens_closure};
use super::{Fields, in_text};
use crate::chain::{ident, is_group, is_ident, is_punct, separator_at};
use crate::macros::{self, Known};
use crate::names::split;
use proc_macro2::{Delimiter, Ident, TokenTree};
use std::collections::{HashMap, HashSet};

/// Methods of drop-ins that can be shared as they are; all of them borrow.
const METHODS: &[(&str, &[&str])] = &[
    ("Barrier", &["wait"]),
    ("Condvar", &["notify_all", "notify_one", "wait", "wait_timeout", "wait_timeout_while", "wait_while"]),
    ("Mutex", &["blocking_lock", "lock", "try_lock"]),
    ("Notify", &["notified", "notify_last", "notify_one", "notify_waiters"]),
    (
        "Semaphore",
        &[
            "acquire",
            "acquire_many",
            "add_permits",
            "available_permits",
            "blocking_acquire",
            "blocking_acquire_many",
            "close",
            "forget_permits",
            "is_closed",
            "try_acquire",
            "try_acquire_many",
        ],
    ),
    ("RwLock", &["blocking_read", "blocking_write", "read", "try_read", "try_write", "write"]),
];

/// Those of them of which it matters what is in them.
const LOCKS: &[&str] = &["Mutex", "RwLock"];

/// The variables of a function that are an `Arc` wherever they are bound, with the name of the type behind it.
#[derive(Debug, Default)]
pub(crate) struct Arcs {
    types: HashMap<String, Option<String>>,
    /// What `Self` is.
    own: Option<String>,
    /// Variables that are ends of channels.
    ends: HashSet<String>,
}

impl Arcs {
    /// Those of a function in whose code `Self` is `own`.
    pub(super) fn within(own: Option<&str>) -> Self {
        Self { own: own.map(ToOwned::to_owned), ..Self::default() }
    }

    /// Notes a parameter, or another variable, as an `Arc` of this type or as something else.
    pub(super) fn bind(&mut self, name: &str, of: Option<String>) {
        let of = if of.as_deref() == Some("Self") { self.own.clone() } else { of };
        let known = self.types.entry(name.to_owned()).or_insert_with(|| of.clone());
        if *known != of {
            *known = None;
        }
    }

    /// Reads the statements in the order in which they stand.
    pub(super) fn read(&mut self, tokens: &[TokenTree]) {
        let mut value_at = 0;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                // What a statement binds was noted at its `let`.
                _ if at < value_at => {}
                TokenTree::Ident(word) if word == "let" => {
                    if let Some((ends, _)) = pattern::made(tokens, at).filter(|(ends, _)| ends.len() > 1) {
                        // That an end is put into an `Arc` of the same name is no contradiction: what is done with the
                        // one, nobody does with the other.
                        self.ends.extend(ends.iter().map(ToString::to_string));
                        continue;
                    }
                    let Some((names, equals)) = pattern::statement(tokens, at) else { continue };
                    value_at = equals;
                    let end = pattern::end_of_statement(tokens, equals);
                    let value = tokens.get(equals + 1..end).unwrap_or_default();
                    let parts = match value {
                        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                            split(group.stream().into_iter().collect())
                        }
                        _ => vec![value.to_vec()],
                    };
                    let same = parts.len() == names.len();
                    let of: Vec<_> = parts.iter().map(|part| self.value(part).filter(|_| same)).collect();
                    for (at, name) in names.iter().enumerate() {
                        self.bind(&name.to_string(), of.get(at).cloned().flatten());
                    }
                }
                // Bound in another way, or moved: then it is not needed.
                TokenTree::Ident(word) if is_name(word) && !is_plain_use(tokens, at) => {
                    let name = word.to_string();
                    if !self.ends.contains(&name) {
                        self.types.insert(name, None);
                    }
                }
                TokenTree::Group(group) => self.read(&group.stream().into_iter().collect::<Vec<_>>()),
                _ => {}
            }
        }
    }

    /// What is behind the `Arc` that a value is.
    fn value(&self, value: &[TokenTree]) -> Option<String> {
        if let [TokenTree::Ident(name), _, TokenTree::Ident(clone), TokenTree::Group(none)] = value {
            let cloned = is_punct(value.get(1), '.') && clone == "clone" && none.stream().is_empty();
            return self.of(&name.to_string()).filter(|_| cloned).map(ToOwned::to_owned);
        }
        let (TokenTree::Group(group), path) = value.split_last()? else { return None };
        let (TokenTree::Ident(function), path) = path.split_last()? else { return None };
        let path_is_plain =
            path.iter().all(|token| matches!(token, TokenTree::Ident(_)) || is_punct(Some(token), ':'));
        let last = path.iter().rev().find_map(|token| ident(Some(token)))?;
        if last != "Arc" || !path_is_plain || group.delimiter() != Delimiter::Parenthesis {
            return None;
        }
        let content: Vec<TokenTree> = group.stream().into_iter().collect();
        match content.as_slice() {
            [_, TokenTree::Ident(name)] if function == "clone" && is_punct(content.first(), '&') => {
                self.of(&name.to_string()).map(ToOwned::to_owned)
            }
            // A parameter that is a reference to one.
            [TokenTree::Ident(name)] if function == "clone" => {
                self.of(&name.to_string()).map(ToOwned::to_owned)
            }
            [TokenTree::Ident(of), TokenTree::Group(fields)]
                if function == "new" && (fields.delimiter() == Delimiter::Brace || is_type(of)) =>
            {
                Some(of.to_string())
            }
            [TokenTree::Ident(of), _, _, TokenTree::Ident(_), TokenTree::Group(arguments)]
                if function == "new" && separator_at(&content, 1) =>
            {
                let wanted = !is_lock(of) || self.ends.iter().any(|end| mentioned(arguments.stream(), end));
                wanted.then(|| of.to_string())
            }
            _ => None,
        }
    }

    /// What is behind the variable, if it is an `Arc`.
    pub(super) fn of(&self, name: &str) -> Option<&str> {
        self.types.get(name)?.as_deref()
    }
}

/// Whether the word at `at` is no binding of a variable and no move of one, as far as it is a variable at all.
fn is_plain_use(tokens: &[TokenTree], at: usize) -> bool {
    let bound = at > 0 && (is_ident(tokens.get(at - 1), "let") || is_ident(tokens.get(at - 1), "mut"));
    let lent = at > 0 && is_punct(tokens.get(at - 1), '&') && !is_punct(tokens.get(at + 1), '|');
    bound || lent || is_punct(tokens.get(at + 1), '.') || !is_variable(tokens, at)
}

/// What is behind the `Arc` that a type is.
pub(super) fn behind(of: &[TokenTree]) -> Option<String> {
    let open = of.iter().position(|token| is_punct(Some(token), '<'))?;
    let path = of.get(..open)?;
    let plain = path.iter().all(|token| matches!(token, TokenTree::Ident(_)) || is_punct(Some(token), ':'));
    let [TokenTree::Ident(name), next, rest @ ..] = of.get(open + 1..)? else { return None };
    let named = is_punct(Some(next), '>') && rest.is_empty() || is_punct(Some(next), '<');
    let receives =
        |token: &TokenTree| ident(Some(token)).is_some_and(|word| word.to_string().ends_with("Receiver"));
    let wanted = !is_lock(name) || rest.iter().any(receives);
    (plain && is_ident(path.last(), "Arc") && named && wanted).then(|| name.to_string())
}

/// Whether it is a lock: of these only those matter in which a receiver may wait.
fn is_lock(name: &Ident) -> bool {
    LOCKS.iter().any(|lock| name == lock)
}

/// Whether a word is called like a type.
fn is_type(word: &Ident) -> bool {
    word.to_string().starts_with(char::is_uppercase)
}

/// Whether `tokens` keep the handle `name` of a `type_name`, and use it.
pub(crate) fn keeps_handle(
    tokens: &[TokenTree],
    name: &str,
    type_name: &str,
    fields: &Fields,
    macros: Macros<'_>,
) -> bool {
    let wanted = fields.reaches(type_name) || METHODS.iter().any(|(known, _)| *known == type_name);
    let mut reading = Reading { name, type_name, fields, macros, uses: 0 };
    wanted && reading.level(tokens).is_some() && reading.uses > 0
}

struct Reading<'a> {
    name: &'a str,
    type_name: &'a str,
    fields: &'a Fields,
    macros: Macros<'a>,
    uses: usize,
}

impl Reading<'_> {
    /// `None` if the handle may go elsewhere.
    fn level(&mut self, tokens: &[TokenTree]) -> Option<()> {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                // A closure that does not move its captures borrows what it only looks through.
                TokenTree::Punct(punct) if punct.as_char() == '|' && opens_closure(tokens, at) => {
                    let moves = at > 0 && is_ident(tokens.get(at - 1), "move");
                    let end = (at + 1..tokens.len()).find(|i| is_punct(tokens.get(*i), '|'))?;
                    let seen = if moves { &tokens[at..] } else { &tokens[at..end] };
                    if mentioned(seen.iter().cloned(), self.name) {
                        return None;
                    }
                }
                TokenTree::Literal(literal) if in_text(&literal.to_string(), self.name) => return None,
                TokenTree::Ident(word) if word == "let" => {
                    let pattern = &tokens[at + 1..pattern::equals(tokens, at + 1)];
                    if mentioned(pattern.iter().cloned(), self.name) {
                        return None;
                    }
                }
                TokenTree::Ident(word) if word == self.name && is_variable(tokens, at) => {
                    self.use_at(tokens, at)?;
                }
                TokenTree::Ident(_) if macros::is_call(tokens, at) => {
                    let known = macros::known(tokens, at, self.macros.local, self.macros.select_is_tokio);
                    if known == Known::No && mentioned(tokens.get(at + 2).cloned(), self.name) {
                        return None;
                    }
                }
                TokenTree::Group(group) => {
                    if is_async_block(tokens, at) && mentioned([token.clone()], self.name) {
                        return None;
                    }
                    self.level(&group.stream().into_iter().collect::<Vec<_>>())?;
                }
                _ => {}
            }
        }
        Some(())
    }

    fn use_at(&mut self, tokens: &[TokenTree], at: usize) -> Option<()> {
        let before = |back: usize| at.checked_sub(back).and_then(|i| tokens.get(i));
        self.uses += 1;
        let lent = is_punct(before(1), '&') && !is_punct(before(2), '&');
        let ends = match tokens.get(at + 1) {
            None => true,
            Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), ',' | ';'),
            _ => false,
        };
        if lent && ends {
            return Some(());
        }
        let field = tokens.get(at + 2).filter(|_| is_punct(tokens.get(at + 1), '.'))?;
        let Some(member) = ident(Some(field)) else {
            return matches!(field, TokenTree::Literal(_)).then_some(());
        };
        let called =
            is_group(tokens.get(at + 3), Delimiter::Parenthesis) || is_punct(tokens.get(at + 3), ':');
        let fine = if called { self.borrows(member) } else { is_name(member) };
        fine.then_some(())
    }

    fn borrows(&self, method: &Ident) -> bool {
        let own = METHODS.iter().find(|(name, _)| *name == self.type_name);
        match own {
            _ if method == "clone" => true,
            Some((_, methods)) if !self.fields.has_struct(self.type_name) => {
                methods.iter().any(|known| method == known)
            }
            _ => self.fields.borrows(self.type_name, &method.to_string()),
        }
    }
}

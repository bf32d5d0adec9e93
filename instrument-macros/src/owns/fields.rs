//! Ends of channels in the fields of structs that a body has by value: `self`, or a parameter.
//!
//! A field keeps its end if it is private, so that all code that can name it is in the item, and if none of that code
//! does more with it than a body may with a name that it keeps. A body keeps the struct if it only uses fields of it,
//! and calls methods that borrow it.

use super::guards;
use super::pattern::{is_name, type_name};
use super::uses::{Macros, is_async_block, is_method, is_variable, mentioned, opens_closure};
use crate::chain::{ident, is_group, is_ident, is_punct};
use crate::macros::{self, Known};
use crate::names::split;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use std::collections::{HashMap, HashSet};

/// The fields of an item that keep their ends, and its methods.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    kept: HashSet<String>,
    /// Those that other code can name, or that escape.
    lost: HashSet<String>,
    /// Fields that some code uses.
    used: HashSet<String>,
    /// Structs at the top of the item, with those of their fields that are called like ends. Code beside them means them
    /// by their names.
    structs: HashMap<String, Vec<Ident>>,
    /// The words that types of fields are made of, by struct.
    words: HashMap<String, HashSet<String>>,
    /// The same for those that are called like owned guards.
    guards: HashMap<String, Vec<Ident>>,
    /// The words of the types that functions return, by function; of all functions that are called alike.
    returned: HashMap<String, Vec<Vec<String>>>,
    by_reference: HashSet<String>,
    by_value: HashSet<String>,
}

/// A place in a struct: the variable and its field.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) variable: Ident,
    pub(crate) field: Ident,
}

impl Fields {
    /// Those of a module with this content.
    pub(crate) fn of(content: &[TokenTree]) -> Self {
        let mut fields = Self::default();
        let mut local = Vec::new();
        fields.declarations(content, true, &mut local);
        if !fields.kept.is_empty() {
            fields.uses(content, false, Macros { local: &local, select_is_tokio: false });
        }
        fields.kept.retain(|name| !fields.lost.contains(name));
        fields
    }

    fn declarations(&mut self, tokens: &[TokenTree], top: bool, local: &mut Vec<String>) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(word) if word == "struct" => {
                    let body = tokens[at..].iter().find_map(|token| match token {
                        TokenTree::Group(group) if group.delimiter() != Delimiter::Bracket => {
                            Some(Some(group))
                        }
                        TokenTree::Punct(punct) if punct.as_char() == ';' => Some(None),
                        _ => None,
                    });
                    if let (Some(Some(body)), Some(name)) = (body, ident(tokens.get(at + 1))) {
                        let named = body.delimiter() == Delimiter::Brace;
                        let (ends, guards) =
                            if named { self.structure(body) } else { (Vec::new(), Vec::new()) };
                        let name = name.to_string();
                        self.words.insert(name.clone(), words(body.stream()));
                        // Of two that are called alike, which one is meant cannot be told.
                        let twice = self.structs.contains_key(&name) || !top;
                        self.guards.insert(name.clone(), if twice { Vec::new() } else { guards });
                        self.structs.insert(name, if twice { Vec::new() } else { ends });
                    }
                }
                TokenTree::Ident(word) if word == "macro_rules" => {
                    local.extend(ident(tokens.get(at + 2)).map(ToString::to_string));
                }
                TokenTree::Ident(word) if word == "fn" => self.function(tokens, at),
                TokenTree::Group(group) => {
                    self.declarations(&group.stream().into_iter().collect::<Vec<_>>(), false, local);
                }
                _ => {}
            }
        }
    }

    /// The fields of a struct that are called like ends of channels, and those that are called like owned guards.
    fn structure(&mut self, body: &Group) -> (Vec<Ident>, Vec<Ident>) {
        let (mut ends, mut guards) = (Vec::new(), Vec::new());
        for part in split(body.stream().into_iter().collect()) {
            let Some(colon) = part.iter().position(|token| is_punct(Some(token), ':')) else { continue };
            let Some(name) = colon.checked_sub(1).and_then(|at| ident(part.get(at))) else { continue };
            let public = part[..colon].iter().any(|token| is_ident(Some(token), "pub"));
            let end = part[colon..].iter().any(|token| {
                let word = ident(Some(token)).map(ToString::to_string).unwrap_or_default();
                word.contains("Sender") || word.contains("Receiver")
            });
            // A field with an attribute may not be there.
            let plain = !is_punct(part.first(), '#');
            let guard = part.get(colon + 1..).and_then(type_name).is_some_and(|of| guards::is_guard(&of));
            if public {
                self.lost.insert(name.to_string());
            } else if (end || guard) && plain {
                self.kept.insert(name.to_string());
                if guard { &mut guards } else { &mut ends }.push(name.clone());
            }
        }
        (ends, guards)
    }

    /// Notes how the function whose `fn` is at `at` takes `self`, if it does.
    fn function(&mut self, tokens: &[TokenTree], at: usize) {
        let Some(name) = ident(tokens.get(at + 1)) else { return };
        self.returned.entry(name.to_string()).or_default().push(guards::returned(tokens, at));
        let list = tokens[at..].iter().find_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => Some(group.stream()),
            _ => None,
        });
        let list: Vec<TokenTree> = list.into_iter().flatten().collect();
        let Some(first) = split(list).into_iter().next() else { return };
        let Some(own) = first.iter().position(|token| is_ident(Some(token), "self")) else { return };
        let typed = is_punct(first.get(own + 1), ':');
        let borrowed = is_punct(first.first(), '&') && !typed;
        let set = if borrowed { &mut self.by_reference } else { &mut self.by_value };
        set.insert(name.to_string());
    }

    /// Whether the item has a struct that is called like this at its top.
    pub(super) fn has_struct(&self, type_name: &str) -> bool {
        self.structs.contains_key(type_name)
    }

    /// Whether a struct of the item has something to wait for in it, in a struct of the item inside of it or not.
    pub(super) fn reaches(&self, type_name: &str) -> bool {
        let (mut open, mut seen) = (vec![type_name], HashSet::new());
        while let Some(name) = open.pop() {
            let Some(words) = self.words.get(name).filter(|_| seen.insert(name)) else { continue };
            if words.iter().any(|word| super::structs::is_waited_for(word)) {
                return true;
            }
            open.extend(words.iter().map(String::as_str));
        }
        false
    }

    /// Whether a method that is called like this, of a struct at the top of the item, leaves it where it is.
    pub(super) fn borrows(&self, type_name: &str, method: &str) -> bool {
        self.structs.contains_key(type_name)
            && self.by_reference.contains(method)
            && !self.by_value.contains(method)
    }

    /// Whether no method of the item that is called like this takes what it is called on; `known`: and there is one.
    pub(super) fn may_borrow(&self, method: &str, known: bool) -> bool {
        !self.by_value.contains(method) && (!known || self.by_reference.contains(method))
    }

    /// The structs at the top of the item that have owned guards which stay in them, with those fields.
    pub(crate) fn guarded(&self) -> Vec<(&str, Vec<&Ident>)> {
        let used = |name: &str| self.used.contains(name) || name.starts_with('_');
        let stays = |field: &&Ident| {
            let name = field.to_string();
            self.kept.contains(&name) && used(&name)
        };
        let mut found: Vec<(&str, Vec<&Ident>)> = Vec::new();
        for (name, fields) in &self.guards {
            let fields: Vec<&Ident> = fields.iter().filter(stays).collect();
            if !fields.is_empty() {
                found.push((name, fields));
            }
        }
        found.sort_by_key(|(name, _)| *name);
        found
    }

    /// Whether all functions of the item that are called like this return a struct with such a guard.
    pub(super) fn makes_guard(&self, function: &str) -> bool {
        let guarded = self.guarded();
        let makes =
            |words: &Vec<String>| guarded.iter().any(|(name, _)| words.iter().any(|word| word == name));
        self.returned.get(function).is_some_and(|all| all.iter().all(makes))
    }

    /// Looks at each use of each field; `dropped`: the tokens are what `drop` is called with.
    fn uses(&mut self, tokens: &[TokenTree], dropped: bool, macros: Macros<'_>) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(_) if macros::is_call(tokens, at) => {
                    let known = macros::known(tokens, at, macros.local, macros.select_is_tokio);
                    if known == Known::No {
                        let names: Vec<String> = self.kept.iter().cloned().collect();
                        let arguments = tokens.get(at + 2).cloned();
                        self.lost.extend(names.into_iter().filter(|name| mentioned(arguments.clone(), name)));
                    }
                }
                TokenTree::Ident(word) => {
                    let name = word.to_string();
                    // A field is not called without parentheses around it.
                    let method = is_group(tokens.get(at + 1), Delimiter::Parenthesis);
                    let member = at > 0 && is_punct(tokens.get(at - 1), '.');
                    if member && !method && self.kept.contains(&name) {
                        let is_guard = self.guards.values().flatten().any(|field| *field == name);
                        let kept =
                            is_kept(tokens, at, dropped) || is_guard && guards::is_kept(tokens, at, self);
                        if !kept {
                            self.lost.insert(name.clone());
                        }
                        self.used.insert(name);
                    }
                }
                TokenTree::Group(group) => {
                    let content: Vec<TokenTree> = group.stream().into_iter().collect();
                    // `mem::replace(self, ..)` takes all fields out at once.
                    let replaces = ["replace", "swap", "take"]
                        .iter()
                        .any(|function| at > 0 && is_ident(tokens.get(at - 1), function));
                    if replaces && content.iter().any(|token| is_ident(Some(token), "self")) {
                        self.lost.extend(self.kept.iter().cloned());
                    }
                    let before = |back: usize| at.checked_sub(back).and_then(|i| tokens.get(i));
                    let dropped = is_ident(before(1), "drop") && !is_punct(before(2), '.');
                    self.uses(&content, dropped, macros);
                }
                _ => {}
            }
        }
    }

    /// The ends in `variable`, which a function has by value, that its `body` keeps, if its type is called `type_name`.
    pub(crate) fn kept_in(
        &self,
        body: &[TokenTree],
        variable: &str,
        type_name: &str,
        macros: Macros<'_>,
    ) -> Vec<Place> {
        let Some(ends) = self.structs.get(type_name) else { return Vec::new() };
        // A field that no code reads gets a warning, which must not go away, unless it says that it is meant so.
        let used = |name: &str| self.used.contains(name) || name.starts_with('_');
        let mut ends = ends.iter().filter(|end| {
            let name = end.to_string();
            self.kept.contains(&name) && used(&name)
        });
        let mut found = None;
        if ends.clone().next().is_none() || self.read(body, variable, macros, &mut found).is_none() {
            return Vec::new();
        }
        let Some(variable) = found else { return Vec::new() };
        ends.by_ref().map(|field| Place { variable: variable.clone(), field: field.clone() }).collect()
    }

    /// Reads what the body does with the struct. `None` if the struct may be moved, or a part of it.
    fn read(
        &self,
        tokens: &[TokenTree],
        variable: &str,
        macros: Macros<'_>,
        found: &mut Option<Ident>,
    ) -> Option<()> {
        let mut closure = false;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Punct(punct) => match punct.as_char() {
                    ';' => closure = false,
                    '|' if opens_closure(tokens, at) => closure = true,
                    _ => {}
                },
                TokenTree::Ident(word) if word == variable && is_variable(tokens, at) => {
                    let member = ident(tokens.get(at + 2)).filter(|_| is_punct(tokens.get(at + 1), '.'))?;
                    let name = member.to_string();
                    let called = is_group(tokens.get(at + 3), Delimiter::Parenthesis)
                        || is_punct(tokens.get(at + 3), ':');
                    let borrows = self.by_reference.contains(&name) && !self.by_value.contains(&name);
                    if closure || called && !borrows || !called && !is_name(member) {
                        return None;
                    }
                    found.get_or_insert_with(|| word.clone());
                }
                TokenTree::Ident(_) if macros::is_call(tokens, at) => {
                    let known = macros::known(tokens, at, macros.local, macros.select_is_tokio);
                    if known == Known::No && mentioned(tokens.get(at + 2).cloned(), variable) {
                        return None;
                    }
                }
                TokenTree::Group(group) => {
                    let content: Vec<TokenTree> = group.stream().into_iter().collect();
                    if (closure || is_async_block(tokens, at)) && mentioned(content.iter().cloned(), variable)
                    {
                        return None;
                    }
                    self.read(&content, variable, macros, found)?;
                }
                TokenTree::Literal(literal) => {
                    if super::uses::in_text(&literal.to_string(), variable) {
                        return None;
                    }
                }
                TokenTree::Ident(_) => {}
            }
        }
        Some(())
    }
}

/// Whether the use of the field at `at` leaves it where it is.
fn is_kept(tokens: &[TokenTree], at: usize, dropped: bool) -> bool {
    if is_punct(tokens.get(at + 1), '.') {
        return is_method(tokens, at + 2);
    }
    // `drop(self.field)`, and nothing else.
    if at == 2 && tokens.len() == 3 && dropped {
        return true;
    }
    // `&self.field`, and nothing behind it.
    let borrowed = at >= 3 && is_punct(tokens.get(at - 3), '&');
    borrowed
        && matches!(tokens.get(at + 1), None | Some(TokenTree::Punct(_)))
        && !is_punct(tokens.get(at + 1), '=')
}

/// All words of some tokens.
fn words(tokens: TokenStream) -> HashSet<String> {
    let mut found = HashSet::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) => {
                found.insert(word.to_string());
            }
            TokenTree::Group(group) => found.extend(words(group.stream())),
            _ => {}
        }
    }
    found
}

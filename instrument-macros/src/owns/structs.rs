//! Structs of an item that have something to wait for in them: a `Notify`, a condition, a semaphore, the end of a
//! channel.
//!
//! For each of them the attribute writes a method that goes through those fields, so that whoever shares the struct is
//! known to share what is in it. A struct of which it cannot be told what the compiler makes of it gets none.

use super::Fields;
use super::pattern::type_name;
use crate::chain::{ident, is_group, is_ident, is_punct, separator_at};
use crate::names::split;
use proc_macro2::{Delimiter, Group, Ident, TokenTree};
use std::collections::HashSet;

/// A struct, and those of its fields that have something inside.
#[derive(Debug)]
pub(crate) struct Inside {
    pub(crate) name: Ident,
    pub(crate) fields: Vec<Ident>,
}

/// Attributes of a struct that leave it as it is written.
const HARMLESS: &[&str] =
    &["allow", "deny", "derive", "doc", "expect", "forbid", "must_use", "non_exhaustive", "warn"];

/// The structs at the top of a module with this content.
pub(crate) fn insides(content: &[TokenTree]) -> Vec<Inside> {
    let mut used = HashSet::new();
    uses(content, &mut used);
    let mut known = HashSet::new();
    loop {
        // What is in a struct that is a field is in the struct around it as well.
        let found = plain_structs(content, |_, body| fields(body, &used, &known));
        let names: HashSet<String> = found.iter().map(|inside| inside.name.to_string()).collect();
        if names.len() == known.len() {
            return found;
        }
        known = names;
    }
}

/// The structs at the top of a module with this content that have owned guards which stay in them.
pub(crate) fn guarded(content: &[TokenTree], fields: &Fields) -> Vec<Inside> {
    let guarded = fields.guarded();
    plain_structs(content, |name, _| {
        let found = guarded.iter().find(|(known, _)| name == known);
        found.map_or(Vec::new(), |(_, fields)| fields.iter().map(|field| (*field).clone()).collect())
    })
}

/// The structs at the top that are as they are written, with the fields of them that are found.
fn plain_structs(content: &[TokenTree], fields: impl Fn(&Ident, &Group) -> Vec<Ident>) -> Vec<Inside> {
    let mut found: Vec<Inside> = Vec::new();
    let mut seen = HashSet::new();
    let mut twice = HashSet::new();
    for at in 0..content.len() {
        let Some(name) = ident(content.get(at + 1)).filter(|_| is_ident(content.get(at), "struct")) else {
            continue;
        };
        if !seen.insert(name.to_string()) {
            twice.insert(name.to_string());
        }
        // Not one with generics.
        let Some(TokenTree::Group(body)) = content.get(at + 2) else { continue };
        if body.delimiter() == Delimiter::Brace && is_as_written(content, at) {
            let fields = fields(name, body);
            if !fields.is_empty() {
                found.push(Inside { name: name.clone(), fields });
            }
        }
    }
    found.retain(|inside| !twice.contains(&inside.name.to_string()));
    found
}

/// Names of fields that some code uses: of the others the compiler warns, and must go on to do so.
fn uses(tokens: &[TokenTree], used: &mut HashSet<String>) {
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) => {
                let member = at > 0 && is_punct(tokens.get(at - 1), '.');
                if member && !is_group(tokens.get(at + 1), Delimiter::Parenthesis) {
                    used.insert(word.to_string());
                }
            }
            TokenTree::Group(group) => uses(&group.stream().into_iter().collect::<Vec<_>>(), used),
            _ => {}
        }
    }
}

/// Whether the attributes of the struct whose keyword is at `at` leave its fields alone, and itself where it is.
fn is_as_written(tokens: &[TokenTree], at: usize) -> bool {
    let mut at = at;
    if at > 0 && is_group(tokens.get(at - 1), Delimiter::Parenthesis) {
        at -= 1;
    }
    if at > 0 && is_ident(tokens.get(at - 1), "pub") {
        at -= 1;
    }
    while at > 1 && is_group(tokens.get(at - 1), Delimiter::Bracket) && is_punct(tokens.get(at - 2), '#') {
        let Some(TokenTree::Group(attribute)) = tokens.get(at - 1) else { return false };
        let name = attribute.stream().into_iter().next();
        if !ident(name.as_ref()).is_some_and(|name| HARMLESS.iter().any(|known| name == known)) {
            return false;
        }
        at -= 2;
    }
    true
}

/// The fields that are used and have something inside, as those structs do that are `known`.
fn fields(body: &Group, used: &HashSet<String>, known: &HashSet<String>) -> Vec<Ident> {
    let mut fields = Vec::new();
    for part in split(body.stream().into_iter().collect()) {
        let mut at = 0;
        while is_punct(part.get(at), '#') {
            let Some(TokenTree::Group(attribute)) = part.get(at + 1) else { break };
            if !is_ident(attribute.stream().into_iter().next().as_ref(), "doc") {
                break;
            }
            at += 2;
        }
        if is_ident(part.get(at), "pub") {
            at += if is_group(part.get(at + 1), Delimiter::Parenthesis) { 2 } else { 1 };
        }
        let Some(name) = ident(part.get(at)) else { continue };
        let typed = is_punct(part.get(at + 1), ':') && !separator_at(&part, at + 1);
        let of = part.get(at + 2..).and_then(type_name).unwrap_or_default();
        if typed && (is_waited_for(&of) || known.contains(&of)) && used.contains(&name.to_string()) {
            fields.push(name.clone());
        }
    }
    fields
}

/// Whether a type is called like something to wait for.
pub(super) fn is_waited_for(type_name: &str) -> bool {
    let ends = type_name.ends_with("Sender") || type_name.ends_with("Receiver");
    ends || ["Barrier", "Condvar", "Notify", "Semaphore"].contains(&type_name)
}

//! Calls that may make a resource without a drop-in: the type of the value tells, so the program is asked for it where it
//! makes the value.
//!
//! What the compiler runs is left alone: it can ask nobody.

use super::scan::Scan;
use crate::calls::{Call, Role};
use crate::chain::{ident, is_group, is_ident, is_punct};
use crate::names;
use crate::runtime::beside;
use proc_macro2::{Delimiter, Group, Ident, LineColumn, TokenTree};

/// A call that makes a resource, whose name was read and whose arguments were not.
#[derive(Debug)]
pub(super) struct Making {
    /// Where its tokens begin in what was written.
    first: usize,
    /// Where its arguments are in what is read.
    last: usize,
    place: LineColumn,
}

/// How far it goes what the compiler runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constant {
    /// The value of a `const` or a `static`: to its semicolon.
    Value,
    /// The default of a parameter: to the next one.
    Parameter,
    /// The values of an `enum`: its braces.
    Variants,
}

impl Scan<'_, '_> {
    /// A word after which the compiler runs what follows.
    pub(super) fn enter_constant(&mut self, word: &Ident) {
        if word == "enum" {
            self.constant = Some(Constant::Variants);
        } else if (word == "const" || word == "static")
            && names::of_declaration(self.tokens, self.at).is_some()
            && !is_punct(self.before(1), '*')
        {
            let parameter = is_punct(self.before(1), '<') || is_punct(self.before(1), ',');
            self.constant = Some(if parameter { Constant::Parameter } else { Constant::Value });
        }
    }

    /// A character behind which it no longer does.
    pub(super) fn leave_constant(&mut self, character: char) {
        let ends = match self.constant {
            Some(Constant::Value) => character == ';',
            Some(Constant::Parameter) => matches!(character, ',' | '>'),
            Some(Constant::Variants) | None => false,
        };
        if ends {
            self.constant = None;
        }
    }

    /// Whether the compiler runs what is at hand, as far as the level tells.
    pub(super) fn is_constant(&self) -> bool {
        self.context.constant || self.constant.is_some()
    }

    /// Remembers a call that makes a resource, until its arguments are read.
    pub(super) fn making(&mut self, call: &Call) {
        if call.role != Role::Create || self.is_constant() || !self.walk.marks(self.context) {
            return;
        }
        let crate_of = ident(self.tokens.get(call.first));
        let ours = crate_of.is_some_and(|word| word == "taskscope" || self.context.drop_ins.has(word));
        // Of a call that is a statement the compiler may have something to say, and nobody can wait for its value.
        let before = call.first.checked_sub(1).and_then(|at| self.tokens.get(at));
        let begins = before.is_none() || is_punct(before, ';') || is_group(before, Delimiter::Brace);
        let statement = begins && is_punct(self.tokens.get(call.last + 1), ';');
        if !ours
            && !statement
            && let Some(first) = self.out.len().checked_sub(self.at - call.first)
        {
            self.making = Some(Making { first, last: call.last, place: call.place });
        }
    }

    /// Writes the call anew when its arguments have been read.
    pub(super) fn made(&mut self) {
        if self.constant == Some(Constant::Variants) && is_group(self.before(1), Delimiter::Brace) {
            self.constant = None;
        }
        let Some(making) = self.making.take_if(|making| making.last + 1 == self.at) else { return };
        let value = self.out.split_off(making.first);
        let span = beside(value.first().map_or_else(proc_macro2::Span::mixed_site, TokenTree::span));
        let value = value.into_iter().collect();
        self.out.extend(self.walk.runtime.made(self.context.depth, value, making.place, span));
        self.walk.changes += 1;
    }
}

/// Whether the group at `at` says itself that the compiler runs what is in it: a block of `const`, the length of an array,
/// an argument for a parameter that is a constant.
pub(super) fn is_constant(tokens: &[TokenTree], at: usize, group: &Group) -> bool {
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    match group.delimiter() {
        Delimiter::Brace => is_ident(before, "const") || is_punct(before, '<') || is_punct(before, ','),
        Delimiter::Bracket => group.stream().into_iter().any(|token| is_punct(Some(&token), ';')),
        Delimiter::Parenthesis | Delimiter::None => false,
    }
}

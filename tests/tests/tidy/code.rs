//! Rust text as a flat list of tokens, and the paths that it names.
//!
//! Tokens rather than text, so that a rule is not fooled by a comment or a string; tokens rather than a syntax
//! tree, so that it also sees into macros.

use crate::tree::File;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A token and the line it stands on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) line: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Ident(String),
    /// A character of an operator, and whether the next one belongs to the same operator.
    Punct(char, bool),
    Literal,
    Open(char),
    Close(char),
}

impl Token {
    pub(crate) fn ident(&self) -> Option<&str> {
        match &self.kind {
            Kind::Ident(name) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn is(&self, character: char) -> bool {
        matches!(&self.kind, Kind::Punct(c, _) | Kind::Open(c) | Kind::Close(c) if *c == character)
    }
}

/// A path as it is written, use trees taken apart: `use a::{b, c::d}` is `a::b` and `a::c::d`.
#[derive(Debug, PartialEq)]
pub(crate) struct Named {
    pub(crate) segments: Vec<String>,
    /// Inline modules around it, outermost first.
    pub(crate) inside: Vec<String>,
    /// A `!` follows: the path of a macro.
    pub(crate) is_macro: bool,
    pub(crate) line: usize,
}

impl Named {
    /// Whether the path is `prefix`, given as `a::b`, or something in it.
    pub(crate) fn starts_with(&self, prefix: &str) -> bool {
        let mut own = self.segments.iter();
        prefix.split("::").all(|segment| own.next().is_some_and(|s| s == segment))
    }

    pub(crate) fn text(&self) -> String {
        self.segments.join("::")
    }
}

/// The tokens of a Rust file.
pub(crate) fn tokens(file: &File) -> Vec<Token> {
    let stream: TokenStream =
        file.text.parse().unwrap_or_else(|error| panic!("{} is not Rust: {error}", file.path));
    let mut flat = Vec::new();
    flatten(stream, &mut flat);
    flat
}

fn flatten(stream: TokenStream, flat: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let name = name.strip_prefix("r#").unwrap_or(&name).to_owned();
                flat.push(Token { kind: Kind::Ident(name), line });
            }
            TokenTree::Punct(punct) => {
                let kind = Kind::Punct(punct.as_char(), punct.spacing() == Spacing::Joint);
                flat.push(Token { kind, line });
            }
            TokenTree::Literal(_) => flat.push(Token { kind: Kind::Literal, line }),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::None => (' ', ' '),
                };
                flat.push(Token { kind: Kind::Open(open), line });
                let end = group.span_close().end().line;
                flatten(group.stream(), flat);
                flat.push(Token { kind: Kind::Close(close), line: end });
            }
        }
    }
}

/// Index of the token that closes the group opened at `open`.
pub(crate) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => {
                depth -= 1;
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    tokens.len() - 1
}

/// Every path with more than one segment, and every name that a `use` or an `extern crate` brings in.
pub(crate) fn paths(tokens: &[Token]) -> Vec<Named> {
    let mut walk = Walk { tokens, inside: Vec::new(), found: Vec::new() };
    walk.run();
    walk.found
}

struct Walk<'a> {
    tokens: &'a [Token],
    /// Inline modules that are open, with the index of their closing brace.
    inside: Vec<(String, usize)>,
    found: Vec<Named>,
}

impl Walk<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            self.inside.retain(|(_, end)| at < *end);
            match self.ident(at) {
                Some("use") => at = self.tree(at + 1, &[]),
                Some("mod") if self.ident(at + 1).is_some() && self.is(at + 2, '{') => {
                    let name = self.ident(at + 1).unwrap_or_default().to_owned();
                    self.inside.push((name, closing(self.tokens, at + 2)));
                    at += 3;
                }
                Some("crate") if self.ident(at.wrapping_sub(1)) == Some("extern") => {
                    at = self.tree(at + 1, &[]);
                }
                Some(_) if self.separator(at + 1) && self.starts_a_path(at) => at = self.tree(at, &[]),
                _ => at += 1,
            }
        }
    }

    /// Reads a path or a use tree at `at` and returns the index after it.
    fn tree(&mut self, at: usize, prefix: &[String]) -> usize {
        let mut at = if self.separator(at) { at + 2 } else { at };
        let start = at;
        let mut segments = prefix.to_vec();
        loop {
            if let Some(name) = self.ident(at) {
                segments.push(name.to_owned());
                at += 1;
            } else if self.is(at, '*') && at > start {
                segments.push("*".to_owned());
                at += 1;
            } else if self.is(at, '{') && (at > start || !prefix.is_empty() || self.follows_use(at)) {
                return self.group(at, &segments);
            }
            if !self.separator(at) {
                break;
            }
            at += 2;
        }
        if segments.len() > prefix.len() {
            // `a::{self}` names `a`.
            if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
                segments.pop();
            }
            let line = self.tokens[at.min(self.tokens.len()) - 1].line;
            let inside = self.inside.iter().map(|(name, _)| name.clone()).collect();
            self.found.push(Named { segments, inside, is_macro: self.is(at, '!'), line });
        }
        at.max(start + 1)
    }

    /// Reads the branches of a use tree whose `{` is at `open`.
    fn group(&mut self, open: usize, prefix: &[String]) -> usize {
        let end = closing(self.tokens, open);
        let mut at = open + 1;
        while at < end {
            at = self.tree(at, prefix);
            while at < end && !self.is(at, ',') {
                at += 1;
            }
            at += 1;
        }
        end + 1
    }

    fn ident(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).and_then(Token::ident)
    }

    fn is(&self, at: usize, character: char) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(character))
    }

    fn separator(&self, at: usize) -> bool {
        matches!(self.tokens.get(at), Some(Token { kind: Kind::Punct(':', true), .. }))
            && self.is(at + 1, ':')
    }

    fn follows_use(&self, at: usize) -> bool {
        let before = if at >= 2 && self.separator(at - 2) { at - 2 } else { at };
        self.ident(before.wrapping_sub(1)) == Some("use")
    }

    fn starts_a_path(&self, at: usize) -> bool {
        const KEYWORDS: &[&str] =
            &["as", "dyn", "for", "impl", "in", "let", "match", "mut", "return", "where"];
        if at == 0 {
            return true;
        }
        if self.is(at - 1, '.') && !(at >= 2 && self.is(at - 2, '.')) {
            return false;
        }
        if at < 2 || !self.separator(at - 2) {
            return true;
        }
        // A leading `::` starts a path unless it continues one.
        match self.tokens.get(at.wrapping_sub(3)).map(|token| &token.kind) {
            Some(Kind::Ident(name)) => KEYWORDS.contains(&name.as_str()),
            // Not the `>` of `->` or `=>`.
            Some(Kind::Punct('>', _)) => self.is(at.wrapping_sub(4), '-') || self.is(at.wrapping_sub(4), '='),
            Some(Kind::Close(_)) => false,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<String> {
        paths(&tokens(&File::new("a.rs", text))).iter().map(Named::text).collect()
    }

    #[test]
    fn use_trees_are_taken_apart() {
        assert_eq!(
            named("use a::{b, c::{self, d as e}, f::*}; use ::g; use {h::i, j}; pub use k::l::m;"),
            ["a::b", "a::c", "a::c::d", "a::f::*", "g", "h::i", "j", "k::l::m"]
        );
    }

    #[test]
    fn paths_in_types_expressions_and_macros_are_seen() {
        assert_eq!(
            named(
                "fn f(x: crate::a::B) -> ::c::D { g!(h::i(), [j::k]); <l::M as n::O>::p(); q.r::<s::T>() }"
            ),
            ["crate::a::B", "c::D", "h::i", "j::k", "l::M", "n::O", "s::T"]
        );
        assert_eq!(
            named("macro_rules! m { () => { $crate::a::b() } } extern crate d; 0..e::F"),
            ["crate::a::b", "d", "e::F"]
        );
    }

    #[test]
    fn comments_and_strings_name_nothing() {
        assert!(named("// a::b\n/* c::d */ /// e::f\nconst X: &str = \"g::h\";").is_empty());
    }

    #[test]
    fn a_path_knows_its_inline_modules_and_line() {
        let found = paths(&tokens(&File::new("a.rs", "mod m {\n mod n { use super::x; }\n}\nuse super::y;")));
        assert_eq!(found[0].inside, ["m", "n"]);
        assert_eq!(found[0].line, 2);
        assert!(found[1].inside.is_empty());
        assert_eq!(found[1].line, 4);
    }

    #[test]
    fn a_prefix_ends_at_a_segment() {
        let found = paths(&tokens(&File::new("a.rs", "use std::thread_local;")));
        assert!(found[0].starts_with("std"));
        assert!(!found[0].starts_with("std::thread"));
    }
}

//! `lib.rs` and `mod.rs`: a list of what there is, no logic.

use crate::code::{Token, tokens};
use crate::tree::{File, Violation};

/// Roots that hold functions, with the reason.
const MAY: &[(&str, &str)] =
    &[("instrument-macros/src/lib.rs", "the compiler wants the attributes' entry points in the crate root")];

/// Every function with a body in a `lib.rs` or `mod.rs`.
pub(crate) fn check(file: &File) -> Vec<Violation> {
    let root = file.path.ends_with("/lib.rs") || file.path.ends_with("/mod.rs");
    if !root || MAY.iter().any(|(path, _)| *path == file.path) {
        return Vec::new();
    }
    let tokens = tokens(file);
    (0..tokens.len())
        .filter(|&at| tokens[at].ident() == Some("fn") && has_body(&tokens[at + 1..]))
        .map(|at| file.violation(tokens[at].line, "a function body in a root: give it a file of its own"))
        .collect()
}

/// Whether the function whose `fn` stands before `rest` has a body; a declaration in a trait ends with `;`.
fn has_body(rest: &[Token]) -> bool {
    if rest.first().and_then(Token::ident).is_none() {
        return false;
    }
    let mut depth = 0usize;
    for token in rest {
        match depth {
            0 if token.is('{') => return true,
            0 if token.is(';') => return false,
            _ if token.is('(') || token.is('[') => depth += 1,
            _ if token.is(')') || token.is(']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_at(path: &str, text: &str) -> usize {
        check(&File::new(path, text)).len()
    }

    #[test]
    fn a_root_lists_and_declares() {
        let text =
            "mod a; pub use a::B; pub trait C { fn d(&self, e: [u8; 4]) -> [u8; 2]; } pub struct F(fn(u8));";
        assert_eq!(check_at("agent/src/detect/mod.rs", text), 0);
        assert_eq!(check_at("agent/src/lib.rs", "#[cfg(test)]\nmod tests;"), 0);
    }

    #[test]
    fn a_root_computes_nothing() {
        assert_eq!(check_at("agent/src/detect/mod.rs", "pub fn a() -> u8 { 1 }"), 1);
        assert_eq!(check_at("agent/src/lib.rs", "impl A { fn b(&self) {} const fn c() {} }"), 2);
        assert_eq!(check_at("agent/src/lib.rs", "#[cfg(test)] mod tests { #[test] fn a() {} }"), 1);
        assert_eq!(check_at("agent/src/detect/leak.rs", "pub fn a() {}"), 0);
    }
}

//! How a lint is silenced: by `expect`, with a reason; so that the exception ends with its cause.

use crate::code::{Token, closing, tokens};
use crate::tree::{File, Violation};

/// Files that may say `allow`, always with a reason: what they hold is code for places they do not know, where an
/// expectation may or may not come true.
const MAY_ALLOW: &[(&str, &str)] = &[];

/// Every attribute that silences a lint in a way that the rule does not know.
pub(crate) fn check(file: &File) -> Vec<Violation> {
    check_against(file, MAY_ALLOW)
}

fn check_against(file: &File, may_allow: &[(&str, &str)]) -> Vec<Violation> {
    let tokens = tokens(file);
    let exempt = may_allow.iter().any(|(path, _)| *path == file.path);
    attributes(&tokens)
        .flat_map(|(start, end)| (start..end).filter(|&at| opens(&tokens, at)).collect::<Vec<_>>())
        .filter_map(|at| {
            let name = tokens[at].ident()?;
            let has_reason =
                tokens[at + 2..closing(&tokens, at + 1)].iter().any(|token| token.ident() == Some("reason"));
            let message = match name {
                "allow" if !exempt => "`allow` outlives its cause: say `expect` with a reason",
                "allow" | "expect" if !has_reason => "a silenced lint needs `reason = \"..\"`",
                _ => return None,
            };
            Some(file.violation(tokens[at].line, message))
        })
        .collect()
}

/// First and last index of what stands in the brackets of each attribute.
fn attributes(tokens: &[Token]) -> impl Iterator<Item = (usize, usize)> {
    (0..tokens.len()).filter(|&at| tokens[at].is('#')).filter_map(|at| {
        let open = if tokens.get(at + 1)?.is('!') { at + 2 } else { at + 1 };
        tokens.get(open)?.is('[').then(|| (open + 1, closing(tokens, open)))
    })
}

fn opens(tokens: &[Token], at: usize) -> bool {
    matches!(tokens[at].ident(), Some("allow" | "expect"))
        && tokens.get(at + 1).is_some_and(|token| token.is('('))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str) -> usize {
        check_against(&File::new(path, text), &[("quoted.rs", "a test")]).len()
    }

    #[test]
    fn expect_with_a_reason_is_the_way() {
        assert_eq!(check("a.rs", "#[expect(dead_code, reason = \"why\")]\nfn f() { x.expect(\"y\"); }"), 0);
        assert_eq!(check("a.rs", "#[expect(dead_code)]\nfn f() {}"), 1);
        assert_eq!(check("a.rs", "#![expect(dead_code)]"), 1);
    }

    #[test]
    fn allow_is_not() {
        assert_eq!(check("a.rs", "#[allow(dead_code, reason = \"why\")]\nfn f() {}"), 1);
        assert_eq!(check("a.rs", "#![allow(dead_code)]"), 1);
        assert_eq!(check("a.rs", "#![cfg_attr(test, allow(dead_code))]"), 1);
        assert_eq!(check("a.rs", "// #[allow(dead_code)]\nfn allow() { allow() }"), 0);
    }

    #[test]
    fn code_for_other_places_may_allow_with_a_reason() {
        assert_eq!(check("quoted.rs", "fn f() { quote! { #[allow(dead_code, reason = \"why\")] #x } }"), 0);
        assert_eq!(check("quoted.rs", "fn f() { quote! { #[allow(dead_code)] #x } }"), 1);
    }
}

//! Macros whose arguments are known to be expressions.

use crate::chain::{ident, is_punct, path_start, separator_before};
use proc_macro2::TokenTree;

/// What may be done with the arguments of a macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// They are expressions, as many as one likes, and their text does not matter.
    Expressions,
    /// They are expressions, and if there is only one, its text is printed.
    Checked,
    /// Branches of tokio's `select!`.
    Select,
    /// Branches of a `select!` that is tokio's if it is written as only tokio's can be.
    SelectIfTokio,
    /// Futures that are awaited together.
    Join,
    /// Nothing is known.
    No,
}

/// Macros whose arguments are expressions.
const EXPRESSIONS: &[&str] = &[
    // std: formatting and panics
    "format",
    "format_args",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    // std: checks that print values, not texts
    "assert_eq",
    "assert_ne",
    "debug_assert_eq",
    "debug_assert_ne",
    "assert_matches",
    "debug_assert_matches",
    // anyhow and eyre
    "anyhow",
    "bail",
    "eyre",
    // std: values
    "vec",
    "matches",
    // tokio
    "pin",
    // tracing and log
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "log",
    "event",
    "span",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
];

/// Crates that the macros above come from, if a path is given.
const CRATES: &[&str] = &[
    "std",
    "core",
    "alloc",
    "tokio",
    "tracing",
    "log",
    "futures",
    "futures_util",
    "anyhow",
    "eyre",
    "color_eyre",
    "taskscope",
    "taskscope_tokio",
];

/// Whether `at` names a macro that is called: a word, `!`, and a group.
pub(crate) fn is_call(tokens: &[TokenTree], at: usize) -> bool {
    ident(tokens.get(at)).is_some_and(|word| !crate::chain::is_keyword(word))
        && is_punct(tokens.get(at + 1), '!')
        && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)))
}

/// What is known of the macro named at `at`; `local` holds the macros that the item defines itself.
pub(crate) fn known(tokens: &[TokenTree], at: usize, local: &[String], select_is_tokio: bool) -> Known {
    let Some(name) = ident(tokens.get(at)).map(ToString::to_string) else { return Known::No };
    let origin = separator_before(tokens, at).then(|| origin(tokens, at));
    match &origin {
        Some(origin) if !CRATES.contains(&origin.as_str()) => return Known::No,
        None if local.contains(&name) => return Known::No,
        _ => {}
    }
    let from_tokio = match &origin {
        Some(origin) => matches!(origin.as_str(), "tokio" | "taskscope" | "taskscope_tokio"),
        None => select_is_tokio,
    };
    match name.as_str() {
        "select" if from_tokio => Known::Select,
        "select" if origin.is_none() => Known::SelectIfTokio,
        // The one of `futures` wants futures that are fused, which a site is not.
        "select" | "select_biased" => Known::Expressions,
        "join" | "try_join" => Known::Join,
        "assert" | "debug_assert" | "ensure" => Known::Checked,
        _ if EXPRESSIONS.contains(&name.as_str()) => Known::Expressions,
        _ => Known::No,
    }
}

/// The first word of the path that ends at `at`.
fn origin(tokens: &[TokenTree], at: usize) -> String {
    tokens[path_start(tokens, at)..at]
        .iter()
        .find_map(|t| ident(Some(t)))
        .map(ToString::to_string)
        .unwrap_or_default()
}

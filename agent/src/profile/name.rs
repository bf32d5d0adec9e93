//! Names of functions as people want to read them.

use std::borrow::Cow;

/// A name longer than this loses the inner arguments of its generics.
const LONG: usize = 120;

/// A demangled name without what only the compiler needs: hashes, doubled braces, nested generics of great length.
pub fn readable(demangled: &str) -> String {
    let name = without_hash(demangled).replace("{{", "{").replace("}}", "}");
    // First the deepest arguments go, then all of them: the path says more than they do.
    [3, 2, 1].into_iter().fold(
        name,
        |name, depth| {
            if name.chars().count() > LONG { shortened(&name, depth) } else { name }
        },
    )
}

/// The name with everything replaced that would break a line of folded text.
pub fn plain(name: &str) -> Cow<'_, str> {
    let number_at_end =
        name.rsplit_once(char::is_whitespace).is_some_and(|(_, last)| last.parse::<f64>().is_ok());
    if !number_at_end && !name.contains(|c: char| c == ';' || c.is_control()) {
        return Cow::Borrowed(name);
    }
    let name: String = name
        .chars()
        .map(|c| match c {
            ';' => ':',
            c if c.is_control() => '?',
            ' ' if number_at_end => '_',
            c => c,
        })
        .collect();
    Cow::Owned(name)
}

/// The crate that owns a demangled function; for `<Type as Trait>::method` the crate of the type.
pub fn owner(demangled: &str) -> &str {
    let mut rest = demangled;
    loop {
        let before = rest;
        for prefix in ["_<", "<", "&", "mut ", "dyn ", "(", "["] {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
        if rest.len() == before.len() {
            break;
        }
    }
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    if rest[end..].starts_with("::") { &rest[..end] } else { "" }
}

/// Cuts `::h` and sixteen hexadecimal digits off the end.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => path,
        _ => name,
    }
}

/// Replaces generic arguments from a nesting depth on by two dots.
///
/// The brackets of `<Type as Trait>` count as well, so its inner arguments go before it does; it stays itself
/// because a name that starts with it would otherwise lose its subject.
fn shortened(name: &str, depth: usize) -> String {
    let starts_with_type = usize::from(name.starts_with('<'));
    let limit = depth + starts_with_type;
    let mut out = String::with_capacity(name.len());
    let mut open = 0_usize;
    let mut last = ' ';
    for c in name.chars() {
        // The bracket of an arrow closes nothing.
        let closes = c == '>' && last != '-' && last != '=';
        if closes {
            if open == limit {
                out.push_str("..");
            }
            open = open.saturating_sub(1);
        }
        if open < limit {
            out.push(c);
        }
        if c == '<' {
            open += 1;
        }
        last = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_goes_and_nothing_like_it() {
        assert_eq!(readable("app::work::h0123456789abcdef"), "app::work");
        assert_eq!(readable("app::h0123456789abcdez"), "app::h0123456789abcdez");
        assert_eq!(readable("app::hash"), "app::hash");
    }

    #[test]
    fn closures_stay_readable() {
        assert_eq!(readable("app::main::{{closure}}"), "app::main::{closure}");
        assert_eq!(readable("app::main::{closure#0}"), "app::main::{closure#0}");
    }

    #[test]
    fn short_generics_stay() {
        let name = "<alloc::vec::Vec<u8> as core::clone::Clone>::clone";
        assert_eq!(readable(name), name);
    }

    #[test]
    fn long_generics_lose_their_depth_first() {
        let deep = format!("app::run::<outer::Outer<inner::Inner<{}>>>", "x".repeat(LONG));
        assert_eq!(readable(&deep), "app::run::<outer::Outer<inner::Inner<..>>>");
        let wide = format!("app::run::<{}<u8>, {}<u8>>::go", "a".repeat(LONG), "b".repeat(9));
        assert_eq!(readable(&wide), "app::run::<..>::go");
    }

    #[test]
    fn the_type_of_a_method_stays() {
        let long = format!("<app::Server<{}> as core::ops::FnOnce<()>>::call_once", "x".repeat(LONG));
        assert_eq!(readable(&long), "<app::Server<..> as core::ops::FnOnce<..>>::call_once");
    }

    #[test]
    fn an_arrow_is_no_bracket() {
        let long = format!("app::call::<fn(u8) -> u8, {}>::end", "x".repeat(LONG));
        assert_eq!(readable(&long), "app::call::<..>::end");
    }

    #[test]
    fn the_owner_is_the_crate_of_the_code() {
        for (name, crate_name) in [
            ("taskscope::task::poll", "taskscope"),
            ("<taskscope::task::Traced<app::F> as core::future::Future>::poll", "taskscope"),
            ("<&mut taskscope::task::Traced<F> as Future>::poll", "taskscope"),
            ("<app::F as taskscope::At>::at", "app"),
            ("tokio::runtime::Core<taskscope::task::Traced<F>>::poll", "tokio"),
            ("taskscope_examples::main", "taskscope_examples"),
            ("<T as taskscope::At>::at", ""),
            ("malloc", ""),
            ("", ""),
        ] {
            assert_eq!(owner(name), crate_name, "{name}");
        }
    }
}

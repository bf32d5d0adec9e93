//! Where `unsafe` may stand, and the note that goes with it.

use crate::code::{Kind, Token, closing, tokens};
use crate::tree::{File, Violation};

/// The files and folders that may hold `unsafe`, with the reason. Every other file does without.
const MAY: &[(&str, &str)] = &[
    ("agent/src/capture/at.rs", "hands the pin of an await on to the future inside"),
    ("agent/src/capture/mark.rs", "a reference to a static, or a number, in one word"),
    ("agent/src/clock.rs", "reads the processor's counter"),
    (
        "agent/src/parking_lot/",
        "raw locks, whose contracts are unsafe, and locks in an `Arc` of another name",
    ),
    ("agent/src/recorder/", "memory of one writer that any thread reads"),
    ("agent/src/registry/", "slots that are never unmapped"),
    ("agent/src/sampler/signal.rs", "signal dispositions and CPU clocks are asked for with C functions"),
    ("agent/src/sampler/stack/handler.rs", "a signal handler, and what it interrupts"),
    ("agent/src/snapshot/read/resources.rs", "follows pointers to the compiler's constants"),
    ("agent/src/snapshot/read/shares.rs", "asks the system for words of memory that may be anything"),
    ("agent/src/std/thread/builder.rs", "one way to spawn a thread is unsafe, as it is in std"),
    ("agent/src/std/thread/scope.rs", "a scope is kept until std's own has ended"),
    ("agent/src/sync/", "pin projection, and slots that are never unmapped"),
    ("agent/src/task/", "the wrapper's pin projection, and the waker that lives in the slot"),
    ("agent/src/tokio/sync/erased.rs", "owned guards keep the lock that they borrow alive themselves"),
    ("agent/src/tokio/sync/mutex/", "owned guards keep the lock that they borrow alive themselves"),
    ("agent/src/tokio/sync/rwlock/", "owned guards keep the lock that they borrow alive themselves"),
    (
        "agent/src/tokio/sync/notify/futures.rs",
        "pin projection, and an owned future that keeps alive what it borrows",
    ),
    ("agent/src/tokio_util/sync/futures.rs", "pin projection"),
    ("agent/src/tokio_util/sync/poll_sender.rs", "a box whose lifetime no type can name"),
    ("agent/src/tokio_util/task/task_tracker.rs", "pin projection"),
    ("agent/src/tokio/runtime/built.rs", "a runtime is taken apart for its shutdown"),
    ("agent/tests/std/threads.rs", "one way to spawn a thread is unsafe"),
    ("agent/tests/cpu_profile_signal.rs", "the test installs a signal handler of another profiler"),
    ("agent/tests/stacks_signal.rs", "the test installs signal handlers, and blocks the signal"),
];

/// Every `unsafe` that stands in a file that may not hold one, or without a note.
pub(crate) fn check(file: &File) -> Vec<Violation> {
    check_against(file, MAY)
}

/// The files of `paths` that the list names; each entry of the list must have one.
pub(crate) fn unused_entries(files: &[File]) -> Vec<&'static str> {
    MAY.iter()
        .map(|(path, _)| *path)
        .filter(|path| !files.iter().any(|file| covers(path, &file.path) && has_unsafe(file)))
        .collect()
}

/// Whether a crate root forbids `unsafe`, or, in the agent, denies it so that a module can be excepted by name.
pub(crate) fn check_root(file: &File) -> Vec<Violation> {
    let word = if file.path == "agent/src/lib.rs" { "deny" } else { "forbid" };
    let attribute = format!("#![{word}(unsafe_code)]");
    if file.text.lines().any(|line| line == attribute) {
        return Vec::new();
    }
    vec![file.violation(1, format!("the crate root does not say `{attribute}`"))]
}

/// Whether the file is the root of a library or of a program.
pub(crate) fn is_root(path: &str) -> bool {
    let program = path.split_once("src/bin/").is_some_and(|(_, rest)| !rest.contains('/'));
    program || path.ends_with("src/lib.rs") || path.ends_with("/main.rs") && path.contains("src/")
}

fn covers(entry: &str, path: &str) -> bool {
    path == entry || path.strip_prefix(entry).is_some_and(|rest| entry.ends_with('/') && !rest.is_empty())
}

fn has_unsafe(file: &File) -> bool {
    !lines_of_unsafe(&tokens(file)).is_empty()
}

fn check_against(file: &File, may: &[(&str, &str)]) -> Vec<Violation> {
    let lines: Vec<&str> = file.text.lines().collect();
    let listed = may.iter().any(|(entry, _)| covers(entry, &file.path));
    lines_of_unsafe(&tokens(file))
        .into_iter()
        .filter_map(|line| {
            if !listed {
                return Some(file.violation(line, "`unsafe` in a file that is not listed for it"));
            }
            (!has_note(&lines, line)).then(|| file.violation(line, "`unsafe` without a SAFETY note above it"))
        })
        .collect()
}

/// The lines of `unsafe` blocks, functions, impls, traits and attributes. The type `unsafe fn(..)` is none.
fn lines_of_unsafe(tokens: &[Token]) -> Vec<usize> {
    let quoted = quoted(tokens);
    (0..tokens.len())
        .filter(|&at| tokens[at].ident() == Some("unsafe") && !quoted.iter().any(|range| range.contains(&at)))
        .filter(|&at| !is_type(&tokens[at + 1..]))
        .map(|at| tokens[at].line)
        .collect()
}

/// Whether what follows `unsafe` makes it a function pointer's type.
fn is_type(rest: &[Token]) -> bool {
    let mut rest = rest.iter().filter(|token| token.ident() != Some("extern") && token.kind != Kind::Literal);
    rest.next().and_then(Token::ident) == Some("fn") && rest.next().is_some_and(|token| token.is('('))
}

/// What `quote!` holds is code of somebody else.
fn quoted(tokens: &[Token]) -> Vec<std::ops::Range<usize>> {
    (0..tokens.len().saturating_sub(2))
        .filter(|&at| matches!(tokens[at].ident(), Some("quote" | "quote_spanned")) && tokens[at + 1].is('!'))
        .map(|at| at..closing(tokens, at + 2))
        .collect()
}

/// Whether a SAFETY note stands on the line, or above it with nothing but the start of the same statement between.
fn has_note(lines: &[&str], line: usize) -> bool {
    let is_note = |text: &str| text.contains("SAFETY:") || text.contains("# Safety");
    if is_note(lines[line - 1]) {
        return true;
    }
    for text in lines[..line - 1].iter().rev().map(|text| text.trim()) {
        let comment = text.starts_with("//");
        if comment && is_note(text) {
            return true;
        }
        if !comment && (text.is_empty() || text.ends_with([';', '{', '}'])) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &[(&str, &str)] = &[("a.rs", "a test"), ("slab/", "a test")];

    fn check(path: &str, text: &str) -> usize {
        check_against(&File::new(path, text), LISTED).len()
    }

    #[test]
    fn only_listed_files_may() {
        let text = "// SAFETY: held.\nunsafe impl Send for A {}";
        assert_eq!(check("a.rs", text), 0);
        assert_eq!(check("slab/mod.rs", text), 0);
        assert_eq!(check("slab.rs", text), 1);
        assert_eq!(check("b.rs", text), 1);
        assert_eq!(check("b.rs", "// unsafe\nconst A: &str = \"unsafe\";"), 0);
    }

    #[test]
    fn each_needs_its_note() {
        assert_eq!(
            check("a.rs", "fn f() {\n    let a =\n        // SAFETY: held.\n        unsafe { g() };\n}"),
            0
        );
        assert_eq!(
            check(
                "a.rs",
                "fn f() {\n    // SAFETY: held.\n    let a = b(\n        unsafe { g() },\n    );\n}"
            ),
            0
        );
        assert_eq!(check("a.rs", "fn f() {\n    // SAFETY: held.\n    let a = 1;\n    unsafe { g() }\n}"), 1);
        assert_eq!(check("a.rs", "/// # Safety\n/// Held.\n#[inline]\npub unsafe fn f() {}"), 0);
        assert_eq!(check("a.rs", "pub unsafe fn f() {}"), 1);
        assert_eq!(check("a.rs", "unsafe impl Send for A {}"), 1);
        assert_eq!(check("a.rs", "#[unsafe(no_mangle)]\nfn f() {}"), 1);
    }

    #[test]
    fn the_type_of_a_pointer_and_quoted_code_are_none() {
        assert_eq!(check("b.rs", "type F = unsafe fn(*const ()); type G = unsafe extern \"C\" fn();"), 0);
        assert_eq!(check("b.rs", "fn f() { quote! { unsafe { #x } } }"), 0);
    }

    #[test]
    fn roots_of_libraries_and_programs_are_known() {
        for path in
            ["agent/src/lib.rs", "examples/src/bin/a/main.rs", "examples/src/bin/a.rs", "a/src/main.rs"]
        {
            assert!(is_root(path), "{path}");
        }
        for path in ["agent/src/task/mod.rs", "examples/src/bin/a/b.rs", "tests/tests/tidy/main.rs"] {
            assert!(!is_root(path), "{path}");
        }
    }

    #[test]
    fn a_crate_root_closes_the_door() {
        let check = |path, text| check_root(&File::new(path, text)).len();
        assert_eq!(check("dashboards/src/lib.rs", "//! A.\n#![forbid(unsafe_code)]\n"), 0);
        assert_eq!(check("dashboards/src/lib.rs", "//! A.\n#![deny(unsafe_code)]\n"), 1);
        assert_eq!(check("agent/src/lib.rs", "//! A.\n#![deny(unsafe_code)]\n"), 0);
        assert_eq!(check("agent/src/lib.rs", "//! A.\n// #![deny(unsafe_code)]\n"), 1);
    }
}

//! Read-modify-write operations of the recording side: each file that has one is in the list of ARCHITECTURE.md.

use crate::code::{Token, closing, tokens};
use crate::layers::{layer_of, module_of};
use crate::tree::{File, Violation};

/// The section of ARCHITECTURE.md that lists them.
const SECTION: &str = "## Where more than one thread writes";

/// Layers that record.
const RECORDING: &[&str] = &["nouns", "recorder", "write edge"];

const ORDERINGS: &[&str] = &["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"];

/// Files with such an operation that `map` does not list, and rows of files that have none.
pub(crate) fn check(files: &[File], map: &File) -> Vec<Violation> {
    let listed = listed(map);
    let mut broken = Vec::new();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| records(file)) {
        let Some(line) = first(&tokens(file)) else { continue };
        found.push(file.path.as_str());
        if !listed.contains(&file.path.as_str()) {
            broken.push(file.violation(line, format!("a read-modify-write that is not under `{SECTION}`")));
        }
    }
    let stale = listed.iter().filter(|path| !found.contains(path));
    broken.extend(stale.map(|path| map.violation(1, format!("`{path}` has no read-modify-write any more"))));
    broken
}

/// Whether the file belongs to a layer that records, and is no test.
fn records(file: &File) -> bool {
    let layer = module_of(&file.path).and_then(|module| layer_of(&module[0]));
    layer.is_some_and(|layer| RECORDING.contains(&layer.name)) && !file.path.contains("tests")
}

/// The line of the first read-modify-write.
fn first(tokens: &[Token]) -> Option<usize> {
    (1..tokens.len().saturating_sub(1)).find(|&at| is_one(tokens, at)).map(|at| tokens[at].line)
}

/// A method that may be one, called with an ordering: `swap` of a slice or of a cell has none.
fn is_one(tokens: &[Token], at: usize) -> bool {
    let Some(name) = tokens[at].ident() else { return false };
    let may_be = name.starts_with("fetch_") || name.starts_with("compare_exchange") || name == "swap";
    may_be
        && tokens[at - 1].is('.')
        && tokens[at + 1].is('(')
        && tokens[at + 1..closing(tokens, at + 1)]
            .iter()
            .any(|token| token.ident().is_some_and(|name| ORDERINGS.contains(&name)))
}

/// The paths in the first column of the section's table.
fn listed(map: &File) -> Vec<&str> {
    let Some((_, section)) = map.text.split_once(SECTION) else { return Vec::new() };
    let section = section.split("\n## ").next().unwrap_or_default();
    section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str, rows: &str) -> usize {
        let map = File::new("A.md", &format!("# A\n{SECTION}\n\n| path |\n{rows}\n## Next\n| `b.rs` |\n"));
        check(&[File::new(path, text)], &map).len()
    }

    const WAKER: &str = "agent/src/task/waker.rs";
    const ADDS: &str = "fn f() { a.refs.fetch_add(1, Relaxed); }";

    #[test]
    fn each_file_is_listed() {
        assert_eq!(count(WAKER, ADDS, "| `agent/src/task/waker.rs` | clones |"), 0);
        assert_eq!(count(WAKER, ADDS, ""), 1);
        assert_eq!(count(WAKER, "fn f() { a.compare_exchange_weak(b, c, Ordering::Acquire, d); }", ""), 1);
    }

    #[test]
    fn a_row_without_a_cause_is_stale() {
        assert_eq!(count(WAKER, "fn f() {}", "| `agent/src/task/waker.rs` | clones |"), 1);
    }

    #[test]
    fn other_swaps_and_other_layers_do_not_count() {
        assert_eq!(count(WAKER, "fn f() { a.swap(1, 2); std::mem::swap(b, c); a.load(Relaxed); }", ""), 0);
        assert_eq!(count("agent/src/http/server.rs", ADDS, ""), 0);
        assert_eq!(count("agent/src/task/tests.rs", ADDS, ""), 0);
    }
}

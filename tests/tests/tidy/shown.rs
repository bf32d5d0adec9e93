//! The table of primitives: each of them is in the test that shows something blocked on it over HTTP.

use crate::code::tokens;
use crate::documents::code_spans;
use crate::tree::{File, Violation};

/// How the tests end that ask a running agent.
const ENDING: &str = "_api.rs";

/// Every primitive in the tables of the document that no test of its row names, every test that is not there or asks no
/// agent, and every row without a primitive or a test.
pub(crate) fn check(file: &File, test: impl Fn(&str) -> Option<File>) -> Vec<Violation> {
    let rows = file.lines().filter_map(|(number, line)| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        (cells.len() == 4 && cells[0] != "primitive").then_some((number, cells))
    });
    let mut broken = Vec::new();
    let mut found = 0;
    for (number, cells) in rows {
        found += 1;
        let mut known: Vec<String> = Vec::new();
        for path in code_spans(cells[3]) {
            match test(path).filter(|_| path.ends_with(ENDING)) {
                Some(test) => known.extend(tokens(&test).iter().filter_map(|t| t.ident().map(str::to_owned))),
                None => broken.push(file.violation(number, format!("`{path}` is no test over HTTP"))),
            }
        }
        let primitives: Vec<&str> = code_spans(cells[0]).flat_map(|span| span.split("::")).collect();
        if primitives.is_empty() || known.is_empty() || !only_tests(cells[3]) {
            broken.push(file.violation(number, "a row names its primitives, and tests over HTTP alone"));
        }
        let missing = primitives.iter().filter(|name| !known.iter().any(|word| word == *name));
        broken
            .extend(missing.map(|name| file.violation(number, format!("no test of this row has `{name}`"))));
    }
    if found == 0 {
        broken.push(file.violation(1, "there is no table of primitives"));
    }
    broken
}

/// Whether there is nothing in the cell but code and commas.
fn only_tests(cell: &str) -> bool {
    cell.split('`').step_by(2).all(|between| between.chars().all(|c| c == ',' || c == ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_held_to_its_tests() {
        let test = |path: &str| {
            path.starts_with("a/").then(|| File::new(path, "fn f() { thread::park(); Mutex::new(0) }"))
        };
        let check = |row: &str| {
            let table = format!("| primitive | known | added | shown |\n|---|---|---:|---|\n{row}\n");
            check(&File::new("P.md", &table), test).len()
        };
        assert_eq!(check("| `Mutex`, owned | all | 3 | `a/x_api.rs` |"), 0);
        assert_eq!(check("| `thread::park` | all | - | `a/x_api.rs`, `a/y_api.rs` |"), 0);
        assert_eq!(check("| `Mutex`, `RwLock` | all | 3 | `a/x_api.rs` |"), 1);
        assert_eq!(check("| `Mutex` | all | 3 | `a/x.rs` |"), 3, "no test over HTTP, so none with the word");
        assert_eq!(check("| `Mutex` | all | 3 | `b/x_api.rs` |"), 3);
        assert_eq!(check("| `Mutex` | all | 3 | `a/x_api.rs`, from the snapshot |"), 1);
        assert_eq!(check("| all locks | all | 3 | `a/x_api.rs` |"), 1);
        assert_eq!(check(""), 1);
    }
}

//! How a file looks from outside: its length, its first line, its name.

use crate::tree::{File, Violation};

/// A longer file fails.
pub(crate) const MOST_LINES: usize = 600;
/// A longer file is reported: split it at the next occasion.
pub(crate) const GOOD_LINES: usize = 400;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "common", "shared", "helper", "helpers", "manager", "misc"];

/// Whether the file is longer than it may be.
pub(crate) fn check_length(file: &File) -> Vec<Violation> {
    let lines = file.text.lines().count();
    if lines > MOST_LINES {
        return vec![file.violation(lines, format!("{lines} lines: more than {MOST_LINES}, split it"))];
    }
    Vec::new()
}

/// Whether the file is longer than it should be.
pub(crate) fn is_long(file: &File) -> bool {
    file.text.lines().count() > GOOD_LINES
}

/// Whether the file says in its first line what it is for.
pub(crate) fn check_purpose(file: &File) -> Vec<Violation> {
    let purpose = file.text.lines().next().and_then(|line| line.strip_prefix("//! "));
    if purpose.is_some_and(|purpose| purpose.len() >= 10) {
        return Vec::new();
    }
    vec![file.violation(1, "the first line is no `//! ` line that says what the file is for")]
}

/// Whether every part of the path says what is inside.
pub(crate) fn check_name(file: &File) -> Vec<Violation> {
    file.path
        .split('/')
        .map(|part| part.strip_suffix(".rs").unwrap_or(part))
        .filter(|part| EMPTY_NAMES.contains(part))
        .map(|part| file.violation(1, format!("`{part}` says nothing: name the concept")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_has_a_limit_and_a_mark() {
        let at = |lines: usize| File::new("a.rs", &"x\n".repeat(lines));
        assert!(check_length(&at(600)).is_empty());
        assert_eq!(check_length(&at(601)).len(), 1);
        assert!(!is_long(&at(400)));
        assert!(is_long(&at(401)));
    }

    #[test]
    fn a_purpose_is_the_first_line_and_says_something() {
        let check = |text| check_purpose(&File::new("a.rs", text)).len();
        assert_eq!(check("//! Counts what is held.\n"), 0);
        assert_eq!(check("//!\n//! Counts what is held.\n"), 1);
        assert_eq!(check("//! Count\n"), 1);
        assert_eq!(check("use a;\n//! Counts what is held.\n"), 1);
        assert_eq!(check(""), 1);
    }

    #[test]
    fn names_say_something() {
        let check = |path| check_name(&File::new(path, "")).len();
        assert_eq!(check("agent/src/task/waker.rs"), 0);
        assert_eq!(check("agent/src/utils.rs"), 1);
        assert_eq!(check("agent/src/shared/mod.rs"), 1);
        assert_eq!(check("agent/src/commons.rs"), 0);
    }
}

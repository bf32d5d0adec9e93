//! Words that no file of the project may hold.

use crate::tree::{File, Violation};

/// A word, and why it may not stand in a file. Each is written in two halves, so that this file may stand too.
const WORDS: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "open work is an issue, not a comment"),
    (concat!("FIX", "ME"), "open work is an issue, not a comment"),
    (concat!("XX", "X"), "open work is an issue, not a comment"),
    (concat!("un", "implemented!"), "what is not there yet is not there"),
    (concat!("dbg", "!("), "left over from a search for a bug"),
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("../sha", "red"), "a path outside the project"),
    (concat!("shared/", "research"), "a path outside the project"),
    (concat!("shared/", "corpus"), "a path outside the project"),
    (concat!("bench-", "peers"), "a name outside the project"),
    (concat!("DESIGN", ".md"), "a file outside the project"),
    (concat!("STYLE", ".md"), "a file outside the project"),
];

/// The lines that hold one of them.
pub(crate) fn check(file: &File) -> Vec<Violation> {
    file.lines()
        .flat_map(|(number, line)| {
            WORDS
                .iter()
                .filter(|(word, _)| holds(line, word))
                .map(move |(word, reason)| file.violation(number, format!("`{word}`: {reason}")))
        })
        .collect()
}

/// Whether `word` stands in `line` and is not a part of a longer one.
fn holds(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let before = letter(line[..at].chars().next_back()) && letter(word.chars().next());
        let after = letter(line[at + word.len()..].chars().next()) && letter(word.chars().next_back());
        !before && !after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found() {
        for (word, _) in WORDS {
            let text = format!("fine\n// see {word} there\n");
            let found = check(&File::new("a.rs", &text));
            assert_eq!(found.len(), 1, "{word}");
            assert_eq!(found[0].place, "a.rs:2");
        }
    }

    #[test]
    fn a_longer_word_is_another_word() {
        let text = concat!("MASTO", "DO", "N and TO", "DO", "S\nREDESIGN", ".md\n", "the work is shared\n");
        assert_eq!(check(&File::new("a.md", text)).len(), 0);
    }
}

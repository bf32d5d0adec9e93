//! What README.md says of the settings, held against the code.

const README: &str = include_str!("../../README.md");

/// The rows of the table of settings.
fn rows() -> Vec<String> {
    taskscope::VARIABLES
        .iter()
        .map(|v| {
            format!("| `{}` | {} | {} | {} |", v.name, v.allowed, v.default, v.doc.trim_end_matches('.'))
        })
        .collect()
}

#[test]
fn every_setting_has_its_row() {
    let missing: Vec<_> = rows().into_iter().filter(|row| !README.lines().any(|line| line == row)).collect();
    assert!(missing.is_empty(), "README.md lacks:\n{}", missing.join("\n"));
}

#[test]
fn no_row_is_left_of_a_setting_that_is_gone() {
    let rows = rows();
    let stale: Vec<_> = README
        .lines()
        .filter(|line| line.starts_with("| `TASKSCOPE_") && !rows.iter().any(|row| row == line))
        .collect();
    assert!(stale.is_empty(), "README.md has:\n{}", stale.join("\n"));
}

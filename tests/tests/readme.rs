//! What README.md says of settings and routes, held against the code and the manual.

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

/// The routes of the manual, which its own test holds against the code.
fn routes() -> Vec<String> {
    let manual = include_str!("../../docs/api.md");
    let block =
        manual.split("<!-- begin routes -->").nth(1).and_then(|rest| rest.split("<!-- end -->").next());
    let rows = block.unwrap_or_default().lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        format!("| {} | {} |", cells[0], cells[2])
    })
    .collect()
}

#[test]
fn every_route_has_its_row() {
    let routes = routes();
    assert!(routes.len() > 5, "the manual has {} routes", routes.len());
    let missing: Vec<_> = routes.into_iter().filter(|row| !README.lines().any(|line| line == row)).collect();
    assert!(missing.is_empty(), "README.md lacks:\n{}", missing.join("\n"));
}

#[test]
fn no_row_is_left_of_a_route_that_is_gone() {
    let routes = routes();
    let stale: Vec<_> = README
        .lines()
        .filter(|line| line.starts_with("| `/") && !routes.iter().any(|row| row == line))
        .collect();
    assert!(stale.is_empty(), "README.md has:\n{}", stale.join("\n"));
}

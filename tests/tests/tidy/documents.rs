//! What ARCHITECTURE.md and the manifests promise, held against the tree.

use crate::layers;
use crate::tree::{File, Violation};

/// Every path that the document names and `exists` does not know.
pub(crate) fn check_paths(file: &File, exists: impl Fn(&str) -> bool) -> Vec<Violation> {
    file.lines()
        .flat_map(|(number, line)| code_spans(line).map(move |span| (number, span)))
        .filter(|(_, span)| is_path(span) && !exists(span.trim_end_matches('/')))
        .map(|(number, span)| file.violation(number, format!("`{span}` does not exist")))
        .collect()
}

/// Every module at the top level of the agent that the document does not name, given the paths of its files.
pub(crate) fn check_modules(file: &File, sources: &[&str]) -> Vec<Violation> {
    let mut modules: Vec<String> = sources
        .iter()
        .filter_map(|path| path.strip_prefix("agent/src/"))
        .map(|path| match path.split_once('/') {
            Some((folder, _)) => format!("agent/src/{folder}/"),
            None => format!("agent/src/{path}"),
        })
        .collect();
    modules.sort();
    modules.dedup();
    modules
        .into_iter()
        .filter(|module| !file.lines().any(|(_, line)| code_spans(line).any(|span| span == module)))
        .map(|module| file.violation(1, format!("`{module}` is not in the code map")))
        .collect()
}

/// Whether the document shows the layer table as the checker holds it.
pub(crate) fn check_table(file: &File) -> Vec<Violation> {
    layers::markdown()
        .into_iter()
        .filter(|row| !file.lines().any(|(_, line)| line == row))
        .map(|row| file.violation(1, format!("the layer table lacks this row:\n{row}")))
        .collect()
}

/// Every dependency of the root manifest without a comment on the line above that says what it is for.
pub(crate) fn check_reasons(file: &File) -> Vec<Violation> {
    let mut above = "";
    let mut broken = Vec::new();
    for (section, number, line) in entries(file) {
        if section == "workspace.dependencies" && is_entry(line) && !above.starts_with("# ") {
            broken.push(
                file.violation(number, "a dependency without a comment above it that says what it is for"),
            );
        }
        above = line;
    }
    broken
}

/// Every dependency of a member's manifest that has a version of its own. What is a workspace of its own is no member.
pub(crate) fn check_versions(file: &File) -> Vec<Violation> {
    if file.lines().any(|(_, line)| line == "[workspace]") {
        return Vec::new();
    }
    entries(file)
        .filter(|(section, _, line)| section.ends_with("dependencies") && is_entry(line))
        .filter(|(_, _, line)| !line.contains(".workspace = true") && !line.contains("workspace = true"))
        .map(|(_, number, _)| {
            file.violation(number, "versions stand in the root manifest: `NAME.workspace = true`")
        })
        .collect()
}

/// Every job that does not say in its second line why it exists, that the runner does not run, or that `guide` does
/// not name.
pub(crate) fn check_jobs(jobs: &[File], runner: &File, guide: &File) -> Vec<Violation> {
    let listed: Vec<&str> = runner
        .lines()
        .find_map(|(_, line)| line.strip_prefix("jobs=(")?.strip_suffix(')'))
        .map(|names| names.split_whitespace().collect())
        .unwrap_or_default();
    let mut broken = Vec::new();
    for job in jobs.iter().filter(|job| job.path != runner.path) {
        let name = job.path.trim_start_matches("ci/").trim_end_matches(".sh");
        if !job.text.lines().nth(1).is_some_and(|line| line.starts_with("# ") && line.len() > 20) {
            broken.push(job.violation(2, "the second line does not say why the job exists"));
        }
        if !listed.contains(&name) {
            broken.push(runner.violation(1, format!("`{name}` is not among the jobs")));
        }
        if !guide.text.contains(&format!("\n| `{name}` | ")) {
            broken.push(guide.violation(1, format!("the job `{name}` is not in the table")));
        }
    }
    for name in listed.iter().filter(|name| !jobs.iter().any(|job| job.path == format!("ci/{name}.sh"))) {
        broken.push(runner.violation(1, format!("the job `{name}` has no script")));
    }
    broken
}

/// The lines of a manifest with the section that they stand in.
fn entries(file: &File) -> impl Iterator<Item = (&str, usize, &str)> {
    let mut section = "";
    file.lines().map(move |(number, line)| {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        }
        (section, number, line)
    })
}

fn is_entry(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_alphanumeric()) && line.contains('=')
}

/// What stands between backticks.
pub(crate) fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a code span is a path of the project: a slash inside, and nothing that a path does not have. A route
/// starts with its slash.
fn is_path(span: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let ending = [".rs", ".md", ".sh", ".toml"].iter().any(|ending| span.ends_with(ending));
    (span.contains('/') || ending) && !span.starts_with('/') && span.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_paths_exist() {
        let check =
            |text| check_paths(&File::new("A.md", text), |path| ["ci", "ci/test.sh"].contains(&path)).len();
        assert_eq!(
            check("See `ci/` and `ci/test.sh`; `/metrics` is a route, `a::b` a path, `x y/z` a command."),
            0
        );
        assert_eq!(check("See `ci/tests.sh`."), 1);
        assert_eq!(check("See `README.md` and `agent/src/nothing.rs`."), 2);
    }

    #[test]
    fn every_module_is_named() {
        let sources =
            ["agent/src/id.rs", "agent/src/task/mod.rs", "agent/src/task/waker.rs", "tests/src/lib.rs"];
        let check = |text| check_modules(&File::new("A.md", text), &sources).len();
        assert_eq!(check("- `agent/src/id.rs`: ids\n- `agent/src/task/`: tasks"), 0);
        assert_eq!(check("- `agent/src/id.rs`: ids"), 1);
        assert_eq!(check("- agent/src/id.rs"), 2);
    }

    #[test]
    fn the_table_is_the_table() {
        let whole = layers::markdown().join("\n");
        assert_eq!(check_table(&File::new("A.md", &whole)).len(), 0);
        assert_eq!(check_table(&File::new("A.md", &whole.replace("| nouns |", "| noun |"))).len(), 1);
    }

    #[test]
    fn dependencies_have_reasons() {
        let check = |text| check_reasons(&File::new("Cargo.toml", text)).len();
        assert_eq!(check("[package]\nname = \"a\"\n[workspace.dependencies]\n# Ids.\nb = \"1\"\n"), 0);
        assert_eq!(check("[workspace.dependencies]\n# Ids.\nb = \"1\"\nc = \"1\"\n"), 1);
        assert_eq!(check("[workspace.dependencies]\nb = \"1\"\n[profile.release]\ndebug = 1\n"), 1);
    }

    #[test]
    fn versions_stand_in_one_place() {
        let check = |text| check_versions(&File::new("agent/Cargo.toml", text)).len();
        assert_eq!(
            check("[package]\nname = \"a\"\n[dependencies]\nb.workspace = true\nc = { workspace = true }\n"),
            0
        );
        assert_eq!(check("[dependencies]\nb = \"1\"\n"), 1);
        assert_eq!(check("[target.'cfg(unix)'.dependencies]\nb = { version = \"1\" }\n"), 1);
    }

    #[test]
    fn jobs_are_run_and_explained() {
        let check = |text: &str, jobs: &str, guide: &str| {
            let runner = File::new("ci/test.sh", &format!("#!/bin/sh\njobs=({jobs})\n"));
            check_jobs(&[File::new("ci/a.sh", text)], &runner, &File::new("G.md", guide)).len()
        };
        let text = "#!/bin/sh\n# One form for all the code.\n";
        let guide = "| job |\n| `a` | why |\n";
        assert_eq!(check(text, "a", guide), 0);
        assert_eq!(check("#!/bin/sh\nset -e\n", "a", guide), 1);
        assert_eq!(check(text, "", guide), 1);
        assert_eq!(check(text, "a", "| job |\n"), 1);
        assert_eq!(check(text, "a b", guide), 1);
    }
}

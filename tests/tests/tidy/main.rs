//! Holds the project to its own rules: layers, sizes, names, notes on `unsafe`, and what the documents promise.
//!
//! Each rule is a function of a file's path and text, tested beside it with a text that breaks it; here they meet
//! the tree.

mod code;
mod contended;
mod documents;
mod layers;
mod lints;
mod primitives;
mod roots;
mod safety;
mod shown;
mod size;
#[expect(clippy::unwrap_used, reason = "a tree that cannot be read fails the test")]
mod tree;
mod words;

use std::io::Write;
use tree::{File, Violation, file, files, root};

/// Folders of Rust files that are the input or the expected output of a test, not code of the project.
const SAMPLES: &[&str] = &["/ui/", "/snapshots/", "/expansions/"];

fn sources() -> Vec<File> {
    let mut sources = files(&[".rs"]);
    sources.retain(|file| !SAMPLES.iter().any(|folder| file.path.contains(folder)));
    sources
}

#[track_caller]
fn nothing(broken: impl IntoIterator<Item = Violation>) {
    let broken: Vec<String> = broken.into_iter().map(|violation| violation.to_string()).collect();
    assert!(broken.is_empty(), "{} broken:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn imports_go_down_the_layers() {
    nothing(sources().iter().flat_map(layers::check));
}

#[test]
fn the_recording_side_goes_through_the_switch() {
    nothing(sources().iter().flat_map(primitives::check_switch));
}

#[test]
fn judgements_have_no_globals() {
    nothing(sources().iter().flat_map(primitives::check_globals));
}

#[test]
fn files_are_short() {
    let sources = sources();
    let long: Vec<_> = sources.iter().filter(|file| size::is_long(file)).collect();
    for file in &long {
        // Past the capture of the test harness: a report, not a failure.
        let lines = file.text.lines().count();
        let _ = writeln!(
            std::io::stderr(),
            "tidy: {} has {lines} lines, split it past {}",
            file.path,
            size::GOOD_LINES
        );
    }
    nothing(sources.iter().flat_map(size::check_length));
}

#[test]
fn files_say_what_they_are_for() {
    nothing(sources().iter().flat_map(size::check_purpose));
}

#[test]
fn names_say_something() {
    nothing(sources().iter().flat_map(size::check_name));
}

#[test]
fn roots_hold_no_logic() {
    nothing(sources().iter().flat_map(roots::check));
}

#[test]
fn unsafe_stands_where_it_may_and_has_its_note() {
    let sources = sources();
    nothing(sources.iter().flat_map(safety::check));
    assert_eq!(safety::unused_entries(&sources), [""; 0], "listed for `unsafe` and without any");
}

#[test]
fn crate_roots_close_the_door_to_unsafe() {
    let sources = sources();
    let roots: Vec<_> = sources.iter().filter(|file| safety::is_root(&file.path)).collect();
    assert!(roots.len() >= 7, "the workspace has more crates than {}", roots.len());
    nothing(roots.into_iter().flat_map(safety::check_root));
}

#[test]
fn lints_are_silenced_with_a_reason() {
    nothing(sources().iter().flat_map(lints::check));
}

#[test]
fn no_word_is_left_that_should_not_be() {
    let all = files(&[
        ".rs", ".md", ".toml", ".sh", ".yaml", ".yml", ".json", ".py", ".html", ".js", "justfile", "run",
    ]);
    nothing(all.iter().flat_map(words::check));
}

#[test]
fn the_map_names_what_there_is() {
    let map = file("ARCHITECTURE.md");
    let sources = sources();
    let paths: Vec<&str> = sources.iter().map(|file| file.path.as_str()).collect();
    nothing(documents::check_paths(&map, |path| root().join(path).exists()));
    nothing(documents::check_modules(&map, &paths));
    nothing(documents::check_table(&map));
    nothing(contended::check(&sources, &map));
}

#[test]
fn every_primitive_is_shown_over_http() {
    let test = |path: &str| root().join(path).is_file().then(|| file(path));
    nothing(shown::check(&file("docs/primitives.md"), test));
}

#[test]
fn dependencies_have_a_reason_and_one_version() {
    let manifests = files(&["Cargo.toml"]);
    assert!(manifests.len() >= 7, "the workspace has more manifests than {}", manifests.len());
    nothing(documents::check_reasons(&file("Cargo.toml")));
    let members = manifests.iter().filter(|file| file.path != "Cargo.toml");
    nothing(members.flat_map(documents::check_versions));
}

#[test]
fn every_job_is_run_and_explained() {
    let mut jobs = files(&[".sh"]);
    jobs.retain(|file| file.path.starts_with("ci/") && file.path.matches('/').count() == 1);
    nothing(documents::check_jobs(&jobs, &file("ci/test.sh"), &file("CONTRIBUTING.md")));
}

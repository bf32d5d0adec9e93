//! A path for a function whose name comes without one, from the file that it was written in.

use std::path::{Component, Path};

/// The agent's own source: its folder need not have the name of its crate.
const OWN_SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// Whether a name from the debug information says where its function belongs.
pub(super) fn is_full(name: &str) -> bool {
    name.starts_with('<') || name.split('<').next().unwrap_or_default().contains("::")
}

/// The bare name with its crate and modules in front, and without generic arguments.
///
/// All closures and async bodies of a module have the same few bare names, so these get the line as well.
pub(super) fn qualified(name: &str, file: &Path, line: Option<u32>) -> String {
    if file.extension().is_none_or(|extension| extension != "rs") {
        return name.to_owned();
    }
    let bare = match name.split_once('<') {
        Some((bare, _)) if !bare.is_empty() => bare,
        _ => name,
    };
    let mut path = modules(file);
    path.push(bare.to_owned());
    let mut path = path.join("::");
    if let (true, Some(line)) = (bare.starts_with('{'), line) {
        path.push_str(&format!(":{line}"));
    }
    path
}

/// The crate and the modules that a file of Rust code holds, as far as its path tells.
fn modules(file: &Path) -> Vec<String> {
    if let Ok(inside) = file.strip_prefix(OWN_SOURCE) {
        return joined(env!("CARGO_PKG_NAME"), &names(inside));
    }
    let names = names(file);
    let is = |place: usize, name: &str| names.get(place).is_some_and(|found| found == name);
    if let Some(source) = names.iter().rposition(|name| name == "src") {
        if is(source + 1, "bin") && source + 2 < names.len() {
            // src/bin/NAME.rs or src/bin/NAME/*.rs
            return joined(&names[source + 2], &names[source + 3..]);
        }
        let folder = source.checked_sub(1).map_or("", |place| without_version(&names[place]));
        return joined(folder, &names[source + 1..]);
    }
    let root = names.iter().rposition(|name| ["tests", "examples", "benches"].contains(&name.as_str()));
    match root {
        Some(root) if root + 1 < names.len() => joined(&names[root + 1], &names[root + 2..]),
        _ => joined("", names.last().map(std::slice::from_ref).unwrap_or_default()),
    }
}

/// The parts of a path, without the ending of the file.
fn names(file: &Path) -> Vec<String> {
    let stem = file.with_extension("");
    let names = stem.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    names.collect()
}

/// A path of modules, without the names of files that are no modules.
fn joined(first: &str, rest: &[String]) -> Vec<String> {
    let last = rest.len().saturating_sub(1);
    let modules = rest.iter().enumerate().filter_map(|(place, name)| {
        let is_root = place == last && ["mod", "lib", "main"].contains(&name.as_str());
        (!is_root).then_some(name.as_str())
    });
    let first = Some(first).filter(|name| !name.is_empty());
    first.into_iter().chain(modules).map(|name| name.replace('-', "_")).collect()
}

/// `tokio-1.54.1` without its version.
fn without_version(folder: &str) -> &str {
    let is_version = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains('.');
    folder
        .match_indices('-')
        .find(|(at, _)| is_version(&folder[at + 1..]))
        .map_or(folder, |(at, _)| &folder[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_names_are_told_from_full_ones() {
        for full in ["app::main", "<app::F as core::future::Future>::poll", "app::run::<app::T>"] {
            assert!(is_full(full), "{full}");
        }
        for bare in ["poll", "poll<app::T, core::Option>", "{closure#0}", "{closure#0}<a::b>", ""] {
            assert!(!is_full(bare), "{bare}");
        }
    }

    #[test]
    fn the_file_gives_the_path() {
        let registry = "/home/u/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f";
        for (name, file, expected) in [
            (
                "poll<a::T, b::S>",
                format!("{registry}/tokio-1.54.1/src/runtime/task/core.rs"),
                "tokio::runtime::task::core::poll",
            ),
            ("run", format!("{registry}/tokio-1.54.1/src/runtime/mod.rs"), "tokio::runtime::run"),
            ("go", format!("{registry}/zune-jpeg-0.5.1-rc.1/src/lib.rs"), "zune_jpeg::go"),
            ("next", "/rustc/598/library/core/src/iter/range.rs".into(), "core::iter::range::next"),
            ("hot", "/home/u/app/src/main.rs".into(), "app::hot"),
            ("hot", "src/deep/mod.rs".into(), "deep::hot"),
            ("hot", "/home/u/app/src/bin/tool.rs".into(), "tool::hot"),
            ("hot", "/home/u/app/src/bin/tool/main.rs".into(), "tool::hot"),
            ("hot", "/home/u/app/src/bin/tool/part.rs".into(), "tool::part::hot"),
            ("hot", "/home/u/app/tests/whole.rs".into(), "whole::hot"),
            ("hot", "generated.rs".into(), "generated::hot"),
            ("inflate", "zlib/inflate.c".into(), "inflate"),
            ("<lambda>", "/home/u/app/src/x.rs".into(), "app::x::<lambda>"),
        ] {
            assert_eq!(qualified(name, Path::new(&file), Some(7)), expected, "{file}");
        }
    }

    #[test]
    fn the_agent_knows_its_own_source() {
        let file = Path::new(OWN_SOURCE).join("task/wrapper.rs");
        assert_eq!(qualified("poll", &file, None), "taskscope::task::wrapper::poll");
    }

    #[test]
    fn a_closure_has_its_line() {
        let file = Path::new("/home/u/app/src/shop.rs");
        assert_eq!(qualified("{closure#0}<a::T>", file, Some(7)), "app::shop::{closure#0}:7");
        assert_eq!(qualified("{closure#0}", file, None), "app::shop::{closure#0}");
    }
}

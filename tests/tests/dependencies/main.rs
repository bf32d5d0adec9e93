//! What the project depends on: licences, sources and the compilers that it asks for, against `deny.toml`.

mod licence;

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Every package that any target of the workspace is built from.
fn packages() -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(root)
        .output()
        .unwrap_or_else(|error| panic!("cargo metadata: {error}"));
    assert!(cargo.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&cargo.stderr));
    let answer: Value =
        serde_json::from_slice(&cargo.stdout).unwrap_or_else(|error| panic!("cargo metadata: {error}"));
    let packages = answer["packages"].as_array().cloned().unwrap_or_default();
    assert!(packages.len() > 20, "cargo metadata lists {} packages", packages.len());
    packages
}

/// `name version` of a package.
fn title(package: &Value) -> String {
    format!("{} {}", package["name"].as_str().unwrap_or("?"), package["version"].as_str().unwrap_or("?"))
}

const RULES: &str = include_str!("../../../deny.toml");

/// The list `key = [..]` at the first place after `mark` in `deny.toml`.
fn list(mark: &str, key: &str) -> Vec<String> {
    let (_, after) = RULES.split_once(mark).unwrap_or_else(|| panic!("deny.toml has no {mark}"));
    let start = format!("\n{key} = [");
    let (_, after) =
        after.split_once(&start).unwrap_or_else(|| panic!("deny.toml has no {key} after {mark}"));
    let (inside, _) = after.split_once(']').unwrap_or_else(|| panic!("deny.toml: {key} does not end"));
    inside.split(',').map(|item| item.trim().trim_matches('"').to_owned()).collect()
}

/// Licences that one crate alone may have.
fn exceptions(name: &str) -> Vec<String> {
    let mark = format!("crate = \"{name}\"");
    if RULES.contains(&mark) { list(&mark, "allow") } else { Vec::new() }
}

#[test]
fn licences_are_on_the_list() {
    let allowed = list("[licenses]", "allow");
    for package in packages() {
        let mut allowed = allowed.clone();
        allowed.extend(exceptions(package["name"].as_str().unwrap_or_default()));
        let expression = package["license"].as_str().unwrap_or_default();
        assert!(licence::satisfied(expression, &allowed), "{}: `{expression}`", title(&package));
    }
}

#[test]
fn sources_are_the_workspace_or_the_registry() {
    let registries = list("[sources]", "allow-registry");
    for package in packages() {
        let Some(source) = package["source"].as_str() else { continue };
        let source = source.strip_prefix("registry+").unwrap_or(source);
        assert!(registries.iter().any(|known| known == source), "{} comes from {source}", title(&package));
    }
}

#[test]
fn no_dependency_asks_for_a_later_compiler() {
    let version = |text: &str| {
        let mut parts = text.split('.').map(|part| part.parse::<u32>().unwrap_or(u32::MAX));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    };
    let ours = env!("CARGO_PKG_RUST_VERSION");
    assert!(!ours.is_empty());
    for package in packages() {
        let Some(theirs) = package["rust_version"].as_str() else { continue };
        assert!(version(theirs) <= version(ours), "{} asks for {theirs}, we promise {ours}", title(&package));
    }
}

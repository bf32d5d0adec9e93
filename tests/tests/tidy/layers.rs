//! The layer table of the agent as data, and the imports that it allows.

use crate::code::{Named, paths, tokens};
use crate::tree::{File, Violation};

/// A row of the table: modules at the top level of `agent/src` that stand at the same height.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    pub(crate) modules: &'static [&'static str],
    pub(crate) siblings: Siblings,
    /// Names of the layers that may be imported.
    pub(crate) imports: &'static [&'static str],
    /// Paths outside the agent that may not be named.
    pub(crate) never: &'static [&'static str],
    /// What `never` says, for a reader.
    pub(crate) never_in_words: &'static str,
}

/// What modules of one row may import of each other.
#[derive(Debug, PartialEq)]
pub(crate) enum Siblings {
    Everything,
    /// Only what stands to the left in the row.
    Left,
    Nothing,
}

/// What reaches out of the process.
macro_rules! io {
    ($($more:literal),*) => { &[
        "std::fs", "std::net", "std::io", "std::env", "std::process", "std::os", "std::thread", "libc", "tokio", "hyper",
        "hyper_util", "serde", "serde_json", $($more),*
    ] };
}

/// The table. Imports go down only; the two edges never see each other.
pub(crate) const LAYERS: &[Layer] = &[
    Layer {
        name: "base",
        modules: &["primitive", "error", "config"],
        siblings: Siblings::Left,
        imports: &[],
        never: &["std::net", "std::process", "tokio", "hyper", "serde", "serde_json", "libc"],
        never_in_words: "sockets, tokio, serde; the environment and its files outside `config`",
    },
    Layer {
        name: "nouns",
        modules: &["clock", "grid", "id", "site", "registry"],
        siblings: Siblings::Left,
        imports: &["base"],
        never: &["std::net", "std::io", "tokio", "hyper", "serde", "serde_json", "tracing", "metrics"],
        never_in_words: "tokio, serde",
    },
    Layer {
        name: "recorder",
        modules: &["recorder"],
        siblings: Siblings::Nothing,
        imports: &["base", "nouns"],
        never: io!["tracing", "metrics"],
        never_in_words: "locks, allocation and panics after a thread's first event",
    },
    Layer {
        name: "write edge",
        modules: &[
            "private",
            "__private",
            "original",
            "capture",
            "task",
            "sync",
            "thread",
            "tokio",
            "tokio_stream",
            "tokio_util",
            "std",
            "parking_lot",
            "crossbeam_channel",
            "rayon",
            "hyper",
        ],
        siblings: Siblings::Everything,
        imports: &["base", "nouns", "recorder"],
        never: &["std::fs", "std::net", "hyper", "hyper_util", "serde", "serde_json", "tracing", "metrics"],
        never_in_words: "the read edge and all above it, logging",
    },
    Layer {
        name: "read edge",
        modules: &["snapshot"],
        siblings: Siblings::Nothing,
        imports: &["base", "nouns", "recorder"],
        never: &[
            "std::fs",
            "std::net",
            "std::thread",
            "tokio",
            "hyper",
            "serde",
            "serde_json",
            "tracing",
            "metrics",
        ],
        never_in_words: "the write edge, tokio, serde",
    },
    Layer {
        name: "judgement",
        modules: &["profile", "capacity", "detect", "metrics", "governor"],
        siblings: Siblings::Left,
        imports: &["base", "nouns", "read edge"],
        never: io!["tracing"],
        never_in_words: "threads, I/O, globals, serde",
    },
    Layer {
        name: "outlets",
        modules: &["symbols", "sampler", "console", "http"],
        siblings: Siblings::Nothing,
        imports: &["base", "nouns", "read edge", "judgement"],
        never: &[],
        never_in_words: "each other, the recorder, the write edge; serde outside `http` and `console`",
    },
    Layer {
        name: "wiring",
        modules: &["agent", "assert", "off", "lib"],
        siblings: Siblings::Everything,
        imports: &["base", "nouns", "recorder", "write edge", "read edge", "judgement", "outlets"],
        never: &["serde", "serde_json", "hyper", "libc"],
        never_in_words: "logic of its own",
    },
];

/// Modules that may name a path that their layer, or a rule for all of them, does not.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("config", "std::fs", "reads the token file, once, at start"),
    ("hyper", "hyper", "implements hyper's own trait"),
    ("off", "hyper", "likewise"),
    ("config", "std::env", "reads the environment, once, at start"),
    ("recorder", "libc", "asks for the number of a thread at its first event, and whether a thread is gone"),
    ("config", "std::net", "names addresses, opens none"),
    ("snapshot", "std::fs", "asks the system about the threads of long polls"),
];

/// Paths that one set of modules alone may name.
const RESERVED: &[(&str, &[&str])] = &[
    ("serde", &["http", "console"]),
    ("serde_json", &["http", "console"]),
    ("hyper", &["http"]),
    ("hyper_util", &["http"]),
    ("std::env", &["config"]),
];

/// The folder that the table is about.
const SOURCE: &str = "agent/src/";

/// The imports of one file of the agent that the table forbids.
pub(crate) fn check(file: &File) -> Vec<Violation> {
    let Some(module) = module_of(&file.path) else { return Vec::new() };
    let Some(layer) = layer_of(&module[0]) else {
        let message = format!("module `{}` stands in no row of the layer table", module[0]);
        return vec![file.violation(1, message)];
    };
    paths(&tokens(file))
        .iter()
        .filter_map(|path| {
            let message = match target(&module, path) {
                Target::Inside(name) => inside(layer, &module[0], &name, path),
                Target::Outside => outside(layer, &module[0], path),
                Target::Own => None,
            }?;
            Some(file.violation(path.line, message))
        })
        .collect()
}

/// The rows of the table as ARCHITECTURE.md shows them.
pub(crate) fn markdown() -> Vec<String> {
    LAYERS
        .iter()
        .map(|layer| {
            let modules: Vec<_> = layer.modules.iter().map(|module| format!("`{module}`")).collect();
            let mut imports = layer.imports.join(", ");
            match layer.siblings {
                Siblings::Everything => imports += "; each other",
                Siblings::Left => imports += "; what stands to the left",
                Siblings::Nothing => {}
            }
            let imports = imports.trim_start_matches("; ");
            format!("| {} | {} | {imports} | {} |", layer.name, modules.join(", "), layer.never_in_words)
        })
        .collect()
}

/// The module path of a file of the agent, without the crate: `task::waker` for `agent/src/task/waker.rs`.
pub(crate) fn module_of(path: &str) -> Option<Vec<String>> {
    let path = path.strip_prefix(SOURCE)?.strip_suffix(".rs")?;
    let mut module: Vec<String> = path.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    Some(module)
}

pub(crate) fn layer_of(module: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.modules.contains(&module))
}

enum Target {
    /// A name at the root of the agent's crate.
    Inside(String),
    Outside,
    /// The module that the file belongs to.
    Own,
}

/// Whom a path in a file of `module` leads to.
fn target(module: &[String], path: &Named) -> Target {
    let mut place: Vec<&str> =
        if module[0] == "lib" { Vec::new() } else { module.iter().map(String::as_str).collect() };
    place.extend(path.inside.iter().map(String::as_str));
    let mut rest = path.segments.iter().map(String::as_str).peekable();
    match rest.peek() {
        Some(&"crate" | &"taskscope") => {
            rest.next();
            place.clear();
        }
        Some(&"self" | &"super") => {
            if rest.peek() == Some(&"self") {
                rest.next();
            }
            while rest.next_if_eq(&"super").is_some() {
                place.pop();
            }
        }
        _ => return Target::Outside,
    }
    match place.first().copied().or_else(|| rest.next()) {
        Some(name) if name != module[0] => Target::Inside(name.to_owned()),
        _ => Target::Own,
    }
}

/// What is wrong with an import of the agent's own module `name`.
fn inside(layer: &Layer, module: &str, name: &str, path: &Named) -> Option<String> {
    if layer.name == "wiring" {
        return None;
    }
    let Some(other) = layer_of(name) else {
        // `crate::name!` is a macro; it has no module to name.
        return (!path.is_macro)
            .then(|| format!("`{}` is no module of the layer table: name the module itself", path.text()));
    };
    if other.name == layer.name {
        let place = |module| layer.modules.iter().position(|m| *m == module);
        let allowed = match layer.siblings {
            Siblings::Everything => true,
            Siblings::Left => place(name) < place(module),
            Siblings::Nothing => false,
        };
        return (!allowed)
            .then(|| format!("`{module}` may not import its sibling `{name}` ({})", layer.name));
    }
    (!layer.imports.contains(&other.name))
        .then(|| format!("`{module}` ({}) may not import `{name}` ({})", layer.name, other.name))
}

/// What is wrong with a path that leaves the crate.
fn outside(layer: &Layer, module: &str, path: &Named) -> Option<String> {
    if EXCEPTIONS.iter().any(|(excepted, prefix, _)| *excepted == module && path.starts_with(prefix)) {
        return None;
    }
    if let Some(prefix) = layer.never.iter().find(|prefix| path.starts_with(prefix)) {
        return Some(format!("`{module}` ({}) may not name `{prefix}`", layer.name));
    }
    let (prefix, modules) =
        RESERVED.iter().find(|(prefix, modules)| path.starts_with(prefix) && !modules.contains(&module))?;
    Some(format!("`{prefix}` belongs to {modules:?} alone"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(path: &str, text: &str) -> Vec<String> {
        check(&File::new(path, text)).into_iter().map(|violation| violation.message).collect()
    }

    #[track_caller]
    fn allowed(path: &str, text: &str) {
        assert_eq!(broken(path, text), [""; 0], "{path}: {text}");
    }

    #[track_caller]
    fn forbidden(path: &str, text: &str) {
        assert_eq!(broken(path, text).len(), 1, "{path}: {text}: {:?}", broken(path, text));
    }

    #[test]
    fn imports_go_down() {
        allowed("agent/src/task/waker.rs", "use crate::registry::Slot; use crate::primitive::atomic;");
        allowed("agent/src/detect/mod.rs", "use crate::snapshot::Snapshot;");
        forbidden("agent/src/registry/mod.rs", "use crate::recorder::Shard;");
        forbidden("agent/src/recorder/shard.rs", "use crate::{id::TaskId, task::Waker};");
        forbidden("agent/src/detect/leak.rs", "fn f() { crate::http::serve() }");
        forbidden("agent/src/detect/leak.rs", "use crate::recorder::Shard;");
    }

    #[test]
    fn the_edges_do_not_see_each_other() {
        forbidden("agent/src/task/mod.rs", "use crate::snapshot::Task;");
        forbidden("agent/src/snapshot/read.rs", "use crate::task::Waker;");
        forbidden("agent/src/http/mod.rs", "use crate::sync::Mutex;");
    }

    #[test]
    fn a_row_has_its_own_rule_for_siblings() {
        allowed("agent/src/sync/mutex.rs", "use crate::task::current;");
        allowed("agent/src/config.rs", "use crate::error::Error;");
        forbidden("agent/src/error.rs", "use crate::config::Config;");
        allowed("agent/src/metrics/mod.rs", "use crate::detect::Finding;");
        forbidden("agent/src/detect/mod.rs", "use crate::metrics::CATALOG;");
        forbidden("agent/src/http/mod.rs", "use crate::symbols::Name;");
    }

    #[test]
    fn relative_and_macro_paths_are_resolved() {
        allowed("agent/src/task/waker.rs", "use super::record; mod tests { use super::super::record; }");
        forbidden("agent/src/task/waker.rs", "use super::super::snapshot::Task;");
        forbidden("agent/src/grid.rs", "mod tests { use super::super::registry::Slot; }");
        allowed("agent/src/snapshot/mod.rs", "mod tests { use super::model; use self::super::x; }");
        forbidden("agent/src/task/mod.rs", "macro_rules! m { () => { $crate::http::serve() } }");
        forbidden("agent/src/task/mod.rs", "use ::taskscope::http::serve;");
    }

    #[test]
    fn a_name_that_is_no_module_is_refused() {
        forbidden("agent/src/http/mod.rs", "use crate::Finding;");
        forbidden("agent/src/http/mod.rs", "use crate::*;");
        allowed("agent/src/http/mod.rs", "fn f() { crate::log!(1) }");
        forbidden("agent/src/other.rs", "");
    }

    #[test]
    fn wiring_sees_all() {
        allowed("agent/src/agent/mod.rs", "use crate::{http, task, recorder};");
        allowed("agent/src/lib.rs", "pub use crate::agent::Agent; pub use detect::Finding;");
        forbidden("agent/src/agent/mod.rs", "use serde::Serialize;");
    }

    #[test]
    fn each_layer_has_crates_it_never_names() {
        forbidden("agent/src/registry/mod.rs", "fn f(x: tokio::task::Id) {}");
        forbidden("agent/src/detect/mod.rs", "use std::{thread, fmt};");
        allowed("agent/src/detect/mod.rs", "use std::{thread_local, fmt};");
        forbidden("agent/src/symbols/mod.rs", "use serde::Serialize;");
        allowed("agent/src/http/dto.rs", "use serde::Serialize;");
        allowed("agent/src/config.rs", "use std::{fs, env};");
        forbidden("agent/src/http/mod.rs", "use std::env;");
        allowed("agent/src/task/mod.rs", "use tokio::task::Id; use crate::tokio::spawn;");
    }

    #[test]
    fn files_outside_the_agent_are_not_judged() {
        allowed("tests/tests/a.rs", "use crate::anything; use serde::Serialize;");
    }

    #[test]
    fn every_module_stands_in_one_row() {
        let modules: Vec<_> = LAYERS.iter().flat_map(|layer| layer.modules).collect();
        for module in &modules {
            assert_eq!(modules.iter().filter(|other| other == &module).count(), 1, "{module}");
        }
        for layer in LAYERS {
            assert!(layer.imports.iter().all(|name| LAYERS.iter().any(|other| other.name == *name)));
        }
    }
}

//! The recording side takes atomics, cells, locks and threads from `crate::primitive`, and judgement has no globals.

use crate::code::{Token, paths, tokens};
use crate::layers::{layer_of, module_of};
use crate::tree::{File, Violation};

/// Layers whose code runs in the loom models.
const MODELLED: &[&str] = &["base", "nouns", "recorder", "write edge", "read edge"];

/// What those layers do not take from std.
const FROM_PRIMITIVE: &[&str] = &[
    "std::sync::atomic",
    "std::sync::Mutex",
    "std::sync::RwLock",
    "std::sync::Condvar",
    "std::cell::UnsafeCell",
    "std::thread",
    "std::hint::spin_loop",
    "parking_lot",
];

/// What is the same type on both sides of the switch.
const SAME: &[&str] = &["std::sync::atomic::Ordering"];

/// Files and folders that may, with the reason.
const MAY: &[(&str, &str)] = &[
    ("agent/src/primitive/", "it is the switch"),
    (
        "agent/src/recorder/local.rs",
        "its cells stand in memory that comes zeroed from the allocator, of one thread",
    ),
    ("agent/src/recorder/shard.rs", "likewise"),
    ("agent/src/std/", "the drop-ins hold std's own"),
    ("agent/src/parking_lot/", "the drop-ins hold parking_lot's own"),
];

/// What makes a value live as long as the process.
const GLOBALS: &[&str] = &["static", "thread_local", "OnceLock", "LazyLock"];

/// Every path past the switch.
pub(crate) fn check_switch(file: &File) -> Vec<Violation> {
    if !is_in(file, MODELLED) || MAY.iter().any(|(path, _)| file.path.starts_with(path)) {
        return Vec::new();
    }
    paths(&tokens(file))
        .into_iter()
        .filter_map(|mut path| {
            if path.segments[0] == "core" {
                "std".clone_into(&mut path.segments[0]);
            }
            if SAME.iter().any(|same| path.starts_with(same)) {
                return None;
            }
            let prefix = FROM_PRIMITIVE.iter().find(|prefix| path.starts_with(prefix))?;
            Some(file.violation(path.line, format!("`{prefix}`: take it from `crate::primitive`")))
        })
        .collect()
}

/// Every global in a judgement.
pub(crate) fn check_globals(file: &File) -> Vec<Violation> {
    if !is_in(file, &["judgement"]) {
        return Vec::new();
    }
    let tokens = tokens(file);
    (0..tokens.len())
        .filter(|&at| {
            tokens[at].ident().is_some_and(|name| GLOBALS.contains(&name)) && !is_lifetime(&tokens, at)
        })
        .map(|at| file.violation(tokens[at].line, "a judgement keeps nothing: it is a function of snapshots"))
        .collect()
}

fn is_in(file: &File, layers: &[&str]) -> bool {
    let layer = module_of(&file.path).and_then(|module| layer_of(&module[0]));
    layer.is_some_and(|layer| layers.contains(&layer.name))
}

fn is_lifetime(tokens: &[Token], at: usize) -> bool {
    at > 0 && tokens[at - 1].is('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch(path: &str, text: &str) -> usize {
        check_switch(&File::new(path, text)).len()
    }

    fn globals(path: &str, text: &str) -> usize {
        check_globals(&File::new(path, text)).len()
    }

    #[test]
    fn modelled_code_goes_through_the_switch() {
        assert_eq!(switch("agent/src/registry/slab.rs", "use crate::primitive::atomic::AtomicU64;"), 0);
        assert_eq!(switch("agent/src/registry/slab.rs", "use std::sync::{Arc, atomic::AtomicU64};"), 1);
        assert_eq!(switch("agent/src/task/waker.rs", "fn f() { core::sync::atomic::fence(X) }"), 1);
        assert_eq!(switch("agent/src/task/waker.rs", "use std::cell::{Cell, UnsafeCell};"), 1);
        assert_eq!(switch("agent/src/task/waker.rs", "use std::cell::Cell;"), 0);
        assert_eq!(switch("agent/src/task/waker.rs", "use std::sync::atomic::Ordering::Relaxed;"), 0);
        assert_eq!(switch("agent/src/http/server.rs", "use std::sync::Mutex;"), 0);
        assert_eq!(switch("agent/src/primitive/real.rs", "use std::sync::Mutex;"), 0);
    }

    #[test]
    fn a_judgement_keeps_nothing() {
        assert_eq!(globals("agent/src/detect/leak.rs", "const A: &'static str = \"static\";"), 0);
        assert_eq!(globals("agent/src/detect/leak.rs", "static A: u8 = 1;"), 1);
        assert_eq!(globals("agent/src/metrics/mod.rs", "thread_local! { }"), 1);
        assert_eq!(globals("agent/src/metrics/mod.rs", "use std::sync::OnceLock;"), 1);
        assert_eq!(globals("agent/src/http/mod.rs", "static A: u8 = 1;"), 0);
    }
}

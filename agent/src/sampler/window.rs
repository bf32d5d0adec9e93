//! What one request has gathered, and the profile it becomes.

use crate::profile::{Builder, Facts, Kind, Profile, readable};
use crate::sampler::edges;
use crate::sampler::{Engine, RawStack, Segment, Symbols};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The agent's threads have names that start with this, and are left out.
const OWN_THREADS: &str = "taskscope-";

/// The innermost frames up to one of these belong to the sampling itself.
const HANDLERS: [&str; 2] = ["perf_signal_handler", "__restore_rt"];

/// Raw stacks that a window keeps; what comes after them is only counted.
const MAX_RAW_STACKS: usize = 20_000;

/// What the open window has seen so far.
#[derive(Debug, Default)]
pub(super) struct Window {
    stacks: HashMap<(String, Vec<usize>), u64>,
    duration: Duration,
    cpu: Duration,
    taken: u64,
    agent_threads: u64,
    truncated: u64,
}

impl Window {
    /// Adds what a session took while the window was open.
    pub(super) fn add(&mut self, segment: &Segment) {
        self.duration += segment.duration;
        self.cpu += segment.cpu;
        for stack in &segment.stacks {
            self.add_stack(stack);
        }
    }

    fn add_stack(&mut self, stack: &RawStack) {
        self.taken += stack.count;
        if stack.thread.starts_with(OWN_THREADS) {
            self.agent_threads += stack.count;
            return;
        }
        let full = self.stacks.len() >= MAX_RAW_STACKS;
        let key = (stack.thread.clone(), stack.addresses.clone());
        if let Some(count) = self.stacks.get_mut(&key) {
            *count += stack.count;
        } else if full {
            self.truncated += stack.count;
        } else {
            self.stacks.insert(key, stack.count);
        }
    }

    /// Gives everything a name and merges what has the same one. Slow: it may read debug information.
    pub(super) fn into_profile(self, engine: &dyn Engine, hz: u32) -> Profile {
        let mut names = Names { symbols: engine.symbols(), known: HashMap::new() };
        let mut builder = Builder::new();
        let mut facts = Facts {
            engine: engine.name(),
            hz,
            seconds: self.duration.as_secs_f64(),
            cpu_seconds: self.cpu.as_secs_f64(),
            taken: self.taken,
            agent_threads: self.agent_threads,
            ..Facts::default()
        };
        for ((thread, addresses), count) in self.stacks {
            let stack = names.stack(&addresses);
            facts.unnamed += if stack.unnamed { count } else { 0 };
            facts.agent_wrappers += if stack.in_wrapper { count } else { 0 };
            builder.add(&[Arc::from(thread)], &stack.frames, count);
        }
        let (stacks, merged) = builder.finish();
        facts.truncated = self.truncated + merged;
        Profile { kind: Kind::Cpu, stacks, facts }
    }
}

/// A function as it is shown.
#[derive(Clone, Debug)]
struct Name {
    text: Arc<str>,
    own: bool,
    handler: bool,
    entry: bool,
}

struct Names {
    symbols: Box<dyn Symbols>,
    known: HashMap<(usize, bool), Vec<Name>>,
}

/// A stack with names, outermost first.
struct Named {
    frames: Vec<Arc<str>>,
    unnamed: bool,
    in_wrapper: bool,
}

impl Names {
    fn stack(&mut self, addresses: &[usize]) -> Named {
        let mut frames: Vec<Option<Name>> = Vec::new();
        for (place, address) in addresses.iter().enumerate() {
            let found = self.at(*address, place == 0);
            if found.is_empty() {
                frames.push(None);
            }
            frames.extend(found.iter().cloned().map(Some));
        }
        // Behind the handler comes the frame through which the kernel has called it, if it is seen at all.
        if let Some(last) = frames.iter().rposition(|frame| frame.as_ref().is_some_and(|name| name.handler)) {
            frames.drain(..=last);
        }
        let innermost = frames.first().cloned();
        if let Some(entry) = frames.iter().rposition(|frame| frame.as_ref().is_some_and(|name| name.entry)) {
            frames.truncate(entry);
        }
        let unknown: Arc<str> = Arc::from("[unknown]");
        let mut shown: Vec<Arc<str>> = frames
            .into_iter()
            .filter_map(|frame| match frame {
                Some(name) if name.own => None,
                Some(name) => Some(name.text),
                None => Some(Arc::clone(&unknown)),
            })
            .collect();
        shown.dedup_by(|a, b| *a == unknown && *b == unknown);
        shown.reverse();
        Named {
            frames: shown,
            unnamed: matches!(innermost, None | Some(None)),
            in_wrapper: matches!(innermost, Some(Some(name)) if name.own),
        }
    }

    fn at(&mut self, address: usize, leaf: bool) -> &[Name] {
        let symbols = &mut self.symbols;
        self.known.entry((address, leaf)).or_insert_with(|| {
            symbols
                .resolve(address, leaf)
                .iter()
                .map(|symbol| Name {
                    text: Arc::from(readable(&symbol.name)),
                    own: edges::is_own(&symbol.name),
                    handler: HANDLERS.contains(&symbol.name.as_str()),
                    entry: edges::is_entry(&symbol.name),
                })
                .collect()
        })
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;

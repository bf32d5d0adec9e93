//! Windows with written-out stacks and an engine that only knows names.

use super::*;
use crate::profile::folded;
use crate::sampler::{ProfileError, Session, Symbol};

/// Names the addresses 1, 2, ... and knows nothing else.
#[derive(Debug)]
struct Named(&'static [&'static [&'static str]]);

impl Engine for Named {
    fn name(&self) -> &'static str {
        "named"
    }

    fn ready(&self) -> Result<(), ProfileError> {
        Ok(())
    }

    fn start(&self, _hz: u32) -> Result<Box<dyn Session>, ProfileError> {
        Err(ProfileError::Unavailable("it only names".to_owned()))
    }

    fn symbols(&self) -> Box<dyn Symbols> {
        Box::new(Self(self.0))
    }
}

impl Symbols for Named {
    fn resolve(&mut self, address: usize, _leaf: bool) -> Vec<Symbol> {
        let names = address.checked_sub(1).and_then(|place| self.0.get(place));
        let symbol = |name: &&str| Symbol { name: (*name).to_owned(), ..Symbol::default() };
        names.into_iter().flat_map(|names| names.iter()).map(symbol).collect()
    }
}

fn segment(stacks: &[(&str, &[usize], u64)]) -> Segment {
    let stacks = stacks
        .iter()
        .map(|(thread, addresses, count)| RawStack {
            thread: (*thread).to_owned(),
            addresses: addresses.to_vec(),
            count: *count,
        })
        .collect();
    Segment { stacks, duration: Duration::from_millis(500), cpu: Duration::from_millis(250) }
}

fn profile(names: &'static [&'static [&'static str]], segments: &[Segment]) -> Profile {
    let mut window = Window::default();
    segments.iter().for_each(|segment| window.add(segment));
    window.into_profile(&Named(names), 99)
}

#[test]
fn stacks_are_turned_around_named_and_merged() {
    // 1 and 2 are two places of one function; 3 is its caller with something inlined into it.
    let names: &[&[&str]] = &[&["app::hot::h0123456789abcdef"], &["app::hot"], &["app::inner", "app::main"]];
    let first = segment(&[("worker", &[1, 3], 2), ("worker", &[2, 3], 3)]);
    let second = segment(&[("worker", &[1, 3], 4)]);
    let profile = profile(names, &[first, second]);
    assert_eq!(folded(&profile), "worker;app::main;app::inner;app::hot 9\n");
    assert_eq!((profile.facts.seconds, profile.facts.cpu_seconds, profile.facts.taken), (1.0, 0.5, 9));
    assert_eq!(profile.facts.expected(), 50);
    assert_eq!((profile.facts.engine, profile.facts.hz), ("named", 99));
}

#[test]
fn threads_of_the_agent_are_left_out_and_counted() {
    let profile = profile(
        &[&["app::main"]],
        &[segment(&[("taskscope-http", &[1], 5), ("taskscope", &[1], 2), ("worker", &[1], 3)])],
    );
    assert_eq!(folded(&profile), "taskscope;app::main 2\nworker;app::main 3\n");
    assert_eq!((profile.facts.taken, profile.facts.agent_threads), (10, 5));
}

#[test]
fn wrappers_give_their_samples_to_their_callers() {
    let names: &[&[&str]] = &[
        &["<taskscope::task::Traced<app::F> as core::future::Future>::poll"],
        &["app::work"],
        &["tokio::poll"],
    ];
    let profile = profile(names, &[segment(&[("w", &[2, 1, 3], 4), ("w", &[1, 3], 1)])]);
    assert_eq!(folded(&profile), "w;tokio::poll 1\nw;tokio::poll;app::work 4\n");
    assert_eq!(profile.facts.agent_wrappers, 1);
}

#[test]
fn the_signal_handler_is_not_shown() {
    let names: &[&[&str]] =
        &[&["perf_signal_handler"], &["app::work"], &["pprof::Collector::add"], &["__restore_rt"]];
    let profile = profile(names, &[segment(&[("w", &[3, 1, 4, 2], 1), ("w", &[3, 1, 2], 1)])]);
    assert_eq!(folded(&profile), "w;app::work 2\n");
}

#[test]
fn a_stack_begins_where_the_thread_enters_its_function() {
    let names: &[&[&str]] =
        &[&["app::work"], &["std::sys::backtrace::__rust_begin_short_backtrace::<app::F, ()>"], &["clone3"]];
    let profile = profile(names, &[segment(&[("w", &[1, 2, 3], 1), ("w", &[2, 3], 1), ("w", &[3], 1)])]);
    assert_eq!(folded(&profile), "w 1\nw;app::work 1\nw;clone3 1\n");
    assert_eq!(profile.facts.unnamed, 0);
}

#[test]
fn what_has_no_name_is_said_to_have_none() {
    let profile = profile(&[&["app::main"]], &[segment(&[("w", &[77, 78, 1], 2), ("w", &[1, 77], 1)])]);
    assert_eq!(folded(&profile), "w;[unknown];app::main 1\nw;app::main;[unknown] 2\n");
    assert_eq!(profile.facts.unnamed, 2);
}

#[test]
fn too_many_stacks_are_counted_and_not_kept() {
    let mut window = Window::default();
    for address in 0..MAX_RAW_STACKS + 5 {
        window.add(&segment(&[("w", &[address], 2)]));
    }
    window.add(&segment(&[("w", &[0], 1)]));
    assert_eq!(window.stacks.len(), MAX_RAW_STACKS);
    let profile = window.into_profile(&Named(&[]), 99);
    assert_eq!(profile.facts.truncated, 10);
    assert_eq!(profile.facts.taken, 2 * (MAX_RAW_STACKS as u64 + 5) + 1);
    assert_eq!(profile.total(), profile.facts.taken - 10);
}

//! Windows over an engine that takes one sample, with the number of its session, in each session.

use super::*;
use crate::profile::folded;
use crate::sampler::{RawStack, Segment, Symbol, Symbols};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[derive(Debug, Default)]
struct Counts {
    started: AtomicUsize,
    running: AtomicUsize,
    finished: AtomicUsize,
    refuse: AtomicBool,
}

#[derive(Debug, Default)]
struct Fake(Arc<Counts>);

struct Names;

struct FakeSession {
    counts: Arc<Counts>,
    number: usize,
}

impl Engine for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn start(&self, _hz: u32) -> Result<Box<dyn Session>, ProfileError> {
        self.ready()?;
        assert_eq!(self.0.running.fetch_add(1, Ordering::SeqCst), 0, "two sessions at once");
        let number = self.0.started.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(FakeSession { counts: Arc::clone(&self.0), number }))
    }

    fn ready(&self) -> Result<(), ProfileError> {
        if self.0.refuse.load(Ordering::SeqCst) { Err(ProfileError::SignalTaken) } else { Ok(()) }
    }

    fn symbols(&self) -> Box<dyn Symbols> {
        Box::new(Names)
    }
}

impl Symbols for Names {
    fn resolve(&mut self, address: usize, _leaf: bool) -> Vec<Symbol> {
        vec![Symbol { name: format!("session_{address}"), ..Symbol::default() }]
    }
}

impl Session for FakeSession {
    fn finish(self: Box<Self>) -> Result<Segment, ProfileError> {
        self.counts.running.fetch_sub(1, Ordering::SeqCst);
        self.counts.finished.fetch_add(1, Ordering::SeqCst);
        let stacks = vec![RawStack { thread: "w".to_owned(), addresses: vec![self.number], count: 1 }];
        Ok(Segment { stacks, ..Segment::default() })
    }
}

fn sampler() -> (Sampler, Arc<Counts>) {
    let counts = Arc::new(Counts::default());
    (Sampler::new(Box::new(Fake(Arc::clone(&counts)))), counts)
}

/// The numbers of the sessions that a window has seen.
fn seen(sampler: &Sampler, ticket: Ticket<'_>) -> String {
    let profile = ticket.close().unwrap().into_profile(&*sampler.engine, HZ);
    folded(&profile).replace("w;session_", "").replace(" 1\n", " ")
}

#[test]
fn a_window_sees_all_sessions_while_it_is_open_and_no_other() {
    let (sampler, counts) = sampler();
    let first = sampler.open().unwrap();
    let second = sampler.open().unwrap();
    let third = sampler.open().unwrap();
    assert_eq!(seen(&sampler, first), "0 1 2 ");
    assert_eq!(seen(&sampler, third), "2 3 ");
    assert_eq!(seen(&sampler, second), "1 2 3 4 ");
    assert_eq!(counts.running.load(Ordering::SeqCst), 0, "the last window ends the session");
    assert_eq!(seen(&sampler, sampler.open().unwrap()), "5 ");
}

#[test]
fn the_fifth_window_is_refused_and_disturbs_nobody() {
    let (sampler, counts) = sampler();
    let windows: Vec<_> = (0..MAX_WINDOWS).map(|_| sampler.open().unwrap()).collect();
    assert_eq!(sampler.open().err(), Some(ProfileError::TooMany));
    assert_eq!(counts.started.load(Ordering::SeqCst), MAX_WINDOWS);
    assert_eq!(counts.running.load(Ordering::SeqCst), 1);
    drop(windows);
    assert!(sampler.open().is_ok(), "a closed window makes room");
}

#[test]
fn a_dropped_window_leaves_the_others_running() {
    let (sampler, counts) = sampler();
    let gone = sampler.open().unwrap();
    let stays = sampler.open().unwrap();
    drop(gone);
    assert_eq!(counts.running.load(Ordering::SeqCst), 1);
    assert_eq!(seen(&sampler, stays), "1 ");
    drop(sampler.open().unwrap());
    assert_eq!(counts.running.load(Ordering::SeqCst), 0, "the last one stops the session");
}

#[test]
fn a_cancelled_profile_returns_at_once_and_stops_the_session() {
    let (sampler, counts) = sampler();
    let cancel = Cancel::new();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| sampler.cpu(Duration::from_secs(3_600), &cancel));
        while counts.running.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        cancel.cancel();
        assert_eq!(waiting.join().unwrap(), Err(ProfileError::Cancelled));
    });
    assert_eq!(counts.running.load(Ordering::SeqCst), 0);
    assert_eq!(counts.finished.load(Ordering::SeqCst), 1);
}

#[test]
fn cancelled_before_it_began_is_cancelled() {
    let (sampler, counts) = sampler();
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(sampler.cpu(Duration::from_secs(3_600), &cancel), Err(ProfileError::Cancelled));
    assert_eq!(counts.running.load(Ordering::SeqCst), 0);
}

#[test]
fn an_engine_that_refuses_is_an_error_and_leaves_nothing() {
    let (sampler, counts) = sampler();
    counts.refuse.store(true, Ordering::SeqCst);
    let refused = sampler.cpu(Duration::from_secs(3_600), &Cancel::new());
    assert_eq!(refused, Err(ProfileError::SignalTaken));
    counts.refuse.store(false, Ordering::SeqCst);
    assert!(sampler.cpu(Duration::from_millis(1), &Cancel::new()).is_ok());
}

#[test]
fn asking_whether_it_could_start_does_not_start_it() {
    let (sampler, counts) = sampler();
    assert_eq!(sampler.ready(), Ok(()));
    counts.refuse.store(true, Ordering::SeqCst);
    assert_eq!(sampler.ready(), Err(ProfileError::SignalTaken));
    counts.refuse.store(false, Ordering::SeqCst);
    assert_eq!(counts.started.load(Ordering::SeqCst), 0);
    let windows: Vec<_> = (0..MAX_WINDOWS).map(|_| sampler.open().unwrap()).collect();
    assert_eq!(sampler.ready(), Err(ProfileError::TooMany));
    drop(windows);
    // While a session runs, the signal is in use: by the sampler itself.
    let _open = sampler.open().unwrap();
    counts.refuse.store(true, Ordering::SeqCst);
    assert_eq!(sampler.ready(), Ok(()));
}

#[test]
fn windows_fail_when_the_session_cannot_go_on() {
    let (sampler, counts) = sampler();
    let open = sampler.open().unwrap();
    counts.refuse.store(true, Ordering::SeqCst);
    assert_eq!(sampler.open().err(), Some(ProfileError::SignalTaken));
    assert_eq!(open.close().err(), Some(ProfileError::SignalTaken));
    counts.refuse.store(false, Ordering::SeqCst);
    assert_eq!(seen(&sampler, sampler.open().unwrap()), "1 ");
}

#[test]
fn a_long_window_is_cut_into_sessions() {
    let (sampler, _) = sampler();
    let open = sampler.open().unwrap();
    assert!(sampler.lock().cut(&*sampler.engine));
    assert!(sampler.lock().cut(&*sampler.engine));
    assert_eq!(seen(&sampler, open), "0 1 2 ");
    assert!(!sampler.lock().cut(&*sampler.engine), "nobody is waiting");
}

//! A busy program is sampled for real, by several windows at once.
//!
//! The scenario is one test because the profiling signal belongs to the whole process.
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use taskscope::profile::{Profile, folded, svg};
use taskscope::sampler::{Cancel, ProfileError, Sampler, default_engine};

#[inline(never)]
fn a_function_that_is_busy(stop: &AtomicBool) -> u64 {
    let mut sum = 1_u64;
    while !stop.load(Ordering::Relaxed) {
        // Nothing is called here, so that the function is innermost in a build without optimization as well.
        let mut turn = 0_u64;
        while turn < 1_000_000 {
            sum ^= (sum << 1) ^ turn;
            turn += 1;
        }
        sum = black_box(sum);
    }
    sum
}

#[inline(never)]
fn a_function_of_the_agent(stop: &AtomicBool) -> u64 {
    a_function_that_is_busy(stop).wrapping_add(1)
}

/// The share of the samples whose stack has a function, and the share in which it is the innermost one.
fn shares(profile: &Profile, function: &str) -> (f64, f64) {
    let total = profile.total() as f64;
    let share = |has: &dyn Fn(&[Arc<str>]) -> bool| {
        let weight: u64 = profile.stacks.iter().filter(|s| has(&s.frames)).map(|s| s.weight).sum();
        weight as f64 / total
    };
    let inside = share(&|frames| frames.iter().any(|name| name.contains(function)));
    let innermost = share(&|frames| frames.last().is_some_and(|name| name.contains(function)));
    (inside, innermost)
}

#[test]
fn profiles_of_a_busy_program() {
    let stop = Arc::new(AtomicBool::new(false));
    let sampler = Arc::new(Sampler::new(default_engine()));
    let spawn = |name: &str, function: fn(&AtomicBool) -> u64| {
        let stop = Arc::clone(&stop);
        thread::Builder::new().name(name.to_owned()).spawn(move || function(&stop)).unwrap()
    };
    let busy = [spawn("busy", a_function_that_is_busy), spawn("taskscope-busy", a_function_of_the_agent)];
    let profile_of = |seconds: f64| {
        let sampler = Arc::clone(&sampler);
        let ask = move || sampler.cpu(Duration::from_secs_f64(seconds), &Cancel::new());
        thread::Builder::new().name("taskscope-cpu".to_owned()).spawn(ask).unwrap()
    };

    // Two windows of different length overlap; a third one is cancelled in the midst of them.
    let long = profile_of(2.0);
    let short = profile_of(1.2);
    let cancel = Cancel::new();
    let cancelled = {
        let (sampler, cancel) = (Arc::clone(&sampler), cancel.clone());
        thread::spawn(move || sampler.cpu(Duration::from_secs(300), &cancel))
    };
    let short = short.join().unwrap().unwrap();
    cancel.cancel();
    assert_eq!(cancelled.join().unwrap(), Err(ProfileError::Cancelled));
    let long = long.join().unwrap().unwrap();

    for (profile, seconds) in [(&short, 1.2), (&long, 2.0)] {
        let text = folded(profile);
        let (inside, innermost) = shares(profile, "a_function_that_is_busy");
        assert!(inside > 0.8, "{inside} of the samples are in the busy function:\n{text}");
        // On aarch64 the engine loses the innermost frame.
        if cfg!(target_arch = "x86_64") {
            assert!(innermost > 0.6, "{innermost} of the samples end in the busy function:\n{text}");
        }
        let facts = &profile.facts;
        assert!(facts.seconds >= seconds * 0.8, "{facts:?}");
        // The process-wide timer loses samples when other programs keep the processors busy.
        assert!(facts.taken * 8 > facts.expected(), "{facts:?}");
        assert!(facts.agent_threads > 0, "the agent's busy thread was sampled: {facts:?}");
        assert_eq!(profile.total() + facts.agent_threads + facts.truncated, facts.taken, "{facts:?}");
        // Neither the agent's threads nor what takes the samples are to be seen.
        for absent in
            ["a_function_of_the_agent", "taskscope-", "perf_signal_handler", "taskscope::", "pprof::"]
        {
            assert!(!text.contains(absent), "{absent} in\n{text}");
        }
        assert!(text.lines().any(|line| line.starts_with("busy;")), "{text}");
        let hashed = text.split([';', ' ', '\n']).find(|name| {
            name.rsplit_once("::h")
                .is_some_and(|(_, hash)| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
        });
        assert_eq!(hashed, None);
        let picture = svg(profile);
        assert!(picture.contains("a_function_that_is_busy") && picture.contains("</svg>"));
    }
    assert!(long.facts.taken > short.facts.taken);

    // An idle program is no error.
    stop.store(true, Ordering::Relaxed);
    for thread in busy {
        thread.join().unwrap();
    }
    let idle = profile_of(0.3).join().unwrap().unwrap();
    assert!(idle.total() <= 5, "{}", folded(&idle));
    assert!(svg(&idle).contains("</svg>"));
}

//! A profiling signal that somebody else handles is left alone.
//!
//! The scenario is one test because the profiling signal belongs to the whole process.
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]

use std::mem;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use taskscope::sampler::{Cancel, ProfileError, Sampler, default_engine};

static HANDLED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn handler(_signal: libc::c_int) {
    HANDLED.fetch_add(1, Ordering::SeqCst);
}

fn zeroed() -> libc::sigaction {
    // SAFETY: all bits zero is a valid `sigaction`: the default disposition, an empty mask, no flags.
    unsafe { mem::zeroed() }
}

/// Installs a disposition for SIGPROF, and gives the one that it replaces.
fn install(action: libc::sighandler_t) -> libc::sighandler_t {
    let (mut new, mut old) = (zeroed(), zeroed());
    new.sa_sigaction = action;
    // SAFETY: both point to valid actions, and the handler only touches an atomic.
    assert_eq!(unsafe { libc::sigaction(libc::SIGPROF, &new, &mut old) }, 0);
    old.sa_sigaction
}

fn installed() -> libc::sighandler_t {
    let mut old = zeroed();
    // SAFETY: a null pointer for the new action only asks.
    assert_eq!(unsafe { libc::sigaction(libc::SIGPROF, ptr::null(), &mut old) }, 0);
    old.sa_sigaction
}

fn cpu(sampler: &Sampler, duration: Duration) -> Result<(), ProfileError> {
    sampler.cpu(duration, &Cancel::new()).map(drop)
}

#[test]
fn the_signal_of_another_profiler() {
    let ours = handler as *const () as libc::sighandler_t;
    let sampler = Arc::new(Sampler::new(default_engine()));

    // A handler that was there first: an error, and it stays.
    install(ours);
    assert_eq!(cpu(&sampler, Duration::from_secs(300)), Err(ProfileError::SignalTaken));
    assert_eq!(installed(), ours);

    // It goes away: profiles work, also a second time.
    for left_behind in [libc::SIG_DFL, libc::SIG_IGN] {
        install(left_behind);
        assert_eq!(cpu(&sampler, Duration::from_millis(50)), Ok(()));
        assert_eq!(installed(), libc::SIG_IGN, "a late signal must not end the process");
    }

    // A handler that comes while a profile is taken: its owner keeps it, and the profile is an error.
    let waiting = {
        let sampler = Arc::clone(&sampler);
        thread::spawn(move || cpu(&sampler, Duration::from_secs(2)))
    };
    while installed() == libc::SIG_IGN {
        thread::yield_now();
    }
    install(ours);
    assert_eq!(waiting.join().unwrap(), Err(ProfileError::SignalTaken));
    assert_eq!(installed(), ours);
    let before = HANDLED.load(Ordering::SeqCst);
    // SAFETY: the handler is installed, so this runs it and nothing else.
    unsafe { libc::raise(libc::SIGPROF) };
    assert_eq!(HANDLED.load(Ordering::SeqCst), before + 1);
}

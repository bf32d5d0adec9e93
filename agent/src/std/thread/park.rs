//! Threads that rest: until somebody calls, or for a time.

use crate::sync::{Blocked, Op, Subject};
use std::panic::Location;
use std::thread as real;
use std::time::Duration;

/// Blocks until somebody unparks the thread: [`std::thread::park`](::std::thread::park).
#[track_caller]
pub fn park() {
    let _waits = Blocked::on(Subject::None, Op::Other, Location::caller(), false);
    real::park();
}

/// Blocks until somebody unparks the thread, or for some time:
/// [`std::thread::park_timeout`](::std::thread::park_timeout).
#[track_caller]
pub fn park_timeout(dur: Duration) {
    let _waits = Blocked::on(Subject::None, Op::Other, Location::caller(), true);
    real::park_timeout(dur);
}

/// Blocks for some time: [`std::thread::sleep`](::std::thread::sleep).
#[expect(clippy::disallowed_methods, reason = "the program asks for it")]
#[track_caller]
pub fn sleep(dur: Duration) {
    let _waits = Blocked::on(Subject::None, Op::Sleep, Location::caller(), true);
    real::sleep(dur);
}

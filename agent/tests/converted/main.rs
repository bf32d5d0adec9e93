//! Drop-ins made of the originals, and the other way round: both work on, and what came from outside is shown as not covered.
#![expect(clippy::unwrap_used, reason = "what goes wrong here fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

/// Notified by another thread before long. The rest says how a lock is taken, and how its guard waits.
macro_rules! notified {
    ($mutex:ty, $condvar:ident, $lock:ident => $locked:expr, $guard:ident => $waits:expr) => {{
        let mutex = <$mutex>::new(false);
        ::std::thread::scope(|scope| {
            let $lock = &mutex;
            scope.spawn(move || {
                *$locked = true;
                $condvar.notify_all();
            });
            let mut $guard = $locked;
            while !*$guard {
                $waits;
            }
        });
    }};
}

#[path = "../std/find.rs"]
mod find;
#[cfg(feature = "parking-lot")]
mod parking_lot;
mod runtimes;
mod std;
mod tasks;
#[cfg(feature = "tokio-util")]
mod tokio_util;

use ::std::panic::Location;
use ::std::time::Duration;

/// For what has happened long before, unless something is wrong.
const LONG: Duration = Duration::from_secs(60);

/// A drop-in made of `original` is recorded, as not covered; what is made of that is not recorded. `works` and `worked` use
/// the one and the other, each several times.
#[track_caller]
fn there_and_back<Original: From<DropIn>, DropIn: From<Original>>(
    original: Original,
    works: impl Fn(&DropIn),
    worked: impl Fn(&Original),
) {
    let caller = Location::caller();
    let made = (caller.file(), caller.line());
    worked(&original);
    let dropin = DropIn::from(original);
    works(&dropin);
    assert!(!find::resource_at(made).unwrap().covered);
    let original = Original::from(dropin);
    assert!(find::resource_at(made).is_none());
    worked(&original);
    works(&DropIn::from(original));
}

//! What is looked for in snapshots until it is there.

use std::time::{Duration, Instant};
use taskscope::snapshot::{Detail, Snapshot};

/// A file and a line of a test.
pub(crate) type At = (&'static str, u32);

/// The line after this one.
macro_rules! next_line {
    () => {
        (file!(), line!() + 1)
    };
}

pub(crate) use next_line;

/// Looks again and again until `seen` says so.
pub(crate) fn until<R>(mut seen: impl FnMut(&Snapshot) -> Option<R>) -> R {
    let start = Instant::now();
    loop {
        let snapshot = Snapshot::read(Detail::Full);
        if let Some(found) = seen(&snapshot) {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "not seen: {snapshot:#?}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

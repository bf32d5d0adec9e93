//! Numbers as the sentences of this module say them.

/// "the worker is", "8 workers are", with a word before.
pub(super) fn workers_are(workers: u32, before: &str) -> String {
    if workers == 1 { format!("{before}1 worker is") } else { format!("{before}{workers} workers are") }
}

/// "is 1", "are 8".
pub(super) fn are(number: u32) -> String {
    if number == 1 { "is 1".to_owned() } else { format!("are {number}") }
}

/// Two digits of a rate at the least.
pub(super) fn rate(per_second: f64) -> String {
    if per_second < 10.0 { format!("{per_second:.1}") } else { format!("{per_second:.0}") }
}

/// A duration as people read it.
pub(super) fn duration(seconds: f64) -> String {
    let digits = |value: f64, unit: &str| {
        if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
    };
    match seconds {
        s if s < 1e-3 => digits(s * 1e6, "us"),
        s if s < 1.0 => digits(s * 1e3, "ms"),
        s => digits(s, "s"),
    }
}

/// The last minutes, or seconds.
pub(super) fn span(seconds: f64) -> String {
    if seconds < 90.0 { format!("{seconds:.0} s") } else { format!("{:.0} min", seconds / 60.0) }
}

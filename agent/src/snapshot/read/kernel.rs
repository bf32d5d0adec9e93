//! What the operating system says about one thread.

use crate::snapshot::Kernel;

/// Nanoseconds of a tick in which the system counts time in the kernel: 100 a second on every Linux that there is.
#[cfg(target_os = "linux")]
const TICK: u64 = 10_000_000;

/// Nanoseconds that the thread with this number was on a processor, and that it waited for one; `None` if it is gone or the
/// system shows nothing.
#[cfg(target_os = "linux")]
pub(super) fn times(number: u64) -> Option<(u64, u64)> {
    parse_schedstat(&file(number, "schedstat")?)
}

/// What else is known about it.
#[cfg(target_os = "linux")]
pub(super) fn ask(number: u64) -> Option<Kernel> {
    let (state, system) = parse_stat(&file(number, "stat")?)?;
    let asleep = matches!(state, 'S' | 'D');
    let wait = || file(number, "wchan").filter(|name| !matches!(name.as_str(), "" | "0"));
    Some(Kernel { asleep, wait: asleep.then(wait).flatten(), system: system * TICK })
}

#[cfg(target_os = "linux")]
fn file(number: u64, name: &str) -> Option<String> {
    std::fs::read_to_string(format!("/proc/self/task/{number}/{name}")).ok()
}

/// Other systems are not asked.
#[cfg(not(target_os = "linux"))]
pub(super) fn times(_number: u64) -> Option<(u64, u64)> {
    None
}

/// Other systems are not asked.
#[cfg(not(target_os = "linux"))]
pub(super) fn ask(_number: u64) -> Option<Kernel> {
    None
}

/// State and ticks in the kernel. The name stands in parentheses and may hold anything.
#[cfg(target_os = "linux")]
fn parse_stat(text: &str) -> Option<(char, u64)> {
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    let system = fields.nth(11)?.parse().ok()?;
    Some((state, system))
}

/// Nanoseconds on a processor, and waiting for one.
#[cfg(target_os = "linux")]
fn parse_schedstat(text: &str) -> Option<(u64, u64)> {
    let mut fields = text.split_ascii_whitespace();
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_any_name() {
        let stat = "17 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 111 222 0 0 20 0";
        assert_eq!(parse_stat(stat), Some(('S', 222)));
        assert_eq!(parse_stat("17 (a"), None);
        assert_eq!(parse_schedstat("12 34 5\n"), Some((12, 34)));
        assert_eq!(parse_schedstat("12"), None);
    }
}

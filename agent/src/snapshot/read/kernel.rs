//! What the operating system says about one thread.

use crate::snapshot::Kernel;

/// Nanoseconds of a tick in which the system counts time in the kernel: 100 a second on every Linux that there is.
#[cfg(target_os = "linux")]
const TICK: u64 = 10_000_000;

/// What is known about the thread with this number; `None` if it is gone or the system shows nothing.
#[cfg(target_os = "linux")]
pub(super) fn ask(number: u64) -> Option<Kernel> {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/self/task/{number}/{file}")).ok();
    let (state, system) = parse_stat(&read("stat")?)?;
    let (cpu, delayed) = parse_schedstat(&read("schedstat")?)?;
    let asleep = matches!(state, 'S' | 'D');
    let wait = if asleep { read("wchan").filter(|name| !matches!(name.as_str(), "" | "0")) } else { None };
    Some(Kernel { asleep, wait, cpu, delayed, system: system * TICK })
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

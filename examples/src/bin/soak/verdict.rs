//! What came of it: a table, and whether the run passed.
#![expect(clippy::print_stdout, reason = "the table is what the program is for")]

use crate::book::{Book, Counts, recorded};
use crate::gauge::Gauge;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;
use taskscope::Agent;

/// How much more memory the agent may hold at any time after the first third than at its end.
const MOST_GROWTH: u64 = 1 << 20;
/// How often the counts are compared, if they do not agree, before they count as different.
const TRIES: usize = 100;

/// Prints the table; 1 if the agent's memory grew, if something was dropped, or if a count is not the program's.
pub(crate) fn print(gauge: &Gauge, book: &Book, agent: &Agent) -> ExitCode {
    let flat = print_memory(gauge);
    let own = book.counts();
    let counts = settled(&own, agent);
    let mut different = 0;
    println!("\n{:<10} {:<24} {:>14} {:>14}", "pool", "count", "program", "agent");
    for ((pool, what), own) in &own {
        let recorded = counts.get(&(pool.clone(), *what)).copied();
        let mark = if recorded == Some(*own) { "" } else { "  DIFFERENT" };
        different += usize::from(recorded != Some(*own));
        let recorded = recorded.map_or_else(|| "-".to_owned(), |count| count.to_string());
        println!("{pool:<10} {:<24} {own:>14} {recorded:>14}{mark}", format!("{what:?}"));
    }
    let snapshot = agent.snapshot();
    let dropped: u64 = snapshot.agent.dropped.iter().map(|(_, count)| count).sum();
    println!("\n{} counts, {different} different, {dropped} events dropped for want of room", own.len());
    let left = (snapshot.waits.len(), snapshot.holds.len(), snapshot.endpoints.len());
    println!("left at the end: {} waits, {} holds, {} ends of channels", left.0, left.1, left.2);
    println!("left at the end: {} resources, {} tasks", snapshot.resources.len(), snapshot.tasks.len());
    let clean = left == (0, 0, 0) && snapshot.resources.is_empty() && snapshot.tasks.is_empty();
    if flat && clean && different == 0 && dropped == 0 && !own.is_empty() {
        println!("passed");
        return ExitCode::SUCCESS;
    }
    println!("FAILED");
    ExitCode::FAILURE
}

/// The agent's counts, as soon as they are the program's, or else at last: a thread counts its end after whoever waits for
/// it may have gone on.
fn settled(own: &Counts, agent: &Agent) -> Counts {
    let mut counts = recorded(&agent.snapshot());
    for _ in 0..TRIES {
        if own.iter().all(|(key, count)| counts.get(key) == Some(count)) {
            break;
        }
        sleep(Duration::from_millis(100));
        counts = recorded(&agent.snapshot());
    }
    counts
}

fn print_memory(gauge: &Gauge) -> bool {
    let (Some(marks), Some((most, growth))) = (gauge.marks(), gauge.growth()) else { return false };
    println!("{:<10} {:>14} {:>14} {:>14}", "second", "tables", "slots", "resident");
    for look in marks {
        let resident = look.resident.map_or_else(|| "-".to_owned(), |bytes| bytes.to_string());
        println!("{:<10} {:>14} {:>14} {resident:>14}", look.at.as_secs(), look.tables, look.slots);
    }
    let mark = if growth > MOST_GROWTH { "  TOO MUCH" } else { "" };
    println!("the agent grew by {growth} bytes after the first third, at second {}{mark}", most.at.as_secs());
    for (at, said) in gauge.findings.values() {
        println!("found at second {}: {said}", at.as_secs());
    }
    growth <= MOST_GROWTH
}

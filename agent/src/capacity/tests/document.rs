//! The table of `docs/capacity.md`: what the agent says of simulated queues, beside what happened in them.

use super::station::{Dice, Station};
use crate::capacity::erlang;
use expect_test::expect_file;
use std::fmt::Write;

const BEGIN: &str = "<!-- begin simulated -->\n";
const END: &str = "<!-- end -->";
/// The mean service time in seconds, and how long each run is.
const SERVICE: f64 = 0.03;
const LENGTH: u64 = 900;

/// A run: workers, utilization, how many jobs come at a time, and whether all of them take equally long.
struct Run(usize, f64, usize, bool);

impl Run {
    fn station(&self) -> Station {
        let Run(workers, load, burst, steady) = *self;
        let service = move |dice: &mut Dice| if steady { SERVICE } else { dice.exponential(SERVICE) };
        let rate = load * workers as f64 / SERVICE / burst as f64;
        let mut station = Station::new(workers, rate, LENGTH, service);
        station.jobs = station.jobs.iter().flat_map(|job| std::iter::repeat_n(*job, burst)).collect();
        station
    }

    fn name(&self) -> String {
        let arrivals = if self.2 == 1 { String::new() } else { format!(", {} at a time", self.2) };
        format!("{}{arrivals}", if self.3 { "steady" } else { "exponential" })
    }
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = numbers.fold((0.0, 0_u32), |(sum, n), number| (sum + number, n + 1));
    sum / f64::from(n)
}

/// One row: the means over all windows but the first minute's.
fn row(run: &Run) -> String {
    let told: Vec<_> = run.station().run().into_iter().skip(6).collect();
    let of = |field: fn(&crate::capacity::QueueFacts) -> Option<f64>| {
        mean(told.iter().filter_map(|(f, _)| field(f)))
    };
    let formula = erlang::wait(run.0 as u32, run.1 * run.0 as f64).unwrap_or(f64::NAN) * SERVICE;
    let advised: Vec<_> = told.iter().filter_map(|(facts, _)| facts.advice.clone()).collect();
    // The number that was advised most often, what was foretold for it, and what came with it.
    let often = |workers: u32| advised.iter().filter(|advice| advice.workers == workers).count();
    let most = advised.iter().map(|advice| advice.workers).max_by_key(|workers| often(*workers));
    let advice = most.map_or_else(
        || "| none | | |".to_owned(),
        |most| {
            let foretold =
                mean(advised.iter().filter(|advice| advice.workers == most).map(|advice| advice.wait));
            let more = Station { workers: most as usize, ..run.station() };
            let came = mean(more.run().into_iter().skip(6).map(|(_, waited)| waited));
            format!("| {most} | {:.1} ms | {:.1} ms |", foretold * 1e3, came * 1e3)
        },
    );
    format!(
        "| {} | {} | {:.1} % of {:.0} % | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} ms | {:.2} | {:.0} % {advice}",
        run.0,
        run.name(),
        of(|facts| facts.utilization) * 100.0,
        run.1 * 100.0,
        of(|facts| facts.service) * 1e3,
        of(|facts| facts.wait) * 1e3,
        mean(told.iter().map(|(_, waited)| *waited)) * 1e3,
        formula * 1e3,
        of(|facts| facts.little),
        of(|facts| facts.error) * 100.0,
    )
}

/// To write the table: set `UPDATE_EXPECT=1` and run this test.
#[test]
fn the_document_says_what_comes_out() {
    let text = include_str!("../../../../docs/capacity.md");
    let at = text.find(BEGIN).expect("a beginning") + BEGIN.len();
    let end = at + text[at..].find(END).expect("an end");
    let mut table = String::from(
        "| workers | service | utilization | service time | wait, by the agent | wait that came | wait by M/M/c | Little's \
         ratio | predictions off by | advised | wait foretold for it | wait that came with it |\n\
         |---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for run in [
        Run(1, 0.75, 1, false),
        Run(4, 0.85, 1, false),
        Run(8, 0.93, 1, false),
        Run(8, 0.93, 1, true),
        Run(8, 0.85, 4, false),
        Run(8, 0.5, 1, false),
    ] {
        let _ = writeln!(table, "{}", row(&run));
    }
    expect_file!["../../../../docs/capacity.md"].assert_eq(&format!(
        "{}{table}{}",
        &text[..at],
        &text[end..]
    ));
}

//! Runs one workload on the peer that this build is for.
//!
//! `peers run WORKLOAD N` does N operations on one thread, for an instruction counter. `peers serve` answers requests over
//! HTTP until its standard input ends, and prints its address; `peers ask ADDR SECONDS` sends them from 16 connections and
//! prints how many were answered.
#![forbid(unsafe_code)]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot run has nothing to say"
)]

mod echo;
mod load;
mod peer;
mod workload;

use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["run", workload, n] if workload::NAMES.contains(&workload) => {
            let n = n.parse().unwrap();
            if workload::is_covered(workload) {
                let _guard = peer::start();
                workload::run(workload, n);
            } else {
                println!("not covered");
            }
        }
        ["serve"] => {
            let _guard = peer::start();
            echo::serve();
        }
        ["ask", address, seconds] => {
            load::ask(address.parse().unwrap(), Duration::from_secs(seconds.parse().unwrap()));
        }
        _ => {
            eprintln!(
                "arguments: run WORKLOAD N | serve | ask ADDR SECONDS; workloads: {}",
                workload::NAMES.join(", ")
            );
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

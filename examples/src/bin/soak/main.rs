//! A mixed workload for as long as is asked: does the agent's memory stay flat, and are its counts those of the program?
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "the program ends when its time is over")]

mod book;
mod gauge;
mod verdict;
mod work;

use anyhow::Context;
use book::Book;
use clap::Parser;
use gauge::Gauge;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use taskscope::tokio;

/// How often the memory is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Runs a mixed workload under the agent; ends with 1 if the agent's memory grew or its counts are not the program's.
#[derive(Debug, Parser)]
struct Args {
    /// How long the workload runs.
    #[arg(long, default_value_t = 3600, value_parser = clap::value_parser!(u64).range(3..))]
    seconds: u64,
}

fn main() -> anyhow::Result<ExitCode> {
    let time = Duration::from_secs(Args::parse().seconds);
    let agent = taskscope::Agent::builder().addr("127.0.0.1:0".parse().ok()).start()?;
    let addr = agent.local_addr().context("the agent has no listener")?;
    let book = Arc::new(Book::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("soak")
        .enable_all()
        .build()?;
    let mut gauge = Gauge::default();
    runtime.block_on(async {
        let start = Instant::now();
        let work = work::start(start + time, &book);
        while start.elapsed() < time {
            tokio::time::sleep(LOOK.min(time.saturating_sub(start.elapsed()))).await;
            gauge.look(start.elapsed(), &agent);
            // Whoever scrapes it is part of the life of a program with an agent.
            tokio::task::spawn_blocking(move || gauge::scrape(addr)).await??;
        }
        for work in work {
            work.await?;
        }
        anyhow::Ok(())
    })?;
    drop(runtime);
    Ok(verdict::print(&gauge, &book, &agent))
}

//! A worker pool that makes thumbnails of a folder of images, again and again, watched by taskscope.
#![forbid(unsafe_code)]

mod args;
mod catalogue;
mod faults;
mod intake;
mod log;
mod picture;
mod progress;
mod samples;
mod scene;
mod shop;
mod tally;

use args::Args;
use std::process::ExitCode;

fn main() -> ExitCode {
    match program::run(Args::read()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::error(&error);
            ExitCode::FAILURE
        }
    }
}

#[taskscope::instrument_pool]
mod program {
    use crate::args::Args;
    use crate::{log, progress, samples, shop};

    #[tokio::main]
    pub(crate) async fn run(args: Args) -> anyhow::Result<()> {
        let agent = taskscope::init()?;
        // Without a log the agent has said by itself where to look.
        log::start();
        let images = samples::prepare(&args.data, args.images).await?;
        progress::welcome(&args, images.len(), agent.local_addr());
        let summary = shop::run(&args, images).await?;
        progress::farewell(&summary);
        summary.into_result()
    }
}

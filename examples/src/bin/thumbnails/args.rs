//! The command line.

use clap::{Parser, ValueEnum, value_parser};
use std::ffi::OsString;
use std::num::NonZeroU64;
use std::path::PathBuf;

/// Makes thumbnails of a folder of images, again and again, and shows how it does so on a live page.
///
/// The first run draws its own images. After that it works until Ctrl-C, so that there is time to look.
#[derive(Debug, Parser)]
#[command(name = "thumbnails", version)]
pub(crate) struct Args {
    /// Go through the images this many times and stop [default: until Ctrl-C]
    #[arg(long, value_name = "N")]
    pub rounds: Option<NonZeroU64>,

    /// Workers that make thumbnails
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = value_parser!(u16).range(1..=512))]
    pub workers: u16,

    /// Images that may wait for a worker
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = value_parser!(u16).range(1..))]
    pub queue: u16,

    /// Files that may be open at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = value_parser!(u16).range(1..))]
    pub open_files: u16,

    /// Longer side of a thumbnail, in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 160, value_parser = value_parser!(u32).range(16..=1024))]
    pub size: u32,

    /// Folder for images and thumbnails; your own images in DIR/images are used as well
    #[arg(long, value_name = "DIR", default_value = "target/thumbnails")]
    pub data: PathBuf,

    /// Images to draw if the folder has fewer
    #[arg(long, value_name = "N", default_value_t = 240, value_parser = value_parser!(u32).range(1..=100_000))]
    pub images: u32,

    /// Go wrong in a way that the live page must explain
    #[arg(long, value_name = "KIND", value_enum)]
    pub fault: Option<Fault>,
}

/// A mistake that the program can make on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    /// Each thumbnail leaves a task behind that never ends
    Leak,
    /// A lock is held for too long, and the queue fills up
    Slow,
    /// Two tasks lock the same two locks in opposite order, and everything stops
    Stall,
    /// A lock is held by whoever fills a queue and wanted by whoever empties it, and everything stops
    Jam,
    /// A lock is given to a future that nobody polls any more, and everything stops
    Futurelock,
}

impl Args {
    /// The arguments of this process. `cargo demo` ends with `--` already, so one more in front is left out: both
    /// `cargo demo --rounds 1` and `cargo demo -- --rounds 1` are understood.
    pub(crate) fn read() -> Self {
        Self::parse_from(without_dashes(std::env::args_os()))
    }
}

fn without_dashes(args: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    args.enumerate().filter(|(place, arg)| *place != 1 || arg != "--").map(|(_, arg)| arg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(args: &[&str]) -> Option<u64> {
        let args = ["thumbnails"].iter().chain(args).map(OsString::from);
        Args::try_parse_from(without_dashes(args)).unwrap().rounds.map(NonZeroU64::get)
    }

    #[test]
    fn dashes_in_front_are_left_out() {
        assert_eq!(rounds(&["--rounds", "2"]), Some(2));
        assert_eq!(rounds(&["--", "--rounds", "2"]), Some(2));
        assert_eq!(rounds(&["--"]), None);
    }

    #[test]
    fn dashes_elsewhere_are_an_error() {
        let args = ["thumbnails", "--", "--", "--rounds", "2"].iter().map(OsString::from);
        assert!(Args::try_parse_from(without_dashes(args)).is_err());
    }
}

//! What is logged, the findings of the agent above all: lines on the standard error, above the bar.

use indicatif::MultiProgress;
use std::io::{IsTerminal, Write, stderr};
use std::sync::LazyLock;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// The bars on the terminal, which make room for a line.
pub(crate) static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Shows warnings and errors, or what `RUST_LOG` says.
pub(crate) fn start() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).from_env_lossy();
    let colours = stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(|| Above).init();
}

/// The standard error, above the bars.
struct Above;

impl Write for Above {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        BARS.suspend(|| stderr().write(line))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        stderr().flush()
    }
}

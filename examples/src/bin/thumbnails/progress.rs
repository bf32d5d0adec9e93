//! What the program says on the terminal.

use crate::args::{Args, Fault};
use crate::log::BARS;
use crate::tally::Summary;
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::io::{IsTerminal, Write, stderr, stdout};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// Without a terminal, a line is written this often.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// On a terminal, the bar is drawn this often even if nothing happens.
const REDRAW_EVERY: Duration = Duration::from_millis(250);

/// Writes a line; a closed terminal is no reason to stop.
fn say(line: &str) {
    let _ = writeln!(stdout().lock(), "{line}");
}

/// Says why the program cannot go on.
pub(crate) fn error(error: &anyhow::Error) {
    let _ = writeln!(stderr().lock(), "thumbnails: {error:#}");
}

/// Says what will happen and where to look.
pub(crate) fn welcome(args: &Args, images: usize, page: Option<SocketAddr>) {
    say(&format!(
        "thumbnails: {images} images in {}, {} workers, a queue of {}",
        args.data.join("images").display(),
        args.workers,
        args.queue
    ));
    match page {
        Some(address) => {
            say(&format!("  live page   http://{address}/"));
            say(&format!("  flamegraph  http://{address}/flamegraph?seconds=5"));
            say(&format!("  metrics     http://{address}/metrics"));
        }
        None => say("  no live page: taskscope does not listen (is its port taken, or TASKSCOPE_ADDR=off?)"),
    }
    match args.fault {
        Some(Fault::Leak) => {
            say("  fault       leak: tasks are left behind; see the findings here and on the live page")
        }
        Some(Fault::Slow) => {
            say("  fault       slow: the queue fills up; see its depth, and who waits for which lock")
        }
        Some(Fault::Stall) => say("  fault       stall: all work stops; see what each task waits for"),
        Some(Fault::Jam) => say("  fault       jam: all work stops; see who holds what the other needs"),
        Some(Fault::Futurelock) => {
            say("  fault       futurelock: all work stops, and nobody holds the lock; see who was given it");
        }
        None => {}
    }
    if args.rounds.is_none() {
        say("Stop with Ctrl-C.");
    }
}

/// Says that images are drawn, which takes a while.
pub(crate) fn drawing(images: usize, folder: &Path) {
    say(&format!("drawing {images} images into {}, this once", folder.display()));
}

/// Says what was done.
pub(crate) fn farewell(summary: &Summary) {
    let seconds = summary.elapsed.as_secs_f64();
    say(&format!(
        "{} thumbnails in {seconds:.1} s ({:.0} a second), {} read, {} written, {} failed",
        summary.made,
        summary.made as f64 / seconds.max(0.001),
        HumanBytes(summary.read),
        HumanBytes(summary.written),
        summary.failed
    ));
}

/// A bar on a terminal, a line now and then elsewhere.
pub(crate) struct Progress {
    bar: ProgressBar,
    what: &'static str,
    plain: Option<Mutex<Instant>>,
}

impl Progress {
    /// Starts at nothing; without a total it counts up.
    pub(crate) fn new(what: &'static str, total: Option<u64>) -> Self {
        let terminal = stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let bar = if terminal { BARS.add(bar) } else { bar };
        let template = match total {
            Some(_) => "{prefix} [{bar:30}] {pos} of {len}, {rate} {msg}",
            None => "{prefix} {spinner} {pos}, {rate} {msg}",
        };
        // The templates are valid; if one were not, the default style would do.
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = write!(out, "{:.0} a second", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate).progress_chars("=> "));
        }
        bar.set_prefix(what);
        if terminal {
            // The rate goes down on the screen also when nothing is done any more.
            bar.enable_steady_tick(REDRAW_EVERY);
        }
        Self { bar, what, plain: (!terminal).then(|| Mutex::new(Instant::now())) }
    }

    /// One more is done; the note stands behind the numbers.
    pub(crate) fn step(&self, note: &str) {
        self.bar.inc(1);
        self.bar.set_message(note.to_owned());
        if let Some(last) = &self.plain
            && let Ok(mut last) = last.lock()
            && last.elapsed() >= LINE_EVERY
        {
            *last = Instant::now();
            let total = self.bar.length().map_or(String::new(), |total| format!(" of {total}"));
            say(format!("{}: {}{total} {note}", self.what, self.bar.position()).trim_end());
        }
    }

    /// How many are done.
    pub(crate) fn finished(&self) -> u64 {
        self.bar.position()
    }

    /// Writes a line without disturbing the bar.
    pub(crate) fn line(&self, line: &str) {
        BARS.suspend(|| say(line));
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

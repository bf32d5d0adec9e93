//! One line of the catalogue: what a metric is called, what it counts, and how it is read off the rows.

use crate::metrics::samples::Samples;
use crate::metrics::tally::Tally;
use std::fmt;

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, until the program starts again.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts of durations, in buckets whose bounds are powers of four.
    Histogram {
        /// The lowest bound is 2^`first` nanoseconds.
        first: u32,
        /// The highest finite bound is 2^`last` nanoseconds.
        last: u32,
    },
    /// Always 1; what it says is in its labels.
    Info,
}

impl Kind {
    /// The powers of two, in nanoseconds, that are the finite bounds of its buckets; none unless it is a histogram.
    pub fn octaves(self) -> impl Iterator<Item = u32> {
        let (first, last) = match self {
            Kind::Histogram { first, last } => (first, last + 1),
            _ => (0, 0),
        };
        (first..last).step_by(2)
    }

    /// How many series one sample of it is.
    pub fn series(self) -> usize {
        match self {
            // The bucket without a bound, the sum and the count.
            Kind::Histogram { .. } => self.octaves().count() + 3,
            _ => 1,
        }
    }

    /// Its name in the text format, version 0.0.4.
    pub const fn text_word(self) -> &'static str {
        match self {
            Kind::Counter => "counter",
            Kind::Gauge | Kind::Info => "gauge",
            Kind::Histogram { .. } => "histogram",
        }
    }
}

/// What a metric is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A number of things.
    One,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// A share, 0 to 1.
    Ratio,
}

impl Unit {
    /// The word that ends a metric's name; empty for plain numbers.
    pub const fn word(self) -> &'static str {
        match self {
            Unit::One => "",
            Unit::Seconds => "seconds",
            Unit::Bytes => "bytes",
            Unit::Ratio => "ratio",
        }
    }
}

/// Takes a metric's samples from the rows.
pub(crate) type Collect = for<'a> fn(&'a Tally<'a>, &mut Samples<'a>);

/// A metric of the catalogue.
pub struct Metric {
    /// Its name as samples of it are called, without the suffixes of a histogram's parts.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// What it is measured in.
    pub unit: Unit,
    /// The names of its labels, in the order in which they are written.
    pub labels: &'static [&'static str],
    /// One sentence on what it says.
    pub help: &'static str,
    /// Where the numbers come from.
    pub source: &'static str,
    pub(crate) collect: Collect,
}

impl Metric {
    /// Whether it has this label.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.contains(&label)
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metric")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("unit", &self.unit)
            .field("labels", &self.labels)
            .finish_non_exhaustive()
    }
}

//! The answer to a scrape.

use crate::metrics::admission::Admission;
use crate::metrics::catalog::CATALOG;
use crate::metrics::facade;
use crate::metrics::input::Input;
use crate::metrics::metric::Metric;
use crate::metrics::samples::Samples;
use crate::metrics::tally::Tally;
use crate::metrics::text::write_family;
use std::collections::HashMap;

/// Up to this many counters and gauges, the text format's are written by `metrics-exporter-prometheus`.
pub const FACADE_SERIES: usize = 1_000;

/// How an answer is written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The Prometheus text format, version 0.0.4.
    #[default]
    Text,
    /// OpenMetrics, version 1.0.
    OpenMetrics,
}

/// How a scrape is answered.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How it is written down.
    pub format: Format,
    /// The most series that an answer may have. What is above it is added up into series called `other`. It
    /// cannot go below what is always exported, a few hundred.
    pub max_series: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { format: Format::Text, max_series: 5_000 }
    }
}

/// Answers one scrape.
///
/// `admission` says who has series of their own; the program's one is passed to each scrape, so that a series never
/// moves into `other` or out of it.
pub fn render(input: &Input<'_>, admission: &mut Admission, options: &Options) -> String {
    let tally = Tally::new(input, admission, options.max_series);
    let families = collect(&tally);
    let simple: usize = families.iter().filter(|(m, _)| facade::fits(m)).map(|(_, s)| s.0.len()).sum();
    write(&families, options.format, options.format == Format::Text && simple <= FACADE_SERIES)
}

/// A metric and its samples.
type Family<'a> = (&'static Metric, Samples<'a>);

/// All samples of all metrics.
pub(crate) fn collect<'a>(tally: &'a Tally<'a>) -> Vec<Family<'a>> {
    let samples_of = |metric: &'static Metric| {
        let mut samples = Samples::default();
        (metric.collect)(tally, &mut samples);
        (metric, samples)
    };
    CATALOG.iter().map(samples_of).collect()
}

/// Writes everything down; what the facade can carry, by way of the exporter if `exporter` says so.
pub(crate) fn write(families: &[Family<'_>], format: Format, exporter: bool) -> String {
    let lines: usize = families.iter().map(|(m, s)| m.kind.series() * s.0.len()).sum();
    let mut body = String::with_capacity(lines * 96 + families.len() * 256);
    let mut by_exporter = HashMap::new();
    if exporter {
        by_exporter = facade::private_text(families.iter().filter(|(m, _)| facade::fits(m)));
    }
    for (metric, samples) in families {
        match by_exporter.get(metric.name) {
            Some(text) => body.push_str(text),
            None => write_family(&mut body, metric, samples, format),
        }
    }
    if format == Format::OpenMetrics {
        body.push_str("# EOF\n");
    }
    body
}

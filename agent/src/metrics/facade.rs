//! Counters and gauges through the `metrics` facade: into any recorder, and into a private one of
//! `metrics-exporter-prometheus` whose text becomes part of the answer.

use crate::metrics::catalog::CATALOG;
use crate::metrics::metric::{Kind, Metric, Unit};
use crate::metrics::samples::{Samples, Value};
use crate::metrics::tally::Tally;
use crate::metrics::{Admission, Input};
use ::metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::PrometheusBuilder;
use std::collections::HashMap;

const METADATA: Metadata<'static> = Metadata::new("taskscope", Level::INFO, Some("taskscope"));

/// Puts the counters and gauges of a scrape into a recorder, such as the one that the application exports already.
///
/// Histograms and fractional counters are left out: the facade has no way to hand over counts that exist already.
/// Counters are set with `absolute`, so a call may be repeated as often as one likes.
pub fn publish(input: &Input<'_>, admission: &mut Admission, max_series: usize, recorder: &dyn Recorder) {
    let tally = Tally::new(input, admission, max_series);
    for metric in CATALOG.iter().filter(|m| fits(m)) {
        let mut samples = Samples::default();
        (metric.collect)(&tally, &mut samples);
        publish_family(metric, &samples, recorder, str::to_owned);
    }
}

/// Whether the facade can carry it: gauges and whole counters.
pub(crate) fn fits(metric: &Metric) -> bool {
    match metric.kind {
        Kind::Gauge | Kind::Info => true,
        Kind::Counter => metric.unit == Unit::One,
        Kind::Histogram { .. } => false,
    }
}

fn publish_family(
    metric: &'static Metric,
    samples: &Samples<'_>,
    recorder: &dyn Recorder,
    value: fn(&str) -> String,
) {
    if samples.0.is_empty() {
        return;
    }
    // The unit stays unsaid: exporters would append it to the name, which ends with it already.
    match metric.kind {
        Kind::Counter => recorder.describe_counter(metric.name.into(), None, metric.help.into()),
        _ => recorder.describe_gauge(metric.name.into(), None, metric.help.into()),
    }
    for sample in &samples.0 {
        let labels: Vec<Label> =
            metric.labels.iter().zip(sample.labels).map(|(name, v)| Label::new(*name, value(v))).collect();
        let key = Key::from_parts(metric.name, labels);
        match (metric.kind, sample.value) {
            (Kind::Counter, Value::Whole(n)) => recorder.register_counter(&key, &METADATA).absolute(n),
            (_, Value::Whole(n)) => recorder.register_gauge(&key, &METADATA).set(n as f64),
            (_, Value::Real(x)) => recorder.register_gauge(&key, &METADATA).set(x),
            (_, Value::Durations(_)) => {}
        }
    }
}

/// The text of some metrics by name, as a private recorder of the exporter writes them, lines in order.
pub(crate) fn private_text<'m, 'a: 'm>(
    families: impl Iterator<Item = &'m (&'static Metric, Samples<'a>)>,
) -> HashMap<String, String> {
    let recorder = PrometheusBuilder::new().build_recorder();
    for (metric, samples) in families {
        // The exporter takes two backslashes for one that is escaped already, so they are escaped before.
        publish_family(metric, samples, &recorder, |v| v.replace('\\', "\\\\"));
    }
    recorder.handle().render().split("\n\n").filter_map(by_name).collect()
}

/// A block of the exporter's text, with the name of its metric. The exporter's order is that of a hash map.
fn by_name(block: &str) -> Option<(String, String)> {
    let name = block.split_once("# TYPE ")?.1.split(' ').next()?;
    let (head, lines): (Vec<&str>, Vec<&str>) = block.lines().partition(|line| line.starts_with('#'));
    let mut lines = lines;
    lines.sort_unstable();
    let text = head.into_iter().chain(lines).flat_map(|line| [line, "\n"]).chain(["\n"]).collect();
    Some((name.to_owned(), text))
}

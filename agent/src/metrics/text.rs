//! Writes samples down, in the text format 0.0.4 and in OpenMetrics 1.0.

use crate::metrics::catalog::CATALOG;
use crate::metrics::metric::{Kind, Metric, Unit};
use crate::metrics::render::Format;
use crate::metrics::samples::{Sample, Samples, Value, seconds};
use std::fmt::Write;

/// Writes one metric: what it is, and its samples. A metric without samples is not mentioned.
pub(crate) fn write_family(body: &mut String, metric: &Metric, samples: &Samples<'_>, format: Format) {
    if samples.0.is_empty() {
        return;
    }
    write_head(body, metric, format);
    let bounds: Vec<(u32, String)> =
        metric.kind.octaves().map(|octave| (octave, seconds(1 << octave).to_string())).collect();
    for sample in &samples.0 {
        match sample.value {
            Value::Whole(n) => {
                write_key(body, metric, "", sample, None);
                put(body, format_args!("{n}\n"));
            }
            Value::Real(x) => {
                write_key(body, metric, "", sample, None);
                put(body, format_args!("{x}\n"));
            }
            Value::Durations(histogram) => {
                let count = histogram.count();
                for (octave, bound) in &bounds {
                    write_key(body, metric, "_bucket", sample, Some(bound));
                    put(body, format_args!("{}\n", histogram.at_most_octave(*octave)));
                }
                write_key(body, metric, "_bucket", sample, Some("+Inf"));
                put(body, format_args!("{count}\n"));
                write_key(body, metric, "_sum", sample, None);
                put(body, format_args!("{}\n", seconds(histogram.sum)));
                write_key(body, metric, "_count", sample, None);
                put(body, format_args!("{count}\n"));
            }
        }
    }
    // Blank lines are for the reader's eye, and OpenMetrics forbids them.
    if format == Format::Text {
        body.push('\n');
    }
}

fn write_head(body: &mut String, metric: &Metric, format: Format) {
    let (family, kind) = match format {
        Format::Text => (metric.name, metric.kind.text_word()),
        Format::OpenMetrics => open_family(metric),
    };
    put(body, format_args!("# HELP {family} "));
    escape(body, metric.help, format == Format::OpenMetrics);
    put(body, format_args!("\n# TYPE {family} {kind}\n"));
    if format == Format::OpenMetrics && metric.unit != Unit::One {
        put(body, format_args!("# UNIT {family} {}\n", metric.unit.word()));
    }
}

/// Name and type of a family in OpenMetrics, which adds suffixes to the samples of some types.
fn open_family(metric: &Metric) -> (&'static str, &'static str) {
    let (suffix, kind) = match metric.kind {
        Kind::Counter => ("_total", "counter"),
        Kind::Info => ("_info", "info"),
        Kind::Gauge | Kind::Histogram { .. } => return (metric.name, metric.kind.text_word()),
    };
    match metric.name.strip_suffix(suffix) {
        // A family may appear once: next to a gauge of that name, a counter is of unknown type.
        Some(family) if CATALOG.iter().all(|m| m.name != family) => (family, kind),
        _ => (metric.name, "unknown"),
    }
}

/// Writes a sample's name and labels, and the space before its value.
fn write_key(body: &mut String, metric: &Metric, part: &str, sample: &Sample<'_>, le: Option<&str>) {
    body.push_str(metric.name);
    body.push_str(part);
    let mut next = '{';
    for (name, value) in metric.labels.iter().zip(sample.labels) {
        body.push(next);
        body.push_str(name);
        body.push_str("=\"");
        escape(body, value, true);
        body.push('"');
        next = ',';
    }
    if let Some(le) = le {
        body.push(next);
        body.push_str("le=\"");
        body.push_str(le);
        body.push('"');
        next = ',';
    }
    body.push_str(if next == '{' { " " } else { "} " });
}

/// Writes a label's value or a help text: both formats escape the backslash, the line feed and, in what stands
/// between quotes and in OpenMetrics everywhere, the quote.
fn escape(body: &mut String, text: &str, quotes: bool) {
    let mut rest = text;
    while let Some(at) = rest.find(|c| c == '\\' || c == '\n' || (quotes && c == '"')) {
        body.push_str(&rest[..at]);
        body.push_str(match rest.as_bytes()[at] {
            b'\\' => "\\\\",
            b'\n' => "\\n",
            _ => "\\\"",
        });
        rest = &rest[at + 1..];
    }
    body.push_str(rest);
}

fn put(body: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = body.write_fmt(text);
}

//! The values of one metric, before they are written.

use crate::snapshot::Histogram;

/// The most labels that a metric of the catalogue has.
pub(crate) const MAX_LABELS: usize = 3;

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// A whole number.
    Whole(u64),
    /// Any number.
    Real(f64),
    /// Counts of durations.
    Durations(&'a Histogram),
}

/// One value and the values of the metric's labels; places past the last label are empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample<'a> {
    pub(crate) labels: [&'a str; MAX_LABELS],
    pub(crate) value: Value<'a>,
}

/// All samples of one metric.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples<'a>(pub(crate) Vec<Sample<'a>>);

impl<'a> Samples<'a> {
    fn push(&mut self, labels: &[&'a str], value: Value<'a>) {
        let mut places = [""; MAX_LABELS];
        for (place, label) in places.iter_mut().zip(labels) {
            *place = label;
        }
        self.0.push(Sample { labels: places, value });
    }

    /// Adds a whole number.
    pub(crate) fn whole(&mut self, labels: &[&'a str], value: u64) {
        self.push(labels, Value::Whole(value));
    }

    /// Adds a whole number, unless it is not known.
    pub(crate) fn known(&mut self, labels: &[&'a str], value: Option<u64>) {
        if let Some(value) = value {
            self.whole(labels, value);
        }
    }

    /// Adds a share.
    pub(crate) fn real(&mut self, labels: &[&'a str], value: f64) {
        self.push(labels, Value::Real(value));
    }

    /// Adds a number of nanoseconds, as seconds.
    pub(crate) fn nanos(&mut self, labels: &[&'a str], nanos: u64) {
        self.real(labels, seconds(nanos));
    }

    /// Adds a histogram.
    pub(crate) fn durations(&mut self, labels: &[&'a str], histogram: &'a Histogram) {
        self.push(labels, Value::Durations(histogram));
    }
}

/// Nanoseconds as seconds.
pub(crate) fn seconds(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

//! Values that several documents share.

use crate::id::{ResourceId, TaskId};
use crate::snapshot::{Histogram, Place};
use serde::{Serialize, Serializer};
use std::fmt::Display;

/// How many members of a list inside of an entry are shown.
pub(crate) const MOST_LISTED: usize = 100;

/// What is shown as a text.
pub(crate) trait Text: Display {
    /// Whether it stands for something that is known.
    fn is_known(&self) -> bool {
        true
    }
}

impl Text for TaskId {}
impl Text for ResourceId {}

impl Text for Place {
    fn is_known(&self) -> bool {
        Place::is_known(*self)
    }
}

/// A value that is shown as its text: an id, a place in the source; `null` for what is not known.
#[derive(Debug)]
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: Text> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_known() { serializer.collect_str(&self.0) } else { serializer.serialize_none() }
    }
}

/// An optional value that is shown as its text.
pub(crate) fn shown<T>(value: Option<T>) -> Option<Shown<T>> {
    value.map(Shown)
}

/// Nanoseconds as seconds.
pub(crate) fn seconds(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

/// A distribution of durations in seconds; all `null` if nothing was recorded.
#[derive(Debug, Default, Serialize)]
pub(crate) struct QuantilesDto {
    p50: Option<f64>,
    p99: Option<f64>,
    max: Option<f64>,
}

impl QuantilesDto {
    pub(crate) fn of(histogram: &Histogram) -> QuantilesDto {
        QuantilesDto { p50: histogram.quantile(0.5), p99: histogram.quantile(0.99), max: histogram.max() }
    }

    /// The three numbers, in order.
    pub(crate) fn numbers(&self) -> [Option<f64>; 3] {
        [self.p50, self.p99, self.max]
    }
}

//! What a scrape of `/metrics` answers, as a pure function of a snapshot.
//!
//! [`CATALOG`] is the one table of metrics: the export, `docs/metrics.md` and the checks of the dashboards and rules
//! are derived from it. [`render`] tallies a snapshot into rows, keeps them under a series cap, lets each line of
//! the catalogue take its samples from the rows, and writes them down.
//!
//! # Why there are two renderers
//!
//! Counters and gauges of the text format go through the `metrics` facade into a private recorder of
//! `metrics-exporter-prometheus`, as long as there are few of them. The same function, [`publish`], puts them into
//! the recorder that an application already has. That cannot be the only way: the exporter has no OpenMetrics
//! (which is what a Prometheus server asks for), no fractional counters, no histograms that come with counts, and
//! its cost per series is many times that of writing the line. So `text` writes both formats by itself, and the
//! exporter's part ends at [`FACADE_SERIES`]. A test holds the two to the same lines.

mod admission;
mod catalog;
mod costs;
mod facade;
mod facts;
mod gate;
mod idle;
mod input;
mod metric;
mod pressure;
mod render;
mod rows;
mod samples;
mod tally;
mod text;

pub use admission::Admission;
pub use catalog::{CATALOG, find};
pub use facade::publish;
pub use input::{Input, Overhead};
pub use metric::{Kind, Metric, Unit};
pub use pressure::{Pressure, Pressures};
pub use render::{FACADE_SERIES, Format, Options, render};

#[cfg(test)]
mod tests;

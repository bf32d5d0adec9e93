//! Grafana dashboards and Prometheus rules for taskscope, as files and as constants.
//!
//! `grafana/` and `prometheus/` hold what an operator loads; the same text is in [`DASHBOARDS`] and [`RULES`], for
//! programs that bring their monitoring along. The dashboards are written from tables in `src/grafana/`: after a
//! change there, run `UPDATE_EXPECT=1 cargo test -p taskscope-dashboards`. `compose.yaml` starts Prometheus and
//! Grafana with all of it around a program on this machine.
#![forbid(unsafe_code)]

#[cfg(test)]
mod grafana;

/// A file of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, without the folder.
    pub name: &'static str,
    /// What is in it.
    pub text: &'static str,
}

/// Grafana dashboards, in the classic JSON model: load them by file provisioning or by import.
pub const DASHBOARDS: &[File] =
    &[File { name: "taskscope-overview.json", text: include_str!("../grafana/taskscope-overview.json") }];

/// Prometheus rule files.
pub const RULES: &[File] = &[
    File { name: "alerts.yml", text: include_str!("../prometheus/rules/alerts.yml") },
    File { name: "recording.yml", text: include_str!("../prometheus/rules/recording.yml") },
];

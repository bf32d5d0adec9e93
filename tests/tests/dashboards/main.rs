//! The dashboards and rules against the catalogue of metrics: whatever they ask for is exported, and whatever is
//! exported is asked for.
#![expect(clippy::expect_used, reason = "a test stops at the first thing that is not as it should be")]

mod expressions;
mod files;
mod queries;
mod rules;

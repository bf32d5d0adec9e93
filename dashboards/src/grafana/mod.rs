//! The generator of the dashboards: tables of panels, and how they become Grafana's JSON. It is part of the tests
//! only, so that programs that use the crate do not carry it.

mod json;
mod overview;
mod panel;
mod resources;
mod tasks;
mod tests;

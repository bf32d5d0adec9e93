//! Grafana dashboards and Prometheus rules for taskscope, as files and as constants.
#![forbid(unsafe_code)]

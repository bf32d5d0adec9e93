//! Every alert says what it is about, has a runbook, and is tested.

use crate::queries::of_rules;
use std::fs;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn every_alert_has_a_runbook_and_a_test_of_both_outcomes() {
    let runbooks = fs::read_to_string(root().join("docs/runbooks.md")).expect("runbooks");
    let tests: String = fs::read_dir(root().join("dashboards/prometheus/tests"))
        .expect("tests")
        .map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("a test"))
        .collect();
    let alerts: Vec<_> = of_rules().into_iter().filter(|r| !r.annotations.is_empty()).collect();
    assert!(alerts.len() >= 10);
    for alert in &alerts {
        let name = &alert.name;
        assert!(name.starts_with("Taskscope"), "{name}");
        let severity = alert.severity.as_deref().unwrap_or_default();
        assert!(["critical", "warning", "info"].contains(&severity), "{name}: severity {severity:?}");
        let of = |key: &str| {
            let found = alert.annotations.iter().find(|(k, _)| k == key);
            found.map(|(_, v)| v.as_str()).unwrap_or_else(|| panic!("{name} has no {key}"))
        };
        assert!(of("summary").ends_with('.') && of("description").ends_with('.'), "{name}");
        assert!(!of("summary").contains("$value"), "{name}: a summary does not change while the alert lasts");
        assert!(of("runbook_url").ends_with(&format!("docs/runbooks.md#{}", name.to_lowercase())), "{name}");
        assert!(of("dashboard_url").starts_with("/d/taskscope-overview?"), "{name}");
        assert!(runbooks.contains(&format!("\n## {name}\n")), "{name} has no runbook");
        let cases: Vec<&str> =
            tests.split("- eval_time:").filter(|c| c.contains(&format!("alertname: {name}\n"))).collect();
        let silent = cases.iter().filter(|c| c.contains("exp_alerts: []")).count();
        assert!(
            silent > 0 && silent < cases.len(),
            "{name} is tested {} times, {silent} of them silent",
            cases.len()
        );
    }
    for heading in runbooks.lines().filter_map(|l| l.strip_prefix("## ")) {
        assert!(alerts.iter().any(|a| a.name == heading), "{heading} is no alert");
    }
}

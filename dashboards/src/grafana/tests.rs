//! The committed dashboards are what the tables say, and the tables keep to the rules.

use super::json::{COLUMNS, dashboard};
use super::overview::OVERVIEW;
use super::panel::{Dashboard, Look, Panel, Query};
use expect_test::expect_file;
use serde_json::Value;
use std::collections::HashSet;

const ALL: &[&Dashboard] = &[&OVERVIEW];

fn text(d: &Dashboard) -> String {
    format!("{:#}\n", dashboard(d))
}

fn panels() -> impl Iterator<Item = &'static Panel> {
    ALL.iter().flat_map(|d| d.rows).flat_map(|r| r.panels)
}

#[test]
fn the_committed_dashboards_are_the_tables() {
    expect_file!["../../grafana/taskscope-overview.json"].assert_eq(&text(&OVERVIEW));
}

#[test]
fn every_dashboard_is_exposed() {
    let exposed: Vec<&str> = crate::DASHBOARDS.iter().map(|f| f.name).collect();
    let made: Vec<String> = ALL.iter().map(|d| format!("{}.json", d.uid)).collect();
    assert_eq!(exposed, made);
}

#[test]
fn every_panel_says_what_it_shows_what_is_normal_and_what_to_do() {
    let mut titles = HashSet::new();
    for p in panels() {
        let title = p.title;
        assert!(titles.insert(title), "{title} twice");
        for text in [p.what, p.normal, p.todo] {
            assert!(text.len() > 1 && text.ends_with('.'), "{title}: {text:?}");
        }
        assert!(
            ["none", "short", "s", "ops", "percentunit", "bytes"].contains(&p.unit),
            "{title}: {}",
            p.unit
        );
        assert!(!p.queries.is_empty() && p.size.0 <= COLUMNS, "{title}");
        assert!(p.limits.windows(2).all(|w| w[0].0 < w[1].0), "{title}: limits are in order");
    }
}

#[test]
fn every_query_selects_the_program_and_rates_over_the_panels_interval() {
    for p in panels() {
        for q in p.queries {
            let expr = q.promql();
            let title = p.title;
            assert!(!expr.contains('@') && !q.legend().is_empty(), "{title}: {expr}");
            let selectors = expr.matches('{').count();
            assert_eq!(
                selectors,
                expr.matches("taskscope_").count(),
                "{title}: a metric without matchers: {expr}"
            );
            for matcher in [r#"job=~"$job""#, r#"instance=~"$instance""#] {
                assert_eq!(expr.matches(matcher).count(), selectors, "{title}: {expr}");
            }
            assert_eq!(
                expr.matches('[').count(),
                expr.matches("[$__rate_interval]").count(),
                "{title}: {expr}"
            );
            if let Query::Quantile { by, q, .. } = q {
                assert!(by.ends_with("le") && (0.0..1.0).contains(q), "{title}");
            }
        }
        if p.look == Look::Heatmap {
            assert!(p.queries[0].promql().starts_with("sum by (le)"), "{}", p.title);
        }
    }
}

#[test]
fn panels_do_not_overlap_and_have_ids_of_their_own() {
    for d in ALL {
        let json = dashboard(d);
        let mut cells = HashSet::new();
        let mut ids = HashSet::new();
        for p in json["panels"].as_array().expect("a list") {
            assert!(ids.insert(p["id"].as_u64()), "{}", p["title"]);
            let at = |key: &str| p["gridPos"][key].as_u64().expect("a number");
            for x in at("x")..at("x") + at("w") {
                for y in at("y")..at("y") + at("h") {
                    assert!(x < u64::from(COLUMNS) && cells.insert((x, y)), "{} at {x} {y}", p["title"]);
                }
            }
        }
    }
}

#[test]
fn every_data_source_is_the_variable() {
    fn sources(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                if let Some(uid) = map.get("datasource").and_then(|d| d.get("uid")).and_then(Value::as_str) {
                    found.push(uid.into());
                }
                map.values().for_each(|v| sources(v, found));
            }
            Value::Array(list) => list.iter().for_each(|v| sources(v, found)),
            _ => {}
        }
    }
    for d in ALL {
        let mut found = Vec::new();
        sources(&dashboard(d), &mut found);
        found.retain(|uid| uid != "-- Grafana --");
        assert!(found.len() > 40 && found.iter().all(|uid| uid == "${datasource}"), "{found:?}");
    }
}

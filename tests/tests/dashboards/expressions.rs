//! Every expression parses, names metrics of the catalogue, and uses labels that they have.

use crate::queries::{of_dashboards, of_rules};
use promql_parser::parser::{self, Expr, LabelModifier, VectorSelector};
use std::collections::{HashMap, HashSet};
use taskscope::metrics::{CATALOG, Kind, find};

/// What a server adds to every sample.
const TARGET: [&str; 2] = ["job", "instance"];

/// Metrics that no dashboard and no rule reads, and why.
const UNUSED: &[(&str, &str)] = &[
    ("taskscope_agent_recording", "for a look by hand: with recording off, everything else stands still"),
    ("taskscope_agent_uncovered_places", "for a look by hand: the places themselves are at /api/v1/coverage"),
    ("taskscope_spurious_polls_total", "for a look by hand: which task it is stands at /api/v1/tasks"),
    ("taskscope_semaphore_wait_seconds", "for a later dashboard of semaphores alone"),
];

/// Names and labels of series that rules record, by the rule for their names: `level:metric:operation`, where the
/// level is the labels that are left.
fn recorded() -> HashMap<String, HashSet<String>> {
    of_rules()
        .into_iter()
        .filter(|r| r.severity.is_none())
        .map(|r| {
            let level = r.name.split(':').next().expect("a level");
            let labels = level.split('_').map(str::to_owned).collect();
            (r.name.clone(), labels)
        })
        .collect()
}

/// What is wrong with an expression.
fn faults(
    expr: &str,
    recorded: &HashMap<String, HashSet<String>>,
    used: &mut HashSet<&'static str>,
) -> Vec<String> {
    let mut faults = Vec::new();
    match parser::parse(expr) {
        Ok(expr) => {
            labels_of(&expr, recorded, used, &mut faults);
        }
        Err(error) => faults.push(error),
    }
    faults
}

/// Labels that the result of an expression may have; what is wrong inside it goes to `faults`.
fn labels_of(
    expr: &Expr,
    recorded: &HashMap<String, HashSet<String>>,
    used: &mut HashSet<&'static str>,
    faults: &mut Vec<String>,
) -> HashSet<String> {
    let mut of = |expr: &Expr| labels_of(expr, recorded, used, faults);
    match expr {
        Expr::VectorSelector(selector) => selector_labels(selector, recorded, used, faults),
        Expr::MatrixSelector(matrix) => selector_labels(&matrix.vs, recorded, used, faults),
        Expr::Paren(inner) => of(&inner.expr),
        Expr::Unary(inner) => of(&inner.expr),
        Expr::Subquery(inner) => of(&inner.expr),
        Expr::Call(call) => call.args.args.iter().flat_map(|arg| of(arg)).collect(),
        Expr::Aggregate(aggregate) => {
            let inside = of(&aggregate.expr);
            match &aggregate.modifier {
                Some(LabelModifier::Include(by)) => {
                    for label in by.labels.iter().filter(|l| !inside.contains(*l)) {
                        faults.push(format!("by {label}, which is not there"));
                    }
                    by.labels.iter().cloned().collect()
                }
                Some(LabelModifier::Exclude(without)) => {
                    inside.into_iter().filter(|l| !without.labels.contains(l)).collect()
                }
                None => HashSet::new(),
            }
        }
        Expr::Binary(binary) => {
            let (left, right) = (of(&binary.lhs), of(&binary.rhs));
            let scalar = matches!(*binary.lhs, Expr::NumberLiteral(_))
                || matches!(*binary.rhs, Expr::NumberLiteral(_));
            match binary.modifier.as_ref().and_then(|m| m.matching.as_ref()) {
                Some(LabelModifier::Include(on)) => {
                    for label in on.labels.iter().filter(|l| !left.contains(*l) || !right.contains(*l)) {
                        faults.push(format!("on {label}, which is not on both sides"));
                    }
                }
                Some(LabelModifier::Exclude(_)) => {}
                None if scalar => {}
                None if left != right => faults.push(format!("{left:?} does not match {right:?}")),
                None => {}
            }
            if left.is_empty() { right } else { left }
        }
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => HashSet::new(),
    }
}

fn selector_labels(
    selector: &VectorSelector,
    recorded: &HashMap<String, HashSet<String>>,
    used: &mut HashSet<&'static str>,
    faults: &mut Vec<String>,
) -> HashSet<String> {
    let name = selector.name.as_deref().unwrap_or_default();
    let labels: HashSet<String> = if name == "up" {
        TARGET.map(str::to_owned).into()
    } else if let Some(labels) = recorded.get(name) {
        labels.clone()
    } else if let Some(metric) = find(name) {
        used.insert(metric.name);
        if matches!(metric.kind, Kind::Histogram { .. }) == (name == metric.name) {
            faults.push(format!("{name} has no samples of its own"));
        }
        let le = name.ends_with("_bucket").then_some("le");
        metric.labels.iter().copied().chain(TARGET).chain(le).map(str::to_owned).collect()
    } else {
        faults.push(format!("{name} is not in the catalogue"));
        return HashSet::new();
    };
    for matcher in &selector.matchers.matchers {
        if !labels.contains(&matcher.name) {
            faults.push(format!("{name} has no label {}", matcher.name));
        }
    }
    labels
}

#[test]
fn every_expression_asks_for_what_is_exported() {
    let recorded = recorded();
    let mut used = HashSet::new();
    let mut all = Vec::new();
    for query in of_dashboards() {
        all.extend(
            faults(&query.expr, &recorded, &mut used).into_iter().map(|f| format!("{}: {f}", query.place)),
        );
    }
    for rule in of_rules() {
        all.extend(
            faults(&rule.expr, &recorded, &mut used).into_iter().map(|f| format!("{}: {f}", rule.name)),
        );
    }
    assert!(all.is_empty(), "{all:#?}");
    for metric in CATALOG {
        let listed = UNUSED.iter().any(|(name, _)| *name == metric.name);
        assert_ne!(used.contains(metric.name), listed, "{} is used, or else listed as unused", metric.name);
    }
}

#[test]
fn the_check_sees_what_is_wrong() {
    let check = |expr: &str| faults(expr, &recorded(), &mut HashSet::new());
    let fine = [
        "sum by (pool) (taskscope_tasks{state=\"running\", job=~\"$job\"})",
        "histogram_quantile(0.9, sum by (le) (rate(taskscope_poll_duration_seconds_bucket[5m])))",
        "taskscope_queue_depth / taskscope_queue_capacity > 0.9",
        "up == 0 and on (job, instance) taskscope_build_info",
    ];
    for expr in fine {
        assert_eq!(check(expr), [""; 0], "{expr}");
    }
    let wrong = [
        "sum by (pool) (",
        "taskscope_task",
        "taskscope_tasks{queue=\"x\"}",
        "sum by (queue) (taskscope_tasks)",
        "sum by (le) (rate(taskscope_poll_duration_seconds_sum[5m]))",
        "rate(taskscope_poll_duration_seconds[5m])",
        "taskscope_tasks_count",
        "taskscope_queue_depth / taskscope_tasks",
        "taskscope_queue_depth / on (pool, state) taskscope_tasks",
        "job_instance:taskscope_no_such_rule:sum",
    ];
    for expr in wrong {
        assert!(!check(expr).is_empty(), "{expr}");
    }
}

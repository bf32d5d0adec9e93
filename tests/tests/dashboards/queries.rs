//! All expressions that are shipped, with where they stand.

use serde_json::Value;
use taskscope_dashboards::{DASHBOARDS, File, RULES};
use yaml_rust2::{Yaml, YamlLoader};

/// An expression and where it stands.
pub(crate) struct Query {
    pub(crate) place: String,
    pub(crate) expr: String,
}

/// A rule of a rule file.
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) expr: String,
    /// Empty for a recording rule.
    pub(crate) annotations: Vec<(String, String)>,
    pub(crate) severity: Option<String>,
}

/// The queries of all panels, annotations and variables.
pub(crate) fn of_dashboards() -> Vec<Query> {
    let mut all = Vec::new();
    for file in DASHBOARDS {
        let json: Value = serde_json::from_str(file.text).expect("JSON");
        panels(file, &json["panels"], &mut all);
        for annotation in json["annotations"]["list"].as_array().expect("a list") {
            if let Some(expr) = annotation["expr"].as_str() {
                all.push(Query {
                    place: format!("{}: {}", file.name, annotation["name"]),
                    expr: expr.into(),
                });
            }
        }
        for variable in json["templating"]["list"].as_array().expect("a list") {
            if variable["type"] == "query" {
                let query = variable["query"]["query"].as_str().expect("a query");
                let inner = query.strip_prefix("label_values(").and_then(|q| q.rsplit_once(", "));
                let (expr, label) = inner.expect("label_values(expression, label)");
                let place = format!("{}: variable {}", file.name, variable["name"]);
                // The label has to exist: as an aggregation, it is checked like any other.
                all.push(Query {
                    place,
                    expr: format!("count by ({}) ({expr})", label.trim_end_matches(')')),
                });
            }
        }
    }
    for query in &mut all {
        query.expr = query.expr.replace("$__rate_interval", "1m");
    }
    all
}

fn panels(file: &File, list: &Value, all: &mut Vec<Query>) {
    for panel in list.as_array().expect("a list of panels") {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let expr = target["expr"].as_str().expect("an expression");
            all.push(Query { place: format!("{}: {}", file.name, panel["title"]), expr: expr.into() });
        }
        if panel["type"] == "row" {
            panels(file, &panel["panels"], all);
        }
    }
}

/// All rules of all rule files.
pub(crate) fn of_rules() -> Vec<Rule> {
    let mut all = Vec::new();
    for file in RULES {
        let documents = YamlLoader::load_from_str(file.text).expect("YAML");
        for group in documents[0]["groups"].as_vec().expect("groups") {
            all.extend(group["rules"].as_vec().expect("rules").iter().map(rule));
        }
    }
    all
}

fn rule(yaml: &Yaml) -> Rule {
    let text = |key: &str| yaml[key].as_str().map(str::to_owned);
    let annotations = yaml["annotations"].as_hash().into_iter().flatten();
    Rule {
        name: text("alert").or(text("record")).expect("a name"),
        expr: text("expr").expect("an expression"),
        annotations: annotations
            .map(|(k, v)| (k.as_str().expect("a name").into(), v.as_str().expect("a text").into()))
            .collect(),
        severity: yaml["labels"]["severity"].as_str().map(str::to_owned),
    }
}

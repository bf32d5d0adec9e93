//! Tables of panels as Grafana's classic JSON model.

use super::panel::{Dashboard, Look, Panel, q};
use serde_json::{Value, json};

/// The model of Grafana 11.6; newer ones migrate it when they load it.
const SCHEMA_VERSION: u32 = 41;
/// Columns of Grafana's grid.
pub(crate) const COLUMNS: u32 = 24;

/// A dashboard as Grafana loads it.
pub(crate) fn dashboard(d: &Dashboard) -> Value {
    json!({
        "uid": d.uid,
        "title": d.title,
        "description": d.about,
        "tags": ["taskscope", "rust", "tokio"],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": false,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-15m", "to": "now"},
        "timepicker": {},
        "timezone": "",
        "fiscalYearStartMonth": 0,
        "liveNow": false,
        "preload": false,
        "weekStart": "",
        "annotations": {"list": [built_in_annotation(), findings_annotation()]},
        "links": [{
            "title": "Taskscope dashboards", "type": "dashboards", "tags": ["taskscope"], "asDropdown": true,
            "includeVars": true, "keepTime": true, "targetBlank": false, "icon": "external link", "tooltip": "",
            "url": "",
        }],
        "templating": {"list": variables()},
        "panels": panels(d),
    })
}

fn source() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}

fn variables() -> Value {
    let query = |name: &str, label: &str, query: &str| {
        json!({
            "name": name, "label": label, "type": "query", "datasource": source(),
            "query": {"query": query, "refId": "Variable"}, "definition": query, "refresh": 2, "multi": true,
            "includeAll": true, "allValue": ".+", "sort": 1, "hide": 0, "skipUrlSync": false, "regex": "",
            "options": [], "current": {"text": ["All"], "value": ["$__all"]},
        })
    };
    json!([
        {
            "name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "refresh": 1,
            "hide": 0, "includeAll": false, "multi": false, "skipUrlSync": false, "regex": "", "options": [],
            "current": {"text": "default", "value": "default"},
        },
        query("job", "Job", "label_values(taskscope_build_info, job)"),
        query("instance", "Instance", r#"label_values(taskscope_build_info{job=~"$job"}, instance)"#),
        query("pool", "Pool", r#"label_values(taskscope_tasks{job=~"$job", instance=~"$instance"}, pool)"#),
    ])
}

fn built_in_annotation() -> Value {
    json!({
        "builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": true, "hide": true,
        "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard",
    })
}

fn findings_annotation() -> Value {
    // Open now, and not an interval ago. The increase of the counter would miss what is found right after the start.
    let open = q("sum by (job, instance, kind) (taskscope_findings{@}) > 0", "").promql();
    let before =
        q("sum by (job, instance, kind) (taskscope_findings{@} offset $__rate_interval) > 0", "").promql();
    json!({
        "name": "New findings", "enable": true, "iconColor": "red", "datasource": source(),
        "expr": format!("({open}) unless ({before})"), "step": "10s", "titleFormat": "{{kind}}",
        "textFormat": "{{instance}}", "tagKeys": "kind",
    })
}

fn panels(d: &Dashboard) -> Vec<Value> {
    let mut all = Vec::new();
    let mut y = 0;
    for row in d.rows {
        let id = all.len() + 1;
        let place = json!({"x": 0, "y": y, "w": COLUMNS, "h": 1});
        all.push(json!({
            "id": id, "type": "row", "title": row.title, "collapsed": false, "gridPos": place, "panels": [],
        }));
        y += 1;
        let (mut x, mut line) = (0, 0);
        for p in row.panels {
            let (width, height) = p.size;
            if x + width > COLUMNS {
                (x, y, line) = (0, y + line, 0);
            }
            all.push(panel(p, all.len() + 1, &json!({"x": x, "y": y, "w": width, "h": height})));
            (x, line) = (x + width, line.max(height));
        }
        y += line;
    }
    all
}

fn panel(p: &Panel, id: usize, place: &Value) -> Value {
    let kind = match p.look {
        Look::Stat => "stat",
        Look::Bars => "bargauge",
        Look::Lines | Look::Stack | Look::Log => "timeseries",
        Look::Heatmap => "heatmap",
        Look::Table => "table",
    };
    let targets: Vec<Value> = (b'A'..).zip(p.queries).map(|(letter, q)| {
        let table = p.look == Look::Table;
        let format = match p.look {
            Look::Table => "table",
            Look::Heatmap => "heatmap",
            _ => "time_series",
        };
        json!({
            "refId": char::from(letter).to_string(), "datasource": source(), "editorMode": "code",
            "expr": q.promql(), "legendFormat": q.legend(), "format": format, "range": !table, "instant": table,
            "exemplar": false,
        })
    }).collect();
    let mut panel = json!({
        "id": id,
        "type": kind,
        "title": p.title,
        "description": format!("{}\n\n**Normal:** {}\n\n**If not:** {}", p.what, p.normal, p.todo),
        "datasource": source(),
        "gridPos": place,
        "targets": targets,
        "fieldConfig": {"defaults": defaults(p), "overrides": overrides(p)},
        "options": options(p),
    });
    if p.look == Look::Table {
        panel["transformations"] = transformations(p);
    }
    panel
}

fn defaults(p: &Panel) -> Value {
    let steps: Vec<Value> = std::iter::once(json!({"color": "green", "value": null}))
        .chain(p.limits.iter().map(|(value, color)| json!({"color": color, "value": value})))
        .collect();
    let color = match p.look {
        Look::Stat | Look::Bars | Look::Table => "thresholds",
        _ => "palette-classic",
    };
    let mut defaults = json!({
        "unit": p.unit,
        "color": {"mode": color},
        "thresholds": {"mode": "absolute", "steps": steps},
        "mappings": [],
        "custom": custom(p),
    });
    if p.look != Look::Log && p.look != Look::Heatmap {
        defaults["min"] = json!(0);
    }
    if p.unit == "percentunit" {
        defaults["max"] = json!(1);
    }
    if p.look == Look::Stat {
        defaults["noValue"] = json!("none");
    }
    defaults
}

/// What the panel type itself can be told about a field.
fn custom(p: &Panel) -> Value {
    let scale =
        if p.look == Look::Log { json!({"type": "log", "log": 10}) } else { json!({"type": "linear"}) };
    match p.look {
        Look::Stat | Look::Bars => json!({}),
        Look::Lines | Look::Stack | Look::Log => json!({
            "drawStyle": "line",
            "lineInterpolation": "linear",
            "lineWidth": 1,
            "fillOpacity": if p.look == Look::Stack { 40 } else { 0 },
            "gradientMode": "none",
            "showPoints": "never",
            "spanNulls": false,
            "stacking": {"mode": if p.look == Look::Stack { "normal" } else { "none" }, "group": "A"},
            "axisPlacement": "auto",
            "scaleDistribution": scale,
            "thresholdsStyle": {"mode": "off"},
        }),
        Look::Heatmap => json!({
            "hideFrom": {"legend": false, "tooltip": false, "viz": false},
            "scaleDistribution": {"type": "linear"},
        }),
        Look::Table => json!({
            "align": "auto",
            "cellOptions": {"type": "auto"},
            "minWidth": 80,
            "inspect": false,
            "filterable": false,
        }),
    }
}

/// What single fields are shown like: the instance leads to its live page, a capacity is a dashed line.
fn overrides(p: &Panel) -> Value {
    match p.look {
        Look::Table => {
            let link = json!([{
                "title": "Live page of ${__value.text}", "url": "http://${__value.text}/", "targetBlank": true,
            }]);
            // A counter does not go back when all is well again, so it gets no colour.
            let colored = p.queries.iter().filter(|q| !p.limits.is_empty() && !q.promql().contains("_total"));
            let colored =
                colored.map(|q| by_name(q.legend(), "custom.cellOptions", &json!({"type": "color-text"})));
            let mut all = vec![by_name("instance", "links", &link)];
            all.extend(p.queries.iter().map(|q| by_name(q.legend(), "custom.width", &json!(100))));
            all.extend(colored);
            json!(all)
        }
        Look::Lines if p.queries.iter().any(|q| q.legend().ends_with(" capacity")) => json!([{
            "matcher": {"id": "byRegexp", "options": "/ capacity$/"},
            "properties": [
                {"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [10, 10]}},
                {"id": "custom.fillOpacity", "value": 0},
            ],
        }]),
        _ => json!([]),
    }
}

fn by_name(field: &str, property: &str, value: &Value) -> Value {
    json!({
        "matcher": {"id": "byName", "options": field},
        "properties": [{"id": property, "value": value}],
    })
}

/// Beside a wide panel there is room for numbers; below a narrow one there is only room for names.
fn legend(p: &Panel) -> Value {
    if p.size.0 * 2 >= COLUMNS {
        json!({"displayMode": "table", "placement": "right", "showLegend": true, "calcs": ["lastNotNull", "max"]})
    } else {
        json!({"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []})
    }
}

fn options(p: &Panel) -> Value {
    let last = json!({"calcs": ["lastNotNull"], "fields": "", "values": false});
    match p.look {
        Look::Stat => json!({
            "reduceOptions": last,
            "colorMode": if p.limits.is_empty() { "value" } else { "background" },
            "graphMode": "area",
            "justifyMode": "auto",
            "orientation": "auto",
            "percentChangeColorMode": "standard",
            "showPercentChange": false,
            "textMode": "value",
            "wideLayout": true,
        }),
        Look::Bars => json!({
            "reduceOptions": last,
            "displayMode": "gradient",
            "orientation": "horizontal",
            "showUnfilled": true,
            "valueMode": "color",
            "namePlacement": "auto",
            "text": {"titleSize": 14, "valueSize": 16},
            "sizing": "auto",
            "minVizWidth": 8,
            "minVizHeight": 16,
            "maxVizHeight": 300,
            "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": false},
        }),
        Look::Lines | Look::Stack | Look::Log => json!({
            "legend": legend(p),
            "tooltip": {"mode": "multi", "sort": "desc"},
        }),
        Look::Heatmap => json!({
            "calculate": false,
            "cellGap": 1,
            "color": {
                "mode": "scheme", "scheme": "Oranges", "steps": 64, "exponent": 0.5, "fill": "dark-orange",
                "reverse": false, "scale": "exponential",
            },
            "exemplars": {"color": "rgba(255,0,255,0.7)"},
            "filterValues": {"le": 1e-9},
            "legend": {"show": true},
            "rowsFrame": {"layout": "auto"},
            "showValue": "never",
            "tooltip": {"mode": "single", "showColorScale": false, "yHistogram": false},
            "yAxis": {"axisPlacement": "left", "reverse": false, "unit": p.unit},
        }),
        Look::Table => json!({
            "showHeader": true,
            "cellHeight": "sm",
            "sortBy": [{"displayName": p.queries[0].legend(), "desc": true}],
        }),
    }
}

/// The queries of a table as its columns.
fn transformations(p: &Panel) -> Value {
    let names: serde_json::Map<String, Value> = (b'A'..)
        .zip(p.queries)
        .map(|(letter, q)| (format!("Value #{}", char::from(letter)), json!(q.legend())))
        .collect();
    json!([
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {"excludeByName": {"Time": true}, "indexByName": {}, "renameByName": names}},
    ])
}

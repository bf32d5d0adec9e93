//! What a dashboard is, as tables.

/// A dashboard.
pub(crate) struct Dashboard {
    pub(crate) uid: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) rows: &'static [Row],
}

/// A titled row of panels, which are placed from left to right and broken into lines at 24 columns.
pub(crate) struct Row {
    pub(crate) title: &'static str,
    pub(crate) panels: &'static [Panel],
}

/// A panel.
pub(crate) struct Panel {
    pub(crate) title: &'static str,
    /// What it shows.
    pub(crate) what: &'static str,
    /// What is normal.
    pub(crate) normal: &'static str,
    /// What to do when it is not.
    pub(crate) todo: &'static str,
    pub(crate) look: Look,
    /// Grafana's name of the unit.
    pub(crate) unit: &'static str,
    /// Columns (of 24) and height.
    pub(crate) size: (u32, u32),
    pub(crate) queries: &'static [Query],
    /// From which value on a value is of which colour; below the first it is green.
    pub(crate) limits: &'static [(f64, &'static str)],
}

/// How a panel is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// One number.
    Stat,
    /// Bars from 0 to 1.
    Bars,
    /// Lines over time.
    Lines,
    /// Areas on top of each other, over time.
    Stack,
    /// Lines over time on a logarithmic scale.
    Log,
    /// Counts of buckets over time.
    Heatmap,
    /// One line per set of labels, one column per query, whose header is the query's legend.
    Table,
}

/// A query and the name of what it returns, in which `{{label}}` stands for a label's value.
///
/// In PromQL, `@pool` stands for the matchers of job, instance and pool, and `@` for those of job and instance.
pub(crate) enum Query {
    /// Any expression.
    Expr { expr: &'static str, legend: &'static str },
    /// A quantile of a histogram over the interval of the panel, by labels.
    Quantile { q: f64, metric: &'static str, by: &'static str, legend: &'static str },
}

/// Any expression.
pub(crate) const fn q(expr: &'static str, legend: &'static str) -> Query {
    Query::Expr { expr, legend }
}

/// The quantile `q` of a histogram; `by` ends with `le`.
pub(crate) const fn quantile(q: f64, metric: &'static str, by: &'static str, legend: &'static str) -> Query {
    Query::Quantile { q, metric, by, legend }
}

impl Query {
    /// The query as Grafana gets it.
    pub(crate) fn promql(&self) -> String {
        let program = r#"job=~"$job", instance=~"$instance""#;
        let short = match self {
            Query::Expr { expr, .. } => (*expr).to_owned(),
            Query::Quantile { q, metric, by, .. } => format!(
                "histogram_quantile({q}, sum by ({by}) (rate({metric}_bucket{{@pool}}[$__rate_interval])))"
            ),
        };
        short.replace("@pool", r#"@, pool=~"$pool""#).replace('@', program)
    }

    /// What its lines are called.
    pub(crate) fn legend(&self) -> &'static str {
        match self {
            Query::Expr { legend, .. } | Query::Quantile { legend, .. } => legend,
        }
    }
}

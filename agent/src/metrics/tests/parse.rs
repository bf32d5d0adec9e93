//! A strict reader of both formats: it refuses what a server might let pass.

use crate::metrics::Format;
use std::collections::{BTreeMap, HashSet};

/// A sample: its name, its labels, and its value as written.
pub(super) type Line = (String, Labels, String);
/// Names and values of labels, in the order in which they are written.
pub(super) type Labels = Vec<(String, String)>;

/// Reads a body and returns its samples, or says what is wrong with it.
pub(super) fn parse(body: &str, format: Format) -> Result<Vec<Line>, String> {
    let text = match format {
        Format::Text => body,
        Format::OpenMetrics => body.strip_suffix("# EOF\n").ok_or("no # EOF at the end")?,
    };
    if !text.ends_with('\n') {
        return Err("the last line has no end".into());
    }
    let mut reader = Reader { format, family: None, families: HashSet::new(), samples: Vec::new() };
    for line in text.lines() {
        reader.line(line).map_err(|e| format!("{e}: {line}"))?;
    }
    let keys: HashSet<_> = reader.samples.iter().map(|(n, l, _)| (n, l)).collect();
    if keys.len() != reader.samples.len() {
        return Err("a series appears twice".into());
    }
    buckets_add_up(&reader.samples)?;
    Ok(reader.samples)
}

struct Family {
    name: String,
    kind: Option<String>,
}

struct Reader {
    format: Format,
    family: Option<Family>,
    families: HashSet<String>,
    samples: Vec<Line>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() {
            return if self.format == Format::Text { Ok(()) } else { Err("blank line".into()) };
        }
        let Some(comment) = line.strip_prefix("# ") else { return self.sample(line) };
        let mut words = comment.splitn(3, ' ');
        let (Some(what), Some(name), Some(rest)) = (words.next(), words.next(), words.next()) else {
            return Err("short comment".into());
        };
        match what {
            "HELP" => {
                if !self.families.insert(name.into()) {
                    return Err("family begins twice".into());
                }
                self.family = Some(Family { name: name.into(), kind: None });
                unescape(rest, false).map(drop)
            }
            "TYPE" | "UNIT" => {
                let family = self.family.as_mut().filter(|f| f.name == name).ok_or("of another family")?;
                if what == "TYPE" {
                    family.kind = Some(rest.into());
                } else if self.format == Format::Text || !name.ends_with(&format!("_{rest}")) {
                    return Err("unit is not in the name".into());
                }
                Ok(())
            }
            _ => Err("unknown comment".into()),
        }
    }

    fn sample(&mut self, line: &str) -> Result<(), String> {
        let name_end = line.find(['{', ' ']).ok_or("no value")?;
        let (name, mut rest) = line.split_at(name_end);
        if !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return Err("odd name".into());
        }
        let mut labels = Vec::new();
        if let Some(mut inside) = rest.strip_prefix('{') {
            loop {
                let (label, value) = inside.split_once("=\"").ok_or("no label")?;
                let end = closing_quote(value).ok_or("open quote")?;
                labels.push((label.to_owned(), unescape(&value[..end], true)?));
                inside = &value[end + 1..];
                match inside.strip_prefix(',') {
                    Some(more) => inside = more,
                    None => break,
                }
            }
            rest = inside.strip_prefix('}').ok_or("no }")?;
        }
        let value = rest.strip_prefix(' ').ok_or("no value")?;
        value.parse::<f64>().map_err(|e| e.to_string())?;
        let family = self.family.as_ref().ok_or("no family")?;
        let part = name.strip_prefix(family.name.as_str()).ok_or("of another family")?;
        let kind = family.kind.as_deref().ok_or("no type")?;
        let fits = match (kind, self.format) {
            ("counter", Format::Text) => part.is_empty() && name.ends_with("_total"),
            ("counter", Format::OpenMetrics) => part == "_total",
            ("info", Format::OpenMetrics) => part == "_info" && value == "1",
            ("unknown", Format::OpenMetrics) => part.is_empty(),
            ("gauge", _) => part.is_empty() && !name.ends_with("_total"),
            ("histogram", _) => match part {
                "_bucket" => labels.last().is_some_and(|(l, _)| l == "le"),
                "_sum" | "_count" => labels.iter().all(|(l, _)| l != "le"),
                _ => false,
            },
            _ => false,
        };
        if !fits {
            return Err(format!("does not fit a {kind}"));
        }
        self.samples.push((name.into(), labels, value.into()));
        Ok(())
    }
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|b| {
        let end = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        end
    })
}

fn unescape(text: &str, quotes: bool) -> Result<String, String> {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.push(match chars.next() {
                Some('\\') => '\\',
                Some('n') => '\n',
                Some('"') => '"',
                other => return Err(format!("escape of {other:?}")),
            }),
            '"' if quotes => return Err("bare quote".into()),
            c => plain.push(c),
        }
    }
    Ok(plain)
}

/// Checks that the buckets of each histogram grow in bound and in count, and end with all of it.
fn buckets_add_up(samples: &[Line]) -> Result<(), String> {
    let mut histograms: BTreeMap<(String, Labels), Vec<(f64, u64)>> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for (name, labels, value) in samples {
        if let Some(family) = name.strip_suffix("_bucket") {
            let (le, labels) = labels.split_last().ok_or("no le")?;
            let bound: f64 = le.1.parse().map_err(|_| "le is no number")?;
            let count = value.parse().map_err(|_| "bucket is no count")?;
            histograms.entry((family.into(), labels.to_vec())).or_default().push((bound, count));
        } else if let Some(family) = name.strip_suffix("_count") {
            counts.insert(
                (family.to_owned(), labels.clone()),
                value.parse::<u64>().map_err(|e| e.to_string())?,
            );
        }
    }
    for (key, buckets) in &histograms {
        let grow = buckets.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1);
        let last = buckets.last().copied().unwrap_or_default();
        if !grow || last.0 != f64::INFINITY || counts.get(key) != Some(&last.1) {
            return Err(format!("buckets of {key:?} do not add up"));
        }
    }
    if histograms.len() != counts.len() {
        return Err("a histogram without buckets".into());
    }
    Ok(())
}

#[test]
fn the_reader_is_strict() {
    let text = |body: &str| parse(body, Format::Text).is_ok();
    let open = |body: &str| parse(body, Format::OpenMetrics).is_ok();
    assert!(text("# HELP a_total x\n# TYPE a_total counter\na_total{b=\"c\"} 1\n"));
    assert!(!text("# HELP a_total x\n# TYPE a_total counter\na_total{b=\"c\"} 1"));
    assert!(!text("# HELP a x\n# TYPE a counter\na 1\n"));
    assert!(!text("# HELP a x\n# TYPE a gauge\na 1\na 2\n"));
    assert!(!text("# HELP a x\n# TYPE a gauge\nb 1\n"));
    assert!(!text("# HELP a x\n# TYPE a gauge\na{b=\"\\x\"} 1\n"));
    assert!(!text("# HELP a x\n# TYPE a gauge\na{b=\"c\"d\"} 1\n"));
    let histogram = |le: &str, n: u64| {
        format!(
            "# HELP a x\n# TYPE a histogram\na_bucket{{le=\"1\"}} 2\na_bucket{{le=\"{le}\"}} {n}\na_sum 2\na_count 2\n"
        )
    };
    assert!(text(&histogram("+Inf", 2)));
    assert!(!text(&histogram("+Inf", 3)));
    assert!(!text(&histogram("+Inf", 1)));
    assert!(!text(&histogram("0.5", 2)));
    assert!(open("# HELP a x\n# TYPE a counter\na_total 1\n# EOF\n"));
    assert!(open(
        "# HELP a_seconds x\n# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n"
    ));
    assert!(!open("# HELP a x\n# TYPE a counter\na_total 1\n"));
    assert!(!open("# HELP a x\n# TYPE a counter\n\na_total 1\n# EOF\n"));
    assert!(!open("# HELP a_total x\n# TYPE a_total counter\na_total 1\n# EOF\n"));
    assert!(!open("# HELP a x\n# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n"));
}

//! The parameters of a request, checked against the table.

use crate::http::Reply;
use crate::http::route::{Allowed, Param, Route};

/// How much of a bad value is shown.
const SHOWN: usize = 80;

/// Parameters that are all known and allowed.
#[derive(Debug, Default)]
pub(crate) struct Query {
    values: Vec<(&'static str, String)>,
}

impl Query {
    /// Reads the part of a target behind the `?`; 400 names what is wrong and what is allowed.
    pub(crate) fn read(route: &'static Route, text: &str) -> Result<Query, Reply> {
        let mut query = Query::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            let Some(param) = route.params.iter().find(|p| p.name == name) else {
                return Err(unknown(route, &name));
            };
            if !param.repeated && query.get(param.name).is_some() {
                return Err(Reply::bad_request(&format!("{name} may be given once only")));
            }
            if !param.allowed.takes(&value) {
                return Err(Reply::bad_request(&format!(
                    "{name} is {:?}, {}",
                    shorten(&value),
                    param.allowed()
                )));
            }
            query.values.push((param.name, value));
        }
        Ok(query)
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(n, _)| *n == name).map(|(_, v)| v.as_str())
    }

    /// The value of a parameter that is a whole number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.parse().ok()
    }
}

impl Allowed {
    fn takes(&self, value: &str) -> bool {
        match self {
            Allowed::Words(words) => words.contains(&value),
            Allowed::Whole(least, most) => {
                value.bytes().all(|b| b.is_ascii_digit())
                    && value.parse::<u64>().is_ok_and(|n| (*least..=*most).contains(&n))
            }
            Allowed::Sort(fields) => fields.contains(&value.strip_prefix('-').unwrap_or(value)),
            Allowed::Text(most) => !value.is_empty() && value.chars().count() <= *most,
            // What it holds is checked by who made it.
            Allowed::Cursor => !value.is_empty() && value.len() <= 200,
        }
    }

    /// What is allowed, in words.
    pub(crate) fn words(&self) -> String {
        match self {
            Allowed::Words(words) => words.join(", "),
            Allowed::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Allowed::Sort(fields) => format!("FIELD or -FIELD, where FIELD is {}", fields.join(", ")),
            Allowed::Text(most) => format!("a text of 1 to {most} characters"),
            Allowed::Cursor => "the `next` of an answer".to_owned(),
        }
    }
}

impl Param {
    fn allowed(&self) -> String {
        format!("allowed is {}", self.allowed.words())
    }
}

fn unknown(route: &Route, name: &str) -> Reply {
    let known: Vec<&str> = route.params.iter().map(|p| p.name).collect();
    let known = if known.is_empty() { "no parameter".to_owned() } else { known.join(", ") };
    Reply::bad_request(&format!("there is no parameter {:?}; {} takes {known}", shorten(name), route.path))
}

/// Percent signs and plus signs undone.
fn decode(text: &str) -> Result<String, Reply> {
    let bad = || Reply::bad_request(&format!("{:?} is not percent-encoded UTF-8", shorten(text)));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let (digits, after) = rest.split_at_checked(2).ok_or_else(bad)?;
                rest = after;
                let digit = |d: u8| char::from(d).to_digit(16).map(|d| d as u8);
                match (digit(digits[0]), digit(digits[1])) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err(bad()),
                }
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).map_err(|_| bad())
}

fn shorten(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::route;
    use expect_test::{Expect, expect};

    fn read(path: &str, text: &str) -> Result<Query, Reply> {
        Query::read(route::find(path).expect(path).route, text)
    }

    fn check(path: &str, text: &str, expected: Expect) {
        let reply = read(path, text).expect_err(text);
        assert_eq!(reply.status.as_u16(), 400);
        expected.assert_eq(std::str::from_utf8(&reply.body).expect("JSON"));
    }

    #[test]
    fn a_bad_parameter_is_named_with_what_is_allowed() {
        check(
            "/api/v1/summary",
            "x=1",
            expect![[r#"{"error":"there is no parameter \"x\"; /api/v1/summary takes no parameter"}"#]],
        );
        check(
            "/flamegraph",
            "second=5",
            expect![[
                r#"{"error":"there is no parameter \"second\"; /flamegraph takes profile, seconds, pool, format"}"#
            ]],
        );
        check(
            "/flamegraph",
            "seconds=301",
            expect![[r#"{"error":"seconds is \"301\", allowed is a whole number from 1 to 300"}"#]],
        );
        check(
            "/flamegraph",
            "profile=wall",
            expect![[r#"{"error":"profile is \"wall\", allowed is cpu, wait, contention, heap"}"#]],
        );
        check(
            "/flamegraph",
            "seconds=1&seconds=2",
            expect![[r#"{"error":"seconds may be given once only"}"#]],
        );
        check("/api/v1/tasks", "pool=%f", expect![[r#"{"error":"\"%f\" is not percent-encoded UTF-8"}"#]]);
    }

    #[test]
    fn values_outside_of_what_is_allowed_are_refused() {
        for text in [
            "limit=0",
            "limit=1001",
            "limit=",
            "limit=+5",
            "limit=1e2",
            "limit=-1",
            "limit=99999999999999999999",
            "state=done",
            "state=",
            "sort=name",
            "sort=--polls",
            "sort=-",
            "pool=",
            "cursor=",
            "text=",
            "pool=%ff",
            "kind=mutex",
        ] {
            assert!(read("/api/v1/tasks", text).is_err(), "{text}");
        }
        let long = format!("pool={}", "x".repeat(65));
        assert!(read("/api/v1/tasks", &long).is_err());
    }

    #[test]
    fn values_are_decoded_and_may_be_repeated_where_the_table_says_so() {
        let query =
            read("/api/v1/tasks", "pool=a%20b&pool=c+d&&limit=7&sort=-polls&text=%C3%A9").expect("fine");
        assert_eq!(query.all("pool").collect::<Vec<_>>(), ["a b", "c d"]);
        assert_eq!(
            (query.number("limit"), query.get("sort"), query.get("text")),
            (Some(7), Some("-polls"), Some("é"))
        );
        assert_eq!((query.get("cursor"), query.number("seconds")), (None, None));
    }
}

//! `docs/api.md`: its tables come from the route table, its examples are real answers.

use super::client::get;
use super::fake::serve;
use super::fixture;
use crate::config::VARIABLES;
use crate::http::route::{ROUTES, Route};
use expect_test::expect_file;
use std::fmt::Write;
use std::net::SocketAddr;

/// Where what is filled in begins; the rest of the line says what.
const BEGIN: &str = "<!-- begin ";
const END: &str = "<!-- end -->";

/// The document is what it becomes when everything between the marks is filled in anew. To write it: set
/// `UPDATE_EXPECT=1` and run this test.
#[test]
fn the_document_says_what_the_listener_answers() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api.md");
    let text = std::fs::read_to_string(path).expect("the document");
    let (_server, addr, _) = serve(fixture::fake());
    let mut filled = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(BEGIN) {
        let line = rest[at..].find('\n').map(|n| at + n + 1).expect("a line");
        filled.push_str(&rest[..line]);
        let what = rest[at + BEGIN.len()..line].trim().trim_end_matches("-->").trim();
        filled.push_str(&fill(what, addr));
        rest = &rest[line + rest[line..].find(END).expect("an end")..];
    }
    filled.push_str(rest);
    expect_file!["../../../../docs/api.md"].assert_eq(&filled);
    for route in ROUTES {
        assert!(filled.contains(&format!("`{}`", route.path)), "{} is in the document", route.path);
        assert!(
            route.params.is_empty() || filled.contains(&format!("{BEGIN}parameters {} -->", route.path)),
            "the parameters of {} are in the document",
            route.path
        );
    }
}

fn fill(what: &str, addr: SocketAddr) -> String {
    match what.split_once(' ').unwrap_or((what, "")) {
        ("routes", _) => routes(),
        ("variables", _) => variables(),
        ("parameters", path) => parameters(ROUTES.iter().find(|r| r.path == path).expect(path)),
        ("example", target) => example(target, addr),
        _ => panic!("{what} is nothing to fill in"),
    }
}

fn routes() -> String {
    let mut table = String::from("| route | methods | answer |\n|---|---|---|\n");
    for route in ROUTES {
        let methods: Vec<&str> = route.methods.iter().map(|m| m.as_str()).collect();
        let _ = writeln!(table, "| `{}` | {} | {} |", route.path, methods.join(", "), route.doc);
    }
    table
}

fn variables() -> String {
    let mut table = String::from("| variable | allowed | default | meaning |\n|---|---|---|---|\n");
    for v in VARIABLES {
        let _ = writeln!(table, "| `{}` | {} | {} | {} |", v.name, v.allowed, v.default, v.doc);
    }
    table
}

fn parameters(route: &Route) -> String {
    let mut table = String::from("| parameter | allowed | without it | meaning |\n|---|---|---|---|\n");
    for p in route.params {
        let repeated = if p.repeated { " May be repeated." } else { "" };
        let _ =
            writeln!(table, "| `{}` | {} | {} | {}{repeated} |", p.name, p.allowed.words(), p.default, p.doc);
    }
    table
}

/// A real answer, with the port that every run has another of.
fn example(target: &str, addr: SocketAddr) -> String {
    let answer = get(addr, target);
    let text = answer.text().replace(&addr.to_string(), "127.0.0.1:6060");
    format!("```json\n{}\n```\n", laid_out(&text))
}

/// JSON in lines, in the order of its fields; what fits on a line stays on it.
fn laid_out(json: &str) -> String {
    let mut out = String::new();
    lay_out(json, 0, &mut out);
    out
}

/// Lines of the examples are not longer, where it can be helped.
const WIDTH: usize = 110;

fn lay_out(json: &str, indent: usize, out: &mut String) {
    let opens = json.starts_with(['{', '[']);
    if !opens || indent + json.len() <= WIDTH {
        out.push_str(&spaced(json));
        return;
    }
    out.push_str(&json[..1]);
    for (i, member) in members(&json[1..json.len() - 1]).into_iter().enumerate() {
        out.push_str(if i > 0 { ",\n" } else { "\n" });
        let inner = indent + 2;
        out.extend(std::iter::repeat_n(' ', inner));
        let value = if json.starts_with('{') { members_colon(member) } else { 0 };
        if value > 0 {
            let _ = write!(out, "{} ", &member[..value]);
        }
        lay_out(&member[value..], inner, out);
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str(&json[json.len() - 1..]);
}

/// Where each of the characters stands outside of strings, with how many brackets are open around it.
fn outside(json: &str) -> impl Iterator<Item = (usize, char, usize)> {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    json.char_indices().filter_map(move |(at, c)| {
        if quoted {
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            return None;
        }
        match c {
            '"' => quoted = true,
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        Some((at, c, depth))
    })
}

/// The members of an object or a list, without its brackets.
fn members(json: &str) -> Vec<&str> {
    let mut cuts: Vec<usize> = vec![];
    cuts.extend(outside(json).filter(|(_, c, depth)| *c == ',' && *depth == 0).map(|(at, _, _)| at));
    let starts = std::iter::once(0).chain(cuts.iter().map(|at| at + 1));
    starts.zip(cuts.iter().copied().chain([json.len()])).map(|(from, to)| &json[from..to]).collect()
}

/// Where the value of a member begins.
fn members_colon(member: &str) -> usize {
    outside(member).find(|(_, c, _)| *c == ':').map_or(0, |(at, _, _)| at + 1)
}

/// With a space behind each comma and colon.
fn spaced(json: &str) -> String {
    let mut out = json.to_owned();
    let marks: Vec<usize> =
        outside(json).filter(|(_, c, _)| matches!(c, ',' | ':')).map(|(at, _, _)| at).collect();
    for at in marks.into_iter().rev() {
        out.insert(at + 1, ' ');
    }
    out
}

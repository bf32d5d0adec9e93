//! Everything that is refused: with which status, in which words, in which order.

use super::client::{Client, ask, get};
use super::fake::{Fake, serve, serve_with};
use crate::config::{Config, Token};
use crate::http::Limits;
use std::sync::atomic::Ordering::SeqCst;

const BEARER: &str = "Bearer correct-horse";

fn guarded() -> Config {
    Config { token: Some(Token::from("correct-horse")), ..Config::default() }
}

#[test]
fn errors_come_in_the_order_of_the_contract() {
    let (_server, addr, _) = serve_with(Fake::default(), &guarded(), Limits::default());
    let ask = |method: &str, target: &str, host: &str, authorization: &str| {
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n"
        );
        Client::connect(addr).send(head).read(true)
    };
    // Each request is wrong in every later respect as well.
    let cases = [
        (403, ask("PUT", "/nowhere?x=1", "evil.example", "Bearer no")),
        (401, ask("PUT", "/nowhere?x=1", "localhost", "Bearer no")),
        (404, ask("PUT", "/nowhere?x=1", "localhost", BEARER)),
        (405, ask("PUT", "/flamegraph?x=1", "localhost", BEARER)),
        (400, ask("GET", "/flamegraph?profile=heap&x=1", "localhost", BEARER)),
        (503, ask("GET", "/flamegraph?profile=heap", "localhost", BEARER)),
        (200, ask("GET", "/api/v1/tasks", "localhost", BEARER)),
    ];
    for (status, answer) in cases {
        assert_eq!(answer.status, status, "{}", answer.text());
        if status != 200 {
            assert!(!answer.error().is_empty());
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn the_page_and_the_health_check_ask_for_no_token() {
    let (_server, addr, _) = serve_with(Fake::default(), &guarded(), Limits::default());
    for open in ["/", "/healthz"] {
        assert_eq!(get(addr, open).status, 200, "{open}");
    }
    for closed in ["/metrics", "/api/v1/summary", "/flamegraph", "/nowhere", "/api/v1/tasks/t1.1"] {
        let answer = get(addr, closed);
        assert_eq!(answer.status, 401, "{closed}");
        assert!(answer.header("www-authenticate").is_some_and(|v| v.starts_with("Bearer")), "{closed}");
    }
}

#[test]
fn a_wrong_method_is_told_the_right_ones() {
    let (_server, addr, _) = serve(Fake::default());
    for method in ["POST", "DELETE", "OPTIONS", "TRACE", "BREW"] {
        let answer = ask(addr, method, "/api/v1/tasks", &[]);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
        assert!(answer.error().contains(method), "{}", answer.text());
    }
}

#[test]
fn an_unknown_path_is_told_the_known_ones() {
    let (_server, addr, _) = serve(Fake::default());
    for path in
        ["/nowhere", "/api/v1", "/api/v1/tasks/", "/api/v1/tasks/t1.1/x", "//", "/metrics/", "/METRICS"]
    {
        let answer = get(addr, path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.error().contains("/api/v1/findings"), "{}", answer.text());
    }
    for (path, form) in [
        ("/api/v1/tasks/7", "t12.3"),
        ("/api/v1/tasks/r5.1", "t12.3"),
        ("/api/v1/resources/t1.1", "r5.1"),
        ("/api/v1/tasks/t7.7", "no live task t7.7"),
        ("/api/v1/resources/r7.7", "no live resource r7.7"),
    ] {
        let answer = get(addr, path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.error().contains(form), "{}", answer.text());
    }
}

#[test]
fn what_is_shown_of_a_request_is_escaped_and_short() {
    let (_server, addr, _) = serve(Fake::default());
    let answer = get(addr, "/metrics?%3Cscript%3E%22%0A=1");
    assert_eq!((answer.status, answer.header("content-type")), (400, Some("application/json")));
    assert!(answer.error().contains("<script>"), "{}", answer.text());
    assert!(!answer.text().contains('\n'), "{}", answer.text());
    let long = get(addr, &format!("/{}", "x".repeat(8000)));
    assert!(long.status == 404 && long.body.len() < 1000, "{}", long.text());
    let long = get(addr, &format!("/metrics?{}=1", "x".repeat(8000)));
    assert!(long.status == 400 && long.body.len() < 1000, "{}", long.text());
}

#[test]
fn a_panic_of_the_source_is_an_answer_and_nothing_more() {
    let (_server, addr, fake) = serve(Fake::default());
    fake.panics.store(true, SeqCst);
    for target in ["/api/v1/tasks", "/api/v1/summary", "/flamegraph?seconds=1"] {
        let answer = get(addr, target);
        assert_eq!(answer.status, 500, "{target}");
        assert!(answer.error().contains("taskscope"));
    }
    assert_eq!(get(addr, "/healthz").text(), "ok\n");
    fake.panics.store(false, SeqCst);
    assert_eq!(get(addr, "/api/v1/tasks").status, 200);
    fake.release.set();
    assert_eq!(get(addr, "/flamegraph?seconds=1").status, 200, "the window was given back");
}

#[test]
fn head_answers_as_get_does_without_a_body() {
    let (_server, addr, _) = serve(Fake::default());
    for target in [
        "/",
        "/healthz",
        "/metrics",
        "/api/v1/summary",
        "/api/v1/graph?format=dot",
        "/nowhere",
        "/metrics?x=1",
    ] {
        let (head, get) = (ask(addr, "HEAD", target, &[]), get(addr, target));
        assert_eq!(head.status, get.status, "{target}");
        for name in ["content-type", "content-length", "allow"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {target}");
        }
    }
}

#[test]
fn a_request_that_is_none_is_told_so() {
    let (_server, addr, _) = serve(Fake::default());
    for bytes in [
        "hello\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
    ] {
        let mut client = Client::connect(addr);
        let answer = client.send(bytes).read(true);
        assert_eq!(answer.status, 400, "{bytes:?}");
        assert!(answer.error().contains("HTTP/1.1"), "{}", answer.text());
        assert!(client.is_closed(), "{bytes:?}");
    }
}

#[test]
fn a_trace_that_was_not_kept_is_not_there() {
    let (_server, addr, _) = serve(Fake::default());
    let cases = [
        ("finding=f2", 200),
        ("last=1", 200),
        ("finding=f1", 404),
        ("finding=2", 400),
        ("last=2", 400),
        ("last=1&finding=f1", 400),
        ("seconds=1&finding=f1", 400),
    ];
    for (query, status) in cases {
        let answer = get(addr, &format!("/debug/trace?{query}"));
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
        if status == 200 {
            assert_eq!(answer.json()["otherData"]["findings"], serde_json::json!(["f2"]));
            let file = answer.header("content-disposition").expect("a download");
            assert!(file.ends_with("-f2.trace.json\""), "{file}");
        }
    }
}

//! Every variable: what is taken, and what is refused in which words.

use super::*;
use crate::error::Error;
use expect_test::{Expect, expect};
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

fn read(pairs: &[(&str, &str)]) -> Result<Config, Error> {
    Config::from_lookup(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v)))
}

#[test]
fn nothing_set_means_defaults() {
    assert_eq!(read(&[]).expect("nothing is wrong"), Config::default());
}

#[test]
fn every_variable_is_read() {
    let config = read(&[
        ("TASKSCOPE_ADDR", "0.0.0.0:0"),
        ("TASKSCOPE_TOKEN", "correct-horse"),
        ("TASKSCOPE_ALLOWED_HOSTS", "app, Metrics.example.,10.0.0.7,fd00::7"),
        ("TASKSCOPE_ENABLED", "0"),
        ("TASKSCOPE_FLIGHT", "1"),
        ("TASKSCOPE_LOCK_ORDER", "1"),
        ("TASKSCOPE_STACKS", "0"),
        ("TASKSCOPE_STUCK_AFTER", "2.5"),
        ("TASKSCOPE_BUDGET", "0.05"),
        ("TASKSCOPE_MAX_MEMORY", "128 MiB"),
        ("TASKSCOPE_MAX_SERIES", "700"),
    ])
    .expect("all values are allowed");
    let expected = Config {
        addr: Some(SocketAddr::from(([0, 0, 0, 0], 0))),
        token: Some(Token::from("correct-horse")),
        allowed_hosts: ["app", "Metrics.example.", "10.0.0.7", "fd00::7"].map(str::to_owned).into(),
        enabled: false,
        stuck_after: Duration::from_millis(2500),
        budget: 0.05,
        flight_recorder: true,
        lock_order: true,
        stacks: false,
        max_memory: 128 << 20,
        max_series: 700,
        ..Config::default()
    };
    assert_eq!(config, expected);
}

#[test]
fn addresses_and_amounts_of_memory_have_several_spellings() {
    let addr = |text| read(&[("TASKSCOPE_ADDR", text)]).expect(text).addr.map(|a| a.to_string());
    assert_eq!(addr("off"), None);
    assert_eq!(addr("localhost:7000").as_deref(), Some("127.0.0.1:7000"));
    assert_eq!(addr("[::1]:7000").as_deref(), Some("[::1]:7000"));
    let memory = |text| read(&[("TASKSCOPE_MAX_MEMORY", text)]).expect(text).max_memory;
    assert_eq!(memory("2097152"), 2 << 20);
    assert_eq!(memory("2097152B"), 2 << 20);
    assert_eq!(memory("2048KiB"), 2 << 20);
    assert_eq!(memory("2 GiB"), 2 << 30);
    assert_eq!(memory("5MB"), 5_000_000);
}

#[test]
fn a_bad_value_is_refused() {
    for (name, values) in [
        ("TASKSCOPE_ADDR", &["", "6060", "127.0.0.1", "localhost", "127.0.0.1:99999", "example.com:80"][..]),
        (
            "TASKSCOPE_ALLOWED_HOSTS",
            &[
                "",
                "app,",
                ",",
                "app:6060",
                "http://app",
                "*",
                "*.example",
                "a b",
                "a..b",
                "[::1]",
                "é",
                "a@b",
            ],
        ),
        ("TASKSCOPE_ENABLED", &["", "yes", "2", "true"]),
        ("TASKSCOPE_FLIGHT", &["on", "-1"]),
        ("TASKSCOPE_LOCK_ORDER", &["on", "2"]),
        ("TASKSCOPE_STACKS", &["", "off", "yes"]),
        ("TASKSCOPE_STUCK_AFTER", &["", "0", "-1", "NaN", "inf", "1e9", "5s"]),
        ("TASKSCOPE_BUDGET", &["", "-0.1", "1.1", "NaN", "1%"]),
        ("TASKSCOPE_MAX_MEMORY", &["", "1", "64", "64M", "-5MiB", "1.5GiB", "99999999TiB", "MiB"]),
        ("TASKSCOPE_MAX_SERIES", &["", "0", "320", "1e3", "-5", "1000001"]),
        ("TASKSCOPE_TOKEN", &["", "short", "with space in it", "naïve-token", "line\nbreak-token"]),
    ] {
        for value in values {
            let error = read(&[(name, value)]).expect_err(value);
            assert!(error.is_config());
            let text = error.to_string();
            assert!(text.contains(name) && text.contains("allowed is"), "{text}");
        }
    }
}

#[test]
fn the_text_names_variable_value_and_what_is_allowed() {
    let check = |name: &str, value: &str, expected: Expect| {
        expected.assert_eq(&read(&[(name, value)]).expect_err("a bad value").to_string());
    };
    check(
        "TASKSCOPE_ADDR",
        "6060",
        expect![[
            r#"TASKSCOPE_ADDR is "6060", allowed is IP:PORT, localhost:PORT or off; port 0 takes a free one"#
        ]],
    );
    check(
        "TASKSCOPE_ALLOWED_HOSTS",
        "app:6060",
        expect![[
            r#"TASKSCOPE_ALLOWED_HOSTS is "app:6060", allowed is names and addresses of hosts, without a port, separated by commas"#
        ]],
    );
    check("TASKSCOPE_ENABLED", "yes", expect![[r#"TASKSCOPE_ENABLED is "yes", allowed is 1 or 0"#]]);
    let long = "9".repeat(1000);
    assert!(read(&[("TASKSCOPE_MAX_SERIES", &long)]).expect_err("too large").to_string().len() < 250);
}

#[test]
fn a_value_that_is_no_text_is_refused() {
    for variable in VARIABLES.iter().filter(|v| v.name != "TASKSCOPE_TOKEN_FILE") {
        let error = Config::from_lookup(|name| {
            (name == variable.name).then(|| OsStr::from_bytes(b"\xff\xfe").to_owned())
        });
        assert!(error.expect_err("no text").to_string().contains(variable.name));
    }
}

#[test]
fn a_token_comes_from_one_of_two_places_and_is_never_shown() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config/samples/token.txt");
    let config = read(&[("TASKSCOPE_TOKEN_FILE", path)]).expect("a readable file");
    assert_eq!(config.token, Some(Token::from("from-a-file")));
    assert!(!format!("{config:?}").contains("from-a-file"));

    let both = read(&[("TASKSCOPE_TOKEN_FILE", path), ("TASKSCOPE_TOKEN", "another-token")]);
    let text = both.expect_err("both are set").to_string();
    assert!(text.contains("TASKSCOPE_TOKEN_FILE") && !text.contains("another-token"), "{text}");

    let missing = read(&[("TASKSCOPE_TOKEN_FILE", "/no/such/file")]).expect_err("no such file");
    assert!(missing.to_string().contains("/no/such/file"));
    assert!(std::error::Error::source(&missing).is_some());

    let secret = read(&[("TASKSCOPE_TOKEN", "my secret")]).expect_err("has a space").to_string();
    assert!(!secret.contains("my secret"), "{secret}");
}

#[test]
fn tokens_match_only_when_equal() {
    let token = Token::from("correct-horse");
    assert!(token.matches(b"correct-horse"));
    for wrong in ["", "correct-hors", "correct-horse!", "correct-horsecorrect-horse", "Correct-horse"] {
        assert!(!token.matches(wrong.as_bytes()), "{wrong}");
    }
    assert!(Token::from("").matches(b"") && !Token::from("").matches(b"x"));
}

#[test]
fn an_open_address_needs_a_token_or_a_clear_word() {
    let mut config = Config { addr: Some(SocketAddr::from(([0, 0, 0, 0], 6060))), ..Config::default() };
    assert!(config.check().expect_err("nothing protects it").is_config());
    config.allow_unauthenticated = true;
    config.check().expect("it was said in so many words");
    config.allow_unauthenticated = false;
    config.token = Some(Token::from("correct-horse"));
    config.check().expect("a token protects it");
    config.token = Some(Token::from("short"));
    config.check().expect_err("a token set by code is checked as well");
    Config { addr: None, ..Config::default() }.check().expect("no listener, nothing to protect");
    let mapped = "[::ffff:127.0.0.1]:6060".parse().ok();
    Config { addr: mapped, ..Config::default() }.check().expect("loopback in its IPv6 spelling");
    let hosts = |host: &str| Config { allowed_hosts: vec![host.to_owned()], ..Config::default() };
    hosts("app").check().expect("a name");
    hosts("app:6060").check().expect_err("no port is compared");
    Config { budget: f64::NAN, ..Config::default() }.check().expect_err("no share");
    Config { stuck_after: Duration::ZERO, ..Config::default() }.check().expect_err("no patience at all");
}

#[test]
fn all_variables_are_in_the_table_and_asked_for() {
    let asked = std::cell::RefCell::new(Vec::new());
    let _ = Config::from_lookup(|name| {
        asked.borrow_mut().push(name.to_owned());
        None
    });
    let mut asked = asked.into_inner();
    let mut listed: Vec<String> = VARIABLES.iter().map(|v| v.name.to_owned()).collect();
    asked.sort_unstable();
    listed.sort_unstable();
    assert_eq!(asked, listed);
}

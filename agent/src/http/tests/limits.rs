//! Limits on size, time and number, and what a client is told at each.

use super::client::{Client, get};
use super::fake::{Fake, Flag, serve, serve_with};
use crate::config::Config;
use crate::http::Limits;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn quick() -> Limits {
    Limits { head_time: Duration::from_millis(50), idle_time: Duration::from_millis(50), ..Limits::default() }
}

#[test]
fn one_connection_serves_many_requests() {
    let (_server, addr, _) = serve(Fake::default());
    let mut client = Client::connect(addr);
    for _ in 0..3 {
        assert_eq!(client.send(REQUEST).read(true).text(), "ok\n");
    }
    // Two at once, an empty line between them, and the end of sending behind.
    client.send(format!("{REQUEST}\r\n{REQUEST}")).finish_sending();
    assert_eq!(client.read(true).text(), "ok\n");
    assert_eq!(client.read(true).text(), "ok\n");
    assert!(client.is_closed());
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let (_server, addr, _) = serve(Fake::default());
    let mut client = Client::connect(addr);
    for byte in REQUEST.as_bytes() {
        client.send([*byte]);
    }
    assert_eq!(client.read(true).text(), "ok\n");
}

#[test]
fn a_client_that_only_stops_sending_gets_its_answer() {
    let fake = Fake { snapshots: Flag::default(), ..Fake::default() };
    let (_server, addr, fake) = serve(fake);
    let mut client = Client::connect(addr);
    client.send("GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\n\r\n").finish_sending();
    assert_eq!(get(addr, "/healthz").status, 200, "meanwhile others are served");
    fake.snapshots.set();
    assert_eq!(client.read(true).status, 200);
}

#[test]
fn the_listener_answers_while_all_its_workers_are_busy() {
    let fake = Fake { snapshots: Flag::default(), ..Fake::default() };
    let (_server, addr, fake) = serve(fake);
    fake.release.set();
    let busy: Vec<Client> = (0..20)
        .map(|_| {
            let mut client = Client::connect(addr);
            client.send("GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\n\r\n");
            client
        })
        .collect();
    assert_eq!(get(addr, "/healthz").text(), "ok\n");
    assert_eq!(get(addr, "/flamegraph?seconds=1").status, 200, "profiles have threads of their own");
    fake.snapshots.set();
    for mut client in busy {
        assert_eq!(client.read(true).status, 200);
    }
}

#[test]
fn a_head_that_is_too_long_is_refused() {
    let (_server, addr, _) = serve(Fake::default());
    let limit = Limits::default().head;
    let request = |more: usize| {
        let head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ";
        format!("{head}{}\r\n\r\n", "x".repeat(more - head.len() - 4))
    };
    assert_eq!(Client::connect(addr).send(request(limit)).read(true).status, 200);
    for bytes in [
        request(limit + 1),
        request(10 * limit),
        "x".repeat(limit + 1),
        format!("GET /{}", "x".repeat(limit)),
    ] {
        let mut client = Client::connect(addr);
        let answer = client.try_send(bytes).read(true);
        assert_eq!(answer.status, 431);
        assert!(answer.error().contains("16384 bytes"), "{}", answer.text());
        assert!(client.is_closed());
    }
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "a: b\r\n".repeat(100));
    assert_eq!(Client::connect(addr).send(many).read(true).status, 431);
}

#[test]
fn a_body_that_is_too_long_is_refused_before_it_is_sent() {
    let (_server, addr, _) = serve(Fake::default());
    let request = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n";
    let answer = Client::connect(addr).send(request).read(true);
    assert_eq!(answer.status, 413);
    assert!(answer.error().contains("65536 bytes"), "{}", answer.text());
    let fits =
        format!("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\r\n{}", "x".repeat(65536));
    assert_eq!(Client::connect(addr).try_send(fits).read(true).status, 405);
}

#[test]
fn a_request_that_does_not_end_is_told_that_it_is_slow() {
    let (_server, addr, _) = serve_with(Fake::default(), &Config::default(), quick());
    for bytes in ["G", "GET / HTTP/1.1\r\nHost: local", "GET / HTTP/1.1\r\nHost: localhost\r\n"] {
        let mut client = Client::connect(addr);
        let answer = client.send(bytes).read(true);
        assert_eq!(answer.status, 408, "{bytes:?}");
        assert!(answer.error().contains("0.1 seconds"), "{}", answer.text());
        assert!(client.is_closed());
    }
}

#[test]
fn a_connection_without_a_request_is_closed_without_a_word() {
    let (_server, addr, _) = serve_with(Fake::default(), &Config::default(), quick());
    assert!(Client::connect(addr).is_closed());
    let mut client = Client::connect(addr);
    assert_eq!(client.send(REQUEST).read(true).status, 200);
    assert!(client.is_closed());
}

#[test]
fn a_slow_answer_is_not_a_slow_request() {
    let fake = Fake { snapshots: Flag::default(), ..Fake::default() };
    let (_server, addr, fake) = serve_with(fake, &Config::default(), quick());
    let mut slow = Client::connect(addr);
    slow.send("GET /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // Until others that came later have timed out several times over.
    for _ in 0..4 {
        assert!(Client::connect(addr).is_closed());
    }
    fake.snapshots.set();
    assert_eq!(slow.read(true).status, 200);
}

#[test]
fn connections_beyond_the_limit_are_told_so() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let (_server, addr, _) = serve_with(Fake::default(), &Config::default(), limits);
    let hold = |addr: SocketAddr| {
        let mut client = Client::connect(addr);
        assert_eq!(client.send(REQUEST).read(true).status, 200);
        client
    };
    let (first, _second) = (hold(addr), hold(addr));
    let mut third = Client::connect(addr);
    let answer = third.try_send(REQUEST).read(true);
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")));
    assert!(answer.error().contains("2 connections"), "{}", answer.text());
    assert!(third.is_closed());
    drop(first);
    // The place is free as soon as the listener has noticed.
    while Client::connect(addr).try_send(REQUEST).read(true).status != 200 {
        thread::yield_now();
    }
}

#[test]
fn dropping_the_server_closes_everything() {
    let fake = Fake { snapshots: Flag::default(), ..Fake::default() };
    let (server, addr, fake) = serve(fake);
    let mut idle = Client::connect(addr);
    assert_eq!(idle.send(REQUEST).read(true).status, 200);
    let mut busy = Client::connect(addr);
    busy.send("GET /flamegraph?seconds=300 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    while fake.started.load(std::sync::atomic::Ordering::SeqCst) == 0 {
        thread::yield_now();
    }
    drop(server);
    assert!(idle.is_closed());
    assert!(busy.is_closed());
    assert_eq!(fake.cancelled.load(std::sync::atomic::Ordering::SeqCst), 1, "the profile was ended");
    assert!(std::net::TcpStream::connect(addr).is_err(), "nobody listens");
    // The port is free for the next one.
    drop(std::net::TcpListener::bind(addr).expect("free"));
}

#[test]
fn a_taken_port_is_an_error_that_says_so() {
    let (_server, addr, fake) = serve(Fake::default());
    let again = crate::http::Server::start(addr, &Config::default(), fake);
    let error = again.expect_err("taken");
    assert!(error.is_bind(), "{error}");
    assert!(error.to_string().contains(&addr.to_string()), "{error}");
}

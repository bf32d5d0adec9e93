//! `/flamegraph`: who gets a profile, who does not, and when it ends.

use super::client::{Client, ask, get};
use super::fake::{Fake, serve};
use crate::http::ProfileError;
use std::net::SocketAddr;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

fn start(addr: SocketAddr, query: &str) -> Client {
    let mut client = Client::connect(addr);
    client.send(format!("GET /flamegraph{query} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    client
}

fn until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

#[test]
fn what_is_asked_for_is_what_the_source_is_asked() {
    let (_server, addr, fake) = serve(Fake::default());
    fake.release.set();
    let answer = get(addr, "/flamegraph");
    assert_eq!((answer.status, answer.text()), (200, "cpu profile as svg 10s None"));
    assert_eq!(answer.header("content-type"), Some("image/svg+xml"));
    let name = "attachment; filename=\"thumbnails-cpu-10s-1767225660.svg\"";
    assert_eq!(answer.header("content-disposition"), Some(name));
    let answer = get(addr, "/flamegraph?seconds=300&pool=resize&format=folded&profile=cpu");
    assert_eq!(answer.text(), "cpu profile as folded 300s Some(\"resize\")");
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
}

#[test]
fn head_starts_no_profile() {
    let (_server, addr, fake) = serve(Fake::default());
    let answer = ask(addr, "HEAD", "/flamegraph?seconds=300", &[]);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/svg+xml")));
    *fake.ready.lock().expect("no panic inside") = Err(ProfileError::Taken("taken".to_owned()));
    assert_eq!(ask(addr, "HEAD", "/flamegraph", &[]).status, 409);
    assert_eq!(fake.started.load(SeqCst), 0);
}

#[test]
fn a_fifth_profile_is_told_when_to_come_back() {
    let (_server, addr, fake) = serve(Fake::default());
    let mut four: Vec<Client> = (0..4).map(|_| start(addr, "?seconds=200")).collect();
    until(|| fake.started.load(SeqCst) == 4);
    let answer = get(addr, "/flamegraph?seconds=1");
    assert_eq!(answer.status, 429);
    let wait: u64 = answer.header("retry-after").expect("a time").parse().expect("seconds");
    assert!((1..=200).contains(&wait), "{wait}");
    assert!(answer.error().contains("4 profiles"), "{}", answer.text());
    // 409 comes before 429, 503 after it.
    *fake.ready.lock().expect("no panic inside") = Err(ProfileError::Taken("the signal is taken".to_owned()));
    assert_eq!(get(addr, "/flamegraph").status, 409);
    assert_eq!(get(addr, "/flamegraph?profile=heap").status, 429);
    *fake.ready.lock().expect("no panic inside") = Ok(());
    fake.release.set();
    for client in &mut four {
        assert_eq!(client.read(true).status, 200);
    }
    assert_eq!(get(addr, "/flamegraph?seconds=1").status, 200, "all windows were given back");
    assert_eq!(fake.started.load(SeqCst), 5);
}

#[test]
fn a_client_that_goes_away_ends_its_profile() {
    let (_server, addr, fake) = serve(Fake::default());
    let client = start(addr, "?seconds=300");
    until(|| fake.started.load(SeqCst) == 1);
    drop(client);
    until(|| fake.cancelled.load(SeqCst) == 1);
}

#[test]
fn why_there_is_no_profile_decides_the_status() {
    let (_server, addr, fake) = serve(Fake::default());
    for (error, status) in [
        (ProfileError::Taken("why".to_owned()), 409),
        (ProfileError::TooMany("why".to_owned()), 429),
        (ProfileError::Unavailable("why".to_owned()), 503),
    ] {
        *fake.ready.lock().expect("no panic inside") = Err(error);
        let answer = get(addr, "/flamegraph?seconds=1");
        assert_eq!((answer.status, answer.error().as_str()), (status, "why"));
    }
    *fake.ready.lock().expect("no panic inside") = Ok(());
    for profile in ["wait", "contention", "heap"] {
        let answer = get(addr, &format!("/flamegraph?profile={profile}"));
        assert_eq!(answer.status, 503);
        assert!(answer.error().contains("there is cpu"), "{}", answer.text());
    }
    assert_eq!(fake.started.load(SeqCst), 0);
}

#[test]
fn a_foreign_page_starts_no_profile() {
    let (_server, addr, fake) = serve(Fake::default());
    let image = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "image")];
    assert_eq!(ask(addr, "GET", "/flamegraph?seconds=300", &image).status, 403);
    assert_eq!(fake.started.load(SeqCst), 0);
}

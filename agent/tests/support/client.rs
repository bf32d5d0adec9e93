//! A client of the agent's listener, for tests: one connection, one request, one answer.
#![expect(clippy::unwrap_used, reason = "an answer that is not there fails the test")]

use std::fmt::Display;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};

/// The status and the body of the answer.
pub(crate) fn get(addr: impl ToSocketAddrs + Display, target: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(&addr).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

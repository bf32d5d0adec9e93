//! A client that says exactly what it is told to and reads one answer.

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any test may take: a server that hangs fails the test.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer as it came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    pub(super) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.text());
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The text of an error; fails if it has another form.
    pub(super) fn error(&self) -> String {
        let document = self.json();
        assert_eq!(document.as_object().map(|o| o.len()), Some(1), "{document}");
        document["error"].as_str().expect("a text").to_owned()
    }
}

/// A connection.
pub(super) struct Client {
    stream: TcpStream,
    /// Came and was not read yet.
    rest: Vec<u8>,
}

impl Client {
    pub(super) fn connect(addr: SocketAddr) -> Client {
        let stream = TcpStream::connect(addr).expect("the listener accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        Client { stream, rest: Vec::new() }
    }

    pub(super) fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        self.stream.write_all(bytes.as_ref()).expect("the listener reads");
        self
    }

    /// What was sent may not arrive if the answer came first.
    pub(super) fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        let _ = self.stream.write_all(bytes.as_ref());
        self
    }

    pub(super) fn finish_sending(&mut self) -> &mut Client {
        self.stream.shutdown(std::net::Shutdown::Write).expect("still open");
        self
    }

    /// The next answer; `with_body` is false for HEAD.
    pub(super) fn read(&mut self, with_body: bool) -> Answer {
        let end = loop {
            if let Some(end) = self.rest.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(self.more() > 0, "closed in the head: {:?}", String::from_utf8_lossy(&self.rest));
        };
        let head = String::from_utf8(self.rest.drain(..end).collect()).expect("a head is text");
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).expect("a status line");
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").expect("a header"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut answer = Answer { status: status.parse().expect("a number"), headers, body: Vec::new() };
        if with_body {
            let length = answer.header("content-length").expect("a length").parse().expect("a number");
            while self.rest.len() < length {
                assert!(self.more() > 0, "closed in the body");
            }
            answer.body = self.rest.drain(..length).collect();
        }
        answer
    }

    /// Whether the listener closes without another byte.
    pub(super) fn is_closed(&mut self) -> bool {
        self.rest.is_empty() && self.more() == 0
    }

    fn more(&mut self) -> usize {
        let mut chunk = [0; 4096];
        let n = match self.stream.read(&mut chunk) {
            Ok(n) => n,
            Err(e) if e.kind() == std::io::ErrorKind::ConnectionReset => 0,
            Err(e) => panic!("no answer: {e}"),
        };
        self.rest.extend_from_slice(&chunk[..n]);
        n
    }
}

/// One request with these headers beside a right `Host`.
pub(super) fn ask(addr: SocketAddr, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut client = Client::connect(addr);
    client.send(head + "\r\n").read(method != "HEAD")
}

pub(super) fn get(addr: SocketAddr, target: &str) -> Answer {
    ask(addr, "GET", target, &[])
}

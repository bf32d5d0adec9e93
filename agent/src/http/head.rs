//! The head of a request before hyper sees it: whether it is one, and how long a body it announces.

use crate::http::{Limits, Reply};
use hyper::{StatusCode, Uri};

/// More headers than this are refused; hyper itself takes 100.
const MOST_HEADERS: usize = 64;

/// Where a head ends: after the first empty line from `from` on. `from` may be any place before the end.
pub(crate) fn end(bytes: &[u8], from: usize) -> Option<usize> {
    // The empty line may have begun up to three bytes before what was searched already.
    let mut at = from.saturating_sub(3);
    while let Some(newline) = bytes.get(at..)?.iter().position(|b| *b == b'\n') {
        let next = at + newline + 1;
        match bytes.get(next..)? {
            [b'\n', ..] => return Some(next + 1),
            [b'\r', b'\n', ..] => return Some(next + 2),
            _ => at = next,
        }
    }
    None
}

/// Checks a whole head and says how many bytes of body follow it; a head that cannot be served is answered.
pub(crate) fn body_length(head: &[u8], limits: &Limits) -> Result<u64, Reply> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(httparse::Status::Complete(_)) => {}
        Ok(httparse::Status::Partial) => return Err(malformed("it ends too early")),
        Err(httparse::Error::TooManyHeaders) => {
            let text = format!("the request has more than {MOST_HEADERS} headers");
            return Err(Reply::error(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &text).closing());
        }
        Err(e) => return Err(malformed(&e.to_string())),
    }
    if request.path.is_none_or(|path| path.parse::<Uri>().is_err()) {
        return Err(malformed("its path is none"));
    }
    let values = |name: &str| {
        let name = name.to_owned();
        request.headers.iter().filter(move |h| h.name.eq_ignore_ascii_case(&name)).map(|h| h.value)
    };
    match (request.version, values("host").count()) {
        (_, 1) | (Some(0), 0) => {}
        (_, 0) => return Err(malformed("it has no Host header")),
        _ => return Err(malformed("it has more than one Host header")),
    }
    if values("transfer-encoding").next().is_some() {
        let text = "a request's body must say its length with Content-Length";
        return Err(Reply::error(StatusCode::LENGTH_REQUIRED, text).closing());
    }
    let mut lengths = values("content-length");
    let Some(length) = lengths.next() else { return Ok(0) };
    if lengths.next().is_some() {
        return Err(malformed("it has more than one Content-Length header"));
    }
    // Digits alone: a sign is taken by `parse` and refused by the protocol.
    let length =
        std::str::from_utf8(length).ok().filter(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_digit()));
    let Some(length) = length else { return Err(malformed("its Content-Length is no number")) };
    match length.parse::<u64>() {
        Ok(length) if length <= limits.body => Ok(length),
        _ => {
            let text = format!("the request's body is longer than {} bytes", limits.body);
            Err(Reply::error(StatusCode::PAYLOAD_TOO_LARGE, &text).closing())
        }
    }
}

/// The answer to a head that is too long.
pub(crate) fn too_large(limits: &Limits) -> Reply {
    let text = format!("the request's line and headers are longer than {} bytes", limits.head);
    Reply::error(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &text).closing()
}

/// The answer to a head that does not come to its end.
pub(crate) fn too_slow(limits: &Limits) -> Reply {
    let text = format!("the request was not complete after {:.1} seconds", limits.head_time.as_secs_f64());
    Reply::error(StatusCode::REQUEST_TIMEOUT, &text).closing()
}

fn malformed(why: &str) -> Reply {
    Reply::bad_request(&format!("this is no HTTP/1.1 request: {why}")).closing()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_wherever_the_bytes_were_cut() {
        for text in ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n", "a\r\n\n", "\n\r\n"]
        {
            for cut in 0..text.len() {
                assert_eq!(end(&text.as_bytes()[..cut], 0), None, "{text:?} up to {cut}");
                assert_eq!(end(text.as_bytes(), cut), Some(text.len()), "{text:?} from {cut}");
            }
        }
        assert_eq!(end(b"", 0), None);
        assert_eq!(end(b"a\r\n\r\nb", 0), Some(5));
    }

    #[test]
    fn a_head_says_how_long_its_body_is() {
        let limits = Limits::default();
        let check = |more: &str| {
            let head = format!("POST / HTTP/1.1\r\nHost: a\r\n{more}\r\n");
            body_length(head.as_bytes(), &limits).map_err(|r| r.status.as_u16())
        };
        assert_eq!(check(""), Ok(0));
        assert_eq!(check("Content-Length: 12\r\n"), Ok(12));
        assert_eq!(check("content-length: 65536\r\n"), Ok(65536));
        assert_eq!(check("Content-Length: 65537\r\n"), Err(413));
        assert_eq!(check("Content-Length: 99999999999999999999999\r\n"), Err(413));
        assert_eq!(check("Content-Length: +5\r\n"), Err(400));
        assert_eq!(check("Content-Length: 5\r\nContent-Length: 5\r\n"), Err(400));
        assert_eq!(check("Transfer-Encoding: chunked\r\n"), Err(411));
        assert_eq!(check("Host: b\r\n"), Err(400));
        assert_eq!(check("no colon\r\n"), Err(400));
        assert_eq!(check(&"a: b\r\n".repeat(64)), Err(431));
        for head in
            ["GET / HTTP/1.1\r\n\r\n", "GET / HTTP/3\r\nHost: a\r\n\r\n", "GET nowhere HTTP/1.1\r\n\r\n"]
        {
            assert_eq!(
                body_length(head.as_bytes(), &limits).map_err(|r| r.status.as_u16()),
                Err(400),
                "{head}"
            );
        }
        assert_eq!(body_length(b"GET / HTTP/1.0\r\n\r\n", &limits).map_err(|r| r.status.as_u16()), Ok(0));
    }
}

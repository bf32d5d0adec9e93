//! `/metrics`: which format, and whether compressed.

use crate::http::reply::{Answer, Reply};
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::StatusCode;
use hyper::header::{self, HeaderMap, HeaderName};
use std::io::Write;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The exposition in the format that the client prefers.
pub(crate) fn metrics(headers: &HeaderMap, text: impl FnOnce(bool) -> String) -> Answer {
    let openmetrics = prefers_openmetrics(headers);
    let reply = Reply::new(if openmetrics { OPENMETRICS } else { TEXT }, text(openmetrics))
        .with(header::VARY, "accept, accept-encoding");
    if quality(headers, header::ACCEPT_ENCODING, "gzip") <= 0.0 {
        return Ok(reply);
    }
    let body = compress(&reply.body).map_err(|e| {
        Reply::error(StatusCode::INTERNAL_SERVER_ERROR, &format!("the metrics cannot be compressed: {e}"))
    })?;
    Ok(Reply { body: body.into(), ..reply }.with(header::CONTENT_ENCODING, "gzip"))
}

/// Level 1: the others cost much more for little.
fn compress(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 8), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

/// Whether OpenMetrics is named and not liked less than plain text.
fn prefers_openmetrics(headers: &HeaderMap) -> bool {
    let openmetrics = quality(headers, header::ACCEPT, "application/openmetrics-text");
    openmetrics > 0.0 && openmetrics >= quality(headers, header::ACCEPT, "text/plain")
}

/// How much a client likes what it names, from 0 to 1; 0 if it does not name it.
fn quality(headers: &HeaderMap, header: HeaderName, name: &str) -> f32 {
    let lists = headers.get_all(header).into_iter().filter_map(|value| value.to_str().ok());
    let offers = lists.flat_map(|list| list.split(',')).filter_map(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        if !parts.next()?.eq_ignore_ascii_case(name) {
            return None;
        }
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        Some(weight.map_or(1.0, |weight| weight.trim().parse().unwrap_or(0.0)))
    });
    offers.fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use hyper::header::HeaderValue;
    use std::io::Read;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn openmetrics_is_given_to_who_prefers_it() {
        let asks = |accept| prefers_openmetrics(&headers(&[("accept", accept)]));
        assert!(asks("application/openmetrics-text"));
        assert!(asks(
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,\
             text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
        ));
        assert!(!asks("text/plain;version=0.0.4;q=0.5,application/openmetrics-text;q=0.4"));
        assert!(!asks("application/openmetrics-text;q=0"));
        assert!(!asks("*/*"));
        assert!(!asks("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(!prefers_openmetrics(&headers(&[])));
    }

    #[test]
    fn the_body_is_compressed_for_who_accepts_it() {
        let plain = metrics(&headers(&[("accept-encoding", "br, gzip;q=0")]), |_| "a 1\n".repeat(100));
        assert_eq!(plain.expect("always an answer").body.len(), 400);
        let small = metrics(&headers(&[("accept-encoding", "deflate, gzip")]), |_| "a 1\n".repeat(100));
        let small = small.expect("always an answer");
        assert!(small.headers.contains(&(header::CONTENT_ENCODING, "gzip".to_owned())));
        let mut text = String::new();
        GzDecoder::new(&small.body[..]).read_to_string(&mut text).expect("gzip");
        assert_eq!(text, "a 1\n".repeat(100));
    }
}

//! An answer before it becomes bytes on a connection.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;

/// The type of every JSON body.
pub(crate) const JSON: &str = "application/json";

/// Headers that every answer carries: no guessing of types, no copies, no use by foreign pages.
const ALWAYS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// What a page may do that says nothing else: nothing.
const NO_CONTENT: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: Bytes,
    /// Whether the connection ends with it.
    pub(crate) close: bool,
}

/// An answer that says why there is none.
pub(crate) type Answer = Result<Reply, Reply>;

#[derive(Serialize)]
struct Fault<'a> {
    error: &'a str,
}

impl Reply {
    /// A body of the given type.
    pub(crate) fn new(content_type: &'static str, body: impl Into<Bytes>) -> Reply {
        Reply { status: StatusCode::OK, content_type, headers: Vec::new(), body: body.into(), close: false }
    }

    /// A document.
    pub(crate) fn json(document: &impl Serialize) -> Reply {
        match serde_json::to_vec(document) {
            Ok(body) => Reply::new(JSON, body),
            Err(e) => {
                Reply::error(StatusCode::INTERNAL_SERVER_ERROR, &format!("the answer cannot be written: {e}"))
            }
        }
    }

    /// Something is wrong.
    pub(crate) fn error(status: StatusCode, text: &str) -> Reply {
        let body = serde_json::to_vec(&Fault { error: text }).unwrap_or_default();
        Reply { status, ..Reply::new(JSON, body) }
    }

    /// 400: something about the request is not as it must be.
    pub(crate) fn bad_request(text: &str) -> Reply {
        Reply::error(StatusCode::BAD_REQUEST, text)
    }

    /// 404: it is not there.
    pub(crate) fn not_found(text: &str) -> Reply {
        Reply::error(StatusCode::NOT_FOUND, text)
    }

    /// 429: too much at once.
    pub(crate) fn too_many(text: &str, retry_after_seconds: u64) -> Reply {
        Reply::error(StatusCode::TOO_MANY_REQUESTS, text)
            .with(header::RETRY_AFTER, retry_after_seconds.to_string())
    }

    /// One more header.
    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    /// The connection ends with this answer.
    pub(crate) fn closing(self) -> Reply {
        Reply { close: true, ..self }
    }

    /// For hyper.
    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        let headers = self.all_headers();
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        for (name, value) in headers {
            // Every name and value is made of this crate's own characters; one that is not is left out.
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    /// For a connection that hyper does not serve: the whole answer, after which the connection ends.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        let reply = self.closing();
        let reason = reply.status.canonical_reason().unwrap_or_default();
        let mut text = format!("HTTP/1.1 {} {reason}\r\n", reply.status.as_u16());
        for (name, value) in reply.all_headers() {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("content-length: {}\r\n\r\n", reply.body.len()));
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&reply.body);
        bytes
    }

    fn all_headers(&self) -> Vec<(HeaderName, String)> {
        let mut all: Vec<(HeaderName, String)> =
            ALWAYS.iter().map(|(name, value)| (HeaderName::from_static(name), (*value).to_owned())).collect();
        all.push((header::CONTENT_TYPE, self.content_type.to_owned()));
        all.push((header::CONTENT_SECURITY_POLICY, NO_CONTENT.to_owned()));
        if self.close {
            all.push((header::CONNECTION, "close".to_owned()));
        }
        // What the answer says itself comes last and counts.
        for (name, value) in &self.headers {
            all.retain(|(n, _)| n != name);
            all.push((name.clone(), value.clone()));
        }
        all
    }
}

//! `/`: the live page, one document that asks for nothing from elsewhere.

use crate::http::reply::{Answer, Reply};
use hyper::header;
use std::hash::{BuildHasher, RandomState};

/// The document; `@style@`, `@script@` and `@nonce@` stand for what is put in.
const DOCUMENT: &str = include_str!("../page/index.html");
const STYLE: &str = include_str!("../page/style.css");
/// The parts of the script, in the order in which they build on each other.
const SCRIPT: &[&str] = &[
    include_str!("../page/dom.js"),
    include_str!("../page/format.js"),
    include_str!("../page/client.js"),
    include_str!("../page/findings.js"),
    include_str!("../page/circles.js"),
    include_str!("../page/pools.js"),
    include_str!("../page/table.js"),
    include_str!("../page/tasks.js"),
    include_str!("../page/resources.js"),
    include_str!("../page/profile.js"),
    include_str!("../page/main.js"),
];

/// The page. Its style and script run because they carry the number of this answer; nothing else does.
pub(crate) fn page() -> Answer {
    // Two hashes of nothing under random keys are 128 random bits.
    let random = || RandomState::new().hash_one(0u8);
    let nonce = format!("{:016x}{:016x}", random(), random());
    let script = format!("'use strict';\n{}", SCRIPT.concat());
    let body = DOCUMENT.replace("@nonce@", &nonce).replace("@style@", STYLE).replace("@script@", &script);
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    Ok(Reply::new("text/html; charset=utf-8", body)
        .with(header::CONTENT_SECURITY_POLICY, policy)
        .with(header::X_FRAME_OPTIONS, "DENY"))
}

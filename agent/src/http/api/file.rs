//! Answers that are saved as files.

use crate::http::reply::Reply;
use hyper::header;

/// As much of a text as can be a part of a file's name, whatever is in it.
pub(super) fn plain(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    text.chars().take(64).map(keep).collect()
}

/// The answer as a download of this name, whose parts are [`plain`].
pub(super) fn download(reply: Reply, name: &str) -> Reply {
    reply.with(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
}

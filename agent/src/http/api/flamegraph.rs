//! `/flamegraph`: what is asked for, and the file it becomes.

use super::file::{download, plain};
use crate::http::query::Query;
use crate::http::reply::Reply;
use crate::http::{About, ProfileError, ProfileFormat, ProfileKind, ProfileRequest};
use hyper::StatusCode;
use std::time::Duration;

/// Length of a profile that asks for none.
const DEFAULT_SECONDS: u64 = 10;

/// The profile that the parameters ask for.
pub(crate) fn request(query: &Query) -> ProfileRequest {
    let word = |name, words: &[&str]| {
        query.get(name).and_then(|w| words.iter().position(|word| *word == w)).unwrap_or(0)
    };
    ProfileRequest {
        kind: ProfileKind::ALL[word("profile", &ProfileKind::WORDS)],
        format: ProfileFormat::ALL[word("format", &ProfileFormat::WORDS)],
        window: Duration::from_secs(query.number("seconds").unwrap_or(DEFAULT_SECONDS)),
        pool: query.get("pool").map(str::to_owned),
    }
}

/// The download, with a name that says what it is.
pub(crate) fn rendered(request: &ProfileRequest, about: &About, body: Vec<u8>) -> Reply {
    let pool = request.pool.as_ref().map_or_else(String::new, |pool| format!("-{}", plain(pool)));
    let name = format!(
        "{}-{}{pool}-{}s-{}.{}",
        plain(&about.program),
        request.kind.word(),
        request.window.as_secs(),
        about.unix_ms / 1000,
        request.format.extension()
    );
    download(Reply::new(request.format.content_type(), body), &name)
}

impl From<ProfileError> for Reply {
    fn from(error: ProfileError) -> Reply {
        match error {
            ProfileError::Taken(text) => Reply::error(StatusCode::CONFLICT, &text),
            ProfileError::TooMany(text) => Reply::too_many(&text, 1),
            ProfileError::Unavailable(text) => Reply::error(StatusCode::SERVICE_UNAVAILABLE, &text),
            ProfileError::Cancelled => {
                Reply::error(StatusCode::SERVICE_UNAVAILABLE, "the profile was cancelled").closing()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header;

    #[test]
    fn the_name_of_the_file_is_harmless_whatever_the_names_in_it() {
        let request = ProfileRequest {
            kind: ProfileKind::Cpu,
            format: ProfileFormat::Folded,
            window: Duration::from_secs(5),
            pool: Some("a/b".to_owned()),
        };
        let about = About {
            program: "x\"\r\nSet-Cookie: y".to_owned(),
            unix_ms: 1_700_000_000_999,
            ..About::default()
        };
        let reply = rendered(&request, &about, Vec::new());
        assert_eq!(
            reply.headers,
            [(
                header::CONTENT_DISPOSITION,
                "attachment; filename=\"x___Set-Cookie__y-cpu-a_b-5s-1700000000.folded.txt\"".to_owned()
            )]
        );
    }
}

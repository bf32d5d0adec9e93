//! Who may ask: the name the listener was reached by, the token, and what a browser says of its page.

use crate::config::Token;
use crate::http::Reply;
use hyper::header::{self, HeaderMap};
use hyper::{StatusCode, Uri};
use std::net::IpAddr;

/// What a browser says of the page that makes a request.
const FETCH_SITE: &str = "sec-fetch-site";
/// What a browser wants an answer for.
const FETCH_DEST: &str = "sec-fetch-dest";

/// The rules of one listener.
#[derive(Debug)]
pub(crate) struct Guard {
    token: Option<Token>,
    hosts: Vec<Host>,
}

/// A host, in the one spelling in which hosts are compared.
#[derive(Debug, PartialEq, Eq)]
enum Host {
    Name(String),
    Address(IpAddr),
}

impl Host {
    /// The host of a name or of an address, which a URL has in brackets if it is one of IPv6.
    fn new(text: &str) -> Host {
        let text = text.strip_suffix('.').unwrap_or(text);
        let address = text.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(text);
        match address.parse::<IpAddr>() {
            Ok(address) => Host::Address(address.to_canonical()),
            Err(_) => Host::Name(text.to_ascii_lowercase()),
        }
    }

    /// Whether no name of a page elsewhere can be this one: it always means the machine that asks.
    fn is_here(&self) -> bool {
        match self {
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Address(address) => address.is_loopback(),
        }
    }
}

impl Guard {
    /// Rules for clients that carry `token`, if there is one, and use one of `hosts` or an address that cannot be another's:
    /// loopback, the one they are connected to, or `bound`, to which the listener is bound. (That may be the unspecified
    /// one, which the agent says it listens on, and by which a client means its own machine.)
    pub(crate) fn new(token: Option<Token>, hosts: &[String], bound: IpAddr) -> Guard {
        let hosts = hosts.iter().map(|host| Host::new(host));
        Guard { token, hosts: hosts.chain([Host::Address(bound.to_canonical())]).collect() }
    }

    /// 403 if the request was meant for another host: a page of that name, whose name was made to point here.
    pub(crate) fn check_host(&self, uri: &Uri, headers: &HeaderMap, local: IpAddr) -> Result<(), Reply> {
        let named =
            [headers.get(header::HOST).map(|h| h.as_bytes()), uri.authority().map(|a| a.as_str().as_bytes())];
        for host in named.into_iter().flatten() {
            if !std::str::from_utf8(host).is_ok_and(|host| self.knows(host, local)) {
                let shown: String = String::from_utf8_lossy(host).chars().take(100).collect();
                let text = format!(
                    "the Host header {shown:?} does not name this listener: use localhost or the address it listens \
                     on, or name it in TASKSCOPE_ALLOWED_HOSTS"
                );
                return Err(Reply::error(StatusCode::FORBIDDEN, &text));
            }
        }
        Ok(())
    }

    /// 401 if there is a token and the request does not carry it.
    pub(crate) fn check_token(&self, headers: &HeaderMap) -> Result<(), Reply> {
        let Some(token) = &self.token else { return Ok(()) };
        let mut given = headers.get_all(header::AUTHORIZATION).iter();
        let text = match (given.next(), given.next()) {
            (Some(given), None) => match bearer(given.as_bytes()) {
                Some(given) if token.matches(given) => return Ok(()),
                Some(_) => "the token is wrong",
                None => "the Authorization header must be: Bearer TOKEN",
            },
            (None, _) => "a token is needed: send the header Authorization: Bearer TOKEN",
            (Some(_), Some(_)) => "only one Authorization header is allowed",
        };
        let reply = Reply::error(StatusCode::UNAUTHORIZED, text);
        Err(reply.with(header::WWW_AUTHENTICATE, "Bearer realm=\"taskscope\""))
    }

    /// 403 if a foreign page makes the browser do something that costs. Following a link is fine.
    pub(crate) fn check_origin(&self, headers: &HeaderMap) -> Result<(), Reply> {
        let says =
            |name| headers.get(name).and_then(|v: &header::HeaderValue| v.to_str().ok()).unwrap_or_default();
        if says(FETCH_SITE) == "cross-site" && says(FETCH_DEST) != "document" {
            let text = "a page of another site may not start a profile";
            return Err(Reply::error(StatusCode::FORBIDDEN, text));
        }
        Ok(())
    }

    fn knows(&self, host: &str, local: IpAddr) -> bool {
        let Some(host) = without_port(host).map(Host::new) else { return false };
        host.is_here() || host == Host::Address(local.to_canonical()) || self.hosts.contains(&host)
    }
}

/// The token of an `Authorization` header; the scheme's case does not matter.
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

/// A host without its port; `None` if what follows the colon is no port.
fn without_port(host: &str) -> Option<&str> {
    let from = if host.starts_with('[') { host.find(']')? } else { 0 };
    match host[from..].find(':') {
        None => Some(host),
        Some(colon) => {
            let (name, port) = host.split_at(from + colon);
            let digits = &port[1..];
            // Not the parser alone, which takes a plus.
            let is_port = digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok();
            (digits.is_empty() || is_port).then_some(name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_str(value).expect("a plain value"));
        }
        headers
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn the_unspecified_address_is_served_by_who_listens_on_it() {
        for (bound, own, foreign) in [
            ("0.0.0.0", "0.0.0.0:6060", "[::]:6060"),
            ("::", "[::]:6060", "0.0.0.0:6060"),
            ("10.0.0.7", "10.0.0.7:6060", "0.0.0.0:6060"),
        ] {
            let guard = Guard::new(None, &[], address(bound));
            let check = |host: &str, local: &str| {
                let headers = headers(&[("host", host)]);
                guard.check_host(&Uri::from_static("/"), &headers, address(local)).is_ok()
            };
            assert!(check(own, "10.0.0.7"), "{own}");
            assert!(!check(foreign, "10.0.0.7") && !check("10.0.0.8", "10.0.0.7"), "{foreign}");
        }
    }

    #[test]
    fn only_names_of_this_listener_are_served() {
        let hosts = ["Metrics.Example", "app.", "192.168.0.9", "FD00::9"].map(str::to_owned);
        let guard = Guard::new(None, &hosts, address("10.0.0.7"));
        let local = address("10.0.0.7");
        let check =
            |host: &str| guard.check_host(&Uri::from_static("/"), &headers(&[("host", host)]), local).is_ok();
        for own in [
            "localhost",
            "LOCALHOST:6060",
            "localhost.",
            "app.localhost:1",
            "127.0.0.1",
            "127.8.9.10:80",
            "[::1]",
            "[::1]:6060",
            "[::ffff:127.0.0.1]:6060",
            "10.0.0.7:6060",
            "10.0.0.7",
            "metrics.example:6060",
            "app:6060",
            "APP.",
            "192.168.0.9:80",
            "[fd00:0::9]:6060",
        ] {
            assert!(check(own), "{own}");
        }
        for foreign in [
            "",
            "evil.example",
            "evil.example:6060",
            "10.0.0.8",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1:6060:80",
            "localhost:port",
            "localhost:+80",
            "localhost:-80",
            "localhost:65536",
            "localhost: 80",
            "app.example",
            "my.app",
            "192.168.0.90",
            "[::]:6060",
            "user@localhost",
            "[::1",
            "[::1]x:6060",
            "0.0.0.0:6060",
            "metrics.example.com",
        ] {
            assert!(!check(foreign), "{foreign}");
        }
    }

    #[test]
    fn the_authority_of_the_target_counts_as_well() {
        let local = address("127.0.0.1");
        let guard = Guard::new(None, &[], local);
        let own = headers(&[("host", "localhost")]);
        assert!(guard.check_host(&Uri::from_static("http://localhost/x"), &own, local).is_ok());
        let reply = guard.check_host(&Uri::from_static("http://evil.example/x"), &own, local);
        assert_eq!(reply.expect_err("foreign").status, StatusCode::FORBIDDEN);
    }

    #[test]
    fn a_token_is_asked_for_when_there_is_one() {
        let open = Guard::new(None, &[], address("127.0.0.1"));
        assert!(open.check_token(&headers(&[])).is_ok());
        let guard = Guard::new(Some(Token::from("correct-horse")), &[], address("127.0.0.1"));
        let check = |pairs: &[(&'static str, &str)]| guard.check_token(&headers(pairs)).is_ok();
        assert!(check(&[("authorization", "Bearer correct-horse")]));
        assert!(check(&[("authorization", "bearer  correct-horse ")]));
        assert!(!check(&[]));
        assert!(!check(&[("authorization", "Bearer correct-horse2")]));
        assert!(!check(&[("authorization", "Bearer")]));
        assert!(!check(&[("authorization", "Basic correct-horse")]));
        assert!(!check(&[("authorization", "correct-horse")]));
        assert!(!check(&[("authorization", "Bearer x"), ("authorization", "Bearer correct-horse")]));
        let reply = guard.check_token(&headers(&[])).expect_err("no token");
        assert!(reply.headers.iter().any(|(name, _)| name == header::WWW_AUTHENTICATE));
    }

    #[test]
    fn a_foreign_page_may_link_and_not_fetch() {
        let guard = Guard::new(None, &[], address("127.0.0.1"));
        let check = |site: &str, dest: &str| {
            guard.check_origin(&headers(&[(FETCH_SITE, site), (FETCH_DEST, dest)])).is_ok()
        };
        assert!(guard.check_origin(&headers(&[])).is_ok(), "no browser at all");
        assert!(check("same-origin", "empty"));
        assert!(check("none", "document"));
        assert!(check("cross-site", "document"));
        assert!(!check("cross-site", "image"));
        assert!(!check("cross-site", "iframe"));
        assert!(!check("cross-site", "empty"));
    }
}

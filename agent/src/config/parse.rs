//! From the text of a variable to its value.

use crate::config::{Token, VARIABLES, Variable};
use crate::error::Error;
use std::ffi::OsString;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How much of a bad value is shown.
const SHOWN: usize = 80;

/// Units of memory; the first that the text ends with counts, so that `B` comes last.
const UNITS: &[(&str, u64)] = &[
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// The texts of the variables.
pub(super) struct Texts<'a, F> {
    lookup: &'a F,
}

impl<'a, F: Fn(&str) -> Option<OsString>> Texts<'a, F> {
    pub(super) fn new(lookup: &'a F) -> Self {
        Texts { lookup }
    }

    /// Puts the value of a variable into `target` if it is set.
    pub(super) fn read<T>(
        &self,
        name: &str,
        target: &mut T,
        parse: fn(&str) -> Option<T>,
    ) -> Result<(), Error> {
        if let Some(text) = self.text(name)? {
            *target = parse(text.trim()).ok_or_else(|| bad(name, &format!("{:?}", shorten(&text))))?;
        }
        Ok(())
    }

    /// The token, from its variable or from its file.
    pub(super) fn token(&self) -> Result<Option<Token>, Error> {
        let (plain, file) = ("TASKSCOPE_TOKEN", "TASKSCOPE_TOKEN_FILE");
        let (name, text) = match ((self.lookup)(plain), (self.lookup)(file)) {
            (Some(_), Some(_)) => {
                return Err(Error::config(format!("{plain} and {file} are both set, only one is allowed")));
            }
            (None, None) => return Ok(None),
            (Some(text), None) => (plain, text.into_string().map_err(|_| bad(plain, "a value"))?),
            (None, Some(path)) => {
                let text = fs::read_to_string(&path).map_err(|e| {
                    Error::unreadable(format!("{file} is {path:?}, which cannot be read: {e}"), e)
                })?;
                let text = text.strip_suffix('\n').unwrap_or(&text);
                (file, text.strip_suffix('\r').unwrap_or(text).to_owned())
            }
        };
        let token = Token::from(text);
        match token.check() {
            Ok(()) => Ok(Some(token)),
            Err(allowed) => Err(Error::config(format!(
                "{name} holds a token that is not shown here, allowed is {allowed}"
            ))),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(text) = (self.lookup)(name) else { return Ok(None) };
        text.into_string().map(Some).map_err(|raw| bad(name, &format!("{raw:?}")))
    }
}

/// `off` or an address.
pub(super) fn addr(text: &str) -> Option<Option<SocketAddr>> {
    if text.eq_ignore_ascii_case("off") {
        return Some(None);
    }
    if let Some(port) = text.strip_prefix("localhost:") {
        return Some(Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port.parse().ok()?)));
    }
    text.parse().ok().map(Some)
}

/// `1` or `0`.
pub(super) fn switch(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    }
}

/// A patience, in seconds.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    (0.1..=86_400.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}

/// A share from 0 to 1.
pub(super) fn share(text: &str) -> Option<f64> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share))
}

/// An amount of memory.
pub(super) fn bytes(text: &str) -> Option<u64> {
    let unit = UNITS.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)));
    let (number, factor) = unit.unwrap_or((text, 1));
    let number: u64 = number.trim_end().parse().ok()?;
    number.checked_mul(factor).filter(|bytes| (1 << 20..=1 << 40).contains(bytes))
}

/// Names and addresses of hosts, separated by commas.
pub(super) fn hosts(text: &str) -> Option<Vec<String>> {
    text.split(',').map(|host| Some(host.trim()).filter(|host| is_host(host)).map(str::to_owned)).collect()
}

/// Whether it is the name or the address of a host, without a port.
pub(super) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        let known = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        known && (1..=63).contains(&label.len())
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    text.parse::<IpAddr>().is_ok() || name.len() <= 253 && name.split('.').all(label)
}

/// The fewest series that /metrics can be held to: what it says of any program, and one row `other` of each sort.
pub(crate) const LEAST_SERIES: usize = 321;

/// A number of series.
pub(super) fn series(text: &str) -> Option<usize> {
    text.parse().ok().filter(|n| (LEAST_SERIES..=1_000_000).contains(n))
}

fn bad(name: &str, shown: &str) -> Error {
    let allowed = VARIABLES.iter().find(|v: &&Variable| v.name == name).map_or("", |v| v.allowed);
    Error::config(format!("{name} is {shown}, allowed is {allowed}"))
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}

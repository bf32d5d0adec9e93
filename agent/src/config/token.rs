//! The bearer token: comparable in constant time, never shown.

use std::fmt;
use std::hint::black_box;

/// Shortest token that is accepted: a shorter one is guessed.
const SHORTEST: usize = 8;
/// Longest token that is accepted: it has to fit into a request head.
const LONGEST: usize = 512;

/// A bearer token. Its text is never shown, not even by `Debug`.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Whether `presented` is this token. How long the answer takes depends on the length of `presented` alone.
    pub(crate) fn matches(&self, presented: &[u8]) -> bool {
        let own = self.0.as_bytes();
        let mut difference = own.len() ^ presented.len();
        for (i, byte) in presented.iter().enumerate() {
            // An index past the end must cost the same as one inside: it wraps around, and the lengths differ.
            let mine = own.get(i % own.len().max(1)).copied().unwrap_or(0);
            difference |= usize::from(black_box(byte ^ mine));
        }
        black_box(difference) == 0
    }

    /// Whether it can be used as a token; otherwise what is allowed.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let fits = (SHORTEST..=LONGEST).contains(&self.0.len());
        if fits && self.0.bytes().all(|b| b.is_ascii_graphic()) {
            return Ok(());
        }
        Err("8 to 512 visible ASCII characters")
    }
}

impl From<String> for Token {
    fn from(text: String) -> Token {
        Token(text)
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Token {
        Token(text.to_owned())
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Token) -> bool {
        self.matches(other.0.as_bytes())
    }
}

impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

//! The arguments of `#[instrument_pool(..)]`.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, LitStr, Path, Result, Token};

/// Keys that an argument may have.
const KEYS: &str = "`name` and `crate`";

/// What a pool's name may look like.
pub(crate) const NAME_RULE: &str =
    "a pool's name has 1 to 64 characters of `A-Z`, `a-z`, `0-9`, `_`, `.`, `:` and `-`";

/// The arguments as they were given.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) name: Option<String>,
    pub(crate) krate: Option<Path>,
}

impl Args {
    /// Reads the arguments; the error holds every mistake.
    pub(crate) fn parse(tokens: TokenStream) -> Result<Self> {
        Self::read.parse2(tokens)
    }

    fn read(input: ParseStream<'_>) -> Result<Self> {
        let mut args = Self::default();
        let mut mistakes: Option<Error> = None;
        while !input.is_empty() {
            if let Err(mistake) = args.argument(input) {
                match &mut mistakes {
                    Some(all) => all.combine(mistake),
                    None => mistakes = Some(mistake),
                }
                skip_to_comma(input);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        mistakes.map_or(Ok(args), Err)
    }

    fn argument(&mut self, input: ParseStream<'_>) -> Result<()> {
        if input.peek(syn::Lit) {
            return Err(input.error("an argument is `key = value`; a name is given as `name = \"..\"`"));
        }
        let key = input.call(Ident::parse_any)?;
        match key.to_string().as_str() {
            "name" => {
                equals(input, &key, "\"..\"")?;
                let name = string(input)?;
                once(&key, &mut self.name, name)
            }
            "crate" => {
                equals(input, &key, "::path")?;
                if input.peek(LitStr) {
                    return Err(input.error("`crate` takes a path without quotes: `crate = ::renamed`"));
                }
                let path = input.call(Path::parse_mod_style)?;
                once(&key, &mut self.krate, path)
            }
            other => Err(Error::new(key.span(), format!("unknown argument `{other}`; known are {KEYS}"))),
        }?;
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected a comma or the end of the arguments"));
        }
        Ok(())
    }
}

fn equals(input: ParseStream<'_>, key: &Ident, value: &str) -> Result<()> {
    if input.parse::<Option<Token![=]>>()?.is_none() {
        return Err(Error::new(key.span(), format!("`{key}` wants a value: `{key} = {value}`")));
    }
    Ok(())
}

fn string(input: ParseStream<'_>) -> Result<String> {
    let Ok(literal) = input.parse::<LitStr>() else {
        return Err(input.error("a name is a string literal: `name = \"..\"`"));
    };
    let name = literal.value();
    if !is_name(&name) {
        return Err(Error::new(literal.span(), NAME_RULE));
    }
    Ok(name)
}

fn once<T>(key: &Ident, place: &mut Option<T>, value: T) -> Result<()> {
    if place.is_some() {
        return Err(Error::new(key.span(), format!("`{key}` is given twice")));
    }
    *place = Some(value);
    Ok(())
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // A token tree always parses where the input is not empty.
        let _ = input.parse::<proc_macro2::TokenTree>();
    }
}

/// Whether a pool may be called so.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':' | b'-'))
}

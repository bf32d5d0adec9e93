//! `#[taskscope::test]`: a test under the checks of `taskscope::assert`.

use crate::runtime::Runtime;
use crate::walk::is_ours;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Error, LitBool, LitStr, Path, Result, Signature, Token, Visibility};

/// Arguments that are taskscope's own.
const KEYS: &str = "`leaks`, `deadlock`, `lock_order`, `max_poll`, `except` and `crate`";
/// Arguments that are handed to tokio's attribute.
const TOKIO: &[&str] = &["flavor", "worker_threads", "start_paused", "unhandled_panic"];

/// The arguments of the attribute.
#[derive(Default)]
struct Args {
    leaks: Option<bool>,
    deadlock: Option<bool>,
    lock_order: Option<bool>,
    max_poll: Option<TokenStream>,
    except: Vec<TokenStream>,
    krate: Option<Path>,
    tokio: Vec<TokenStream>,
}

/// A function that is a test.
struct Test {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    signature: Signature,
    body: Group,
}

/// `#[taskscope::test(args)] item`. A mistake is an error beside the item as it was.
pub(crate) fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    let parsed = match (Args::read.parse2(args), syn::parse2::<Test>(item.clone())) {
        (Ok(args), Ok(test)) => args.check(&test).map(|()| (args, test)),
        (Err(mut mistakes), Err(mistake)) => {
            mistakes.combine(mistake);
            Err(mistakes)
        }
        (Err(mistakes), _) | (_, Err(mistakes)) => Err(mistakes),
    };
    match parsed {
        Ok((args, test)) => expand(&args, test),
        Err(mistakes) => {
            let mut tokens = mistakes.to_compile_error();
            tokens.extend(item);
            tokens
        }
    }
}

impl Parse for Test {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let wrong = |error: Error| Error::new(error.span(), "`#[taskscope::test]` goes on a function");
        let visibility = input.parse()?;
        let signature: Signature = input.parse().map_err(wrong)?;
        match input.parse()? {
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
                Ok(Self { attributes, visibility, signature, body })
            }
            other => Err(Error::new(other.span(), "`#[taskscope::test]` needs the function's body")),
        }
    }
}

impl Args {
    fn read(input: ParseStream<'_>) -> Result<Self> {
        let mut args = Self::default();
        while !input.is_empty() {
            args.argument(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(args)
    }

    fn argument(&mut self, input: ParseStream<'_>) -> Result<()> {
        let key = input.call(Ident::parse_any)?;
        let name = key.to_string();
        if name == "except" {
            self.except.push(except(&key, input)?);
            return Ok(());
        }
        input.parse::<Token![=]>().map_err(|_| {
            Error::new(key.span(), format!("`{name}` wants a value: `{name} = ..`; known are {KEYS}"))
        })?;
        match name.as_str() {
            "leaks" => once(&key, &mut self.leaks, check(input)?),
            "deadlock" => once(&key, &mut self.deadlock, check(input)?),
            "lock_order" => once(&key, &mut self.lock_order, check(input)?),
            "max_poll" => once(&key, &mut self.max_poll, duration(&input.parse()?)?),
            "crate" => once(&key, &mut self.krate, input.call(Path::parse_mod_style)?),
            known if TOKIO.contains(&known) => {
                let value: TokenTree = input.parse()?;
                self.tokio.push(quote!(#key = #value));
                Ok(())
            }
            other => Err(Error::new(
                key.span(),
                format!(
                    "unknown argument `{other}`; known are {KEYS}, and `{}` as for `tokio::test`",
                    TOKIO.join("`, `")
                ),
            )),
        }
    }

    /// What can be said only with both at hand.
    fn check(&self, test: &Test) -> Result<()> {
        let signature = &test.signature;
        if let Some(argument) = signature.inputs.first() {
            return Err(Error::new_spanned(argument, "a test takes no arguments"));
        }
        if signature.asyncness.is_none() && !self.tokio.is_empty() {
            let message = format!("`{}` are for an `async fn`", TOKIO.join("`, `"));
            return Err(Error::new_spanned(signature.fn_token, message));
        }
        Ok(())
    }
}

fn once<T>(key: &Ident, place: &mut Option<T>, value: T) -> Result<()> {
    if place.replace(value).is_some() {
        return Err(Error::new(key.span(), format!("`{key}` is given twice")));
    }
    Ok(())
}

/// `true`: the check is made.
fn check(input: ParseStream<'_>) -> Result<bool> {
    let value: LitBool =
        input.parse().map_err(|e| Error::new(e.span(), "`true` makes the check, `false` does not"))?;
    Ok(value.value)
}

/// `"100ms"`, `"2s"`.
fn duration(text: &LitStr) -> Result<TokenStream> {
    let wrong = || Error::new(text.span(), "a duration is a whole number of `ms` or `s`, such as \"100ms\"");
    let value = text.value();
    let (number, per_unit) = match (value.strip_suffix("ms"), value.strip_suffix('s')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 1000),
        (None, None) => return Err(wrong()),
    };
    let number: u64 = number.trim().parse().map_err(|_| wrong())?;
    let millis = number.checked_mul(per_unit).filter(|n| *n > 0).ok_or_else(wrong)?;
    Ok(quote!(::core::time::Duration::from_millis(#millis)))
}

/// `(task = "flush", reason = "..")`, after the word `except`.
fn except(key: &Ident, input: ParseStream<'_>) -> Result<TokenStream> {
    const FORM: &str = "`except` says which tasks may outlive the test, and why: `except(task = \"..\", reason = \"..\")`; \
                        instead of `task` there is `pool` and `spawned_at`";
    let wrong = || Error::new(key.span(), FORM);
    let content;
    syn::parenthesized!(content in input);
    let (mut which, mut reason) = (None, None);
    while !content.is_empty() {
        let name = content.call(Ident::parse_any).map_err(|_| wrong())?;
        content.parse::<Token![=]>().map_err(|_| wrong())?;
        let value: LitStr = content.parse().map_err(|_| wrong())?;
        match name.to_string().as_str() {
            "task" | "pool" | "spawned_at" if which.is_none() => which = Some((name, value)),
            "reason" if reason.is_none() && !value.value().trim().is_empty() => reason = Some(value),
            _ => return Err(Error::new(name.span(), FORM)),
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    let ((which, name), reason) = (which.ok_or_else(wrong)?, reason.ok_or_else(wrong)?);
    Ok(quote!((#which, #name, #reason)))
}

fn expand(args: &Args, test: Test) -> TokenStream {
    let span = Span::mixed_site();
    let krate = Runtime::new(args.krate.clone()).path(0, span);
    let Test { attributes, visibility, signature, body } = test;
    let name = &signature.ident;
    let output = &signature.output;
    let mut checks = quote_spanned!(span=> #krate::assert::Checks::new());
    if args.leaks != Some(false) {
        checks.extend(quote_spanned!(span=> .no_leaks()));
    }
    if args.deadlock != Some(false) {
        checks.extend(quote_spanned!(span=> .no_deadlock()));
    }
    if args.lock_order != Some(false) {
        checks.extend(quote_spanned!(span=> .lock_order()));
    }
    if let Some(limit) = &args.max_poll {
        checks.extend(quote_spanned!(span=> .max_poll(#limit)));
    }
    for except in &args.except {
        let parts: Vec<TokenTree> = match syn::parse2::<Group>(except.clone()) {
            Ok(group) => group.stream().into_iter().collect(),
            Err(_) => Vec::new(),
        };
        if let [which, _, name, _, reason] = &parts[..] {
            checks.extend(quote_spanned!(span=> .except(#krate::assert::Except::#which(#name), #reason)));
        }
    }
    // One that the user wrote stays where it is meant to be: on the body.
    let is_pool = |attribute: &Attribute| {
        let tokens: Vec<TokenTree> = attribute.to_token_stream().into_iter().collect();
        matches!(tokens.last(), Some(TokenTree::Group(group)) if is_ours(group))
    };
    let (pool, attributes): (Vec<Attribute>, Vec<Attribute>) = attributes.into_iter().partition(is_pool);
    let pool = match &pool[..] {
        [] => quote_spanned!(span=> #[#krate::instrument_pool(crate = #krate)]),
        given => quote!(#(#given)*),
    };
    let inner = quote!(#pool #signature #body);
    if signature.asyncness.is_some() {
        let tokio = LitStr::new(&quote!(#krate::tokio).to_string().replace(' ', ""), span);
        let handed = &args.tokio;
        quote_spanned! {span=>
            #[#krate::__private::tokio::test(#(#handed,)* crate = #tokio)]
            #(#attributes)*
            #visibility async fn #name() #output {
                #inner
                #checks.run(#name()).await
            }
        }
    } else {
        quote_spanned! {span=>
            #[::core::prelude::v1::test]
            #(#attributes)*
            #visibility fn #name() #output {
                #inner
                #checks.run_blocking(#name)
            }
        }
    }
}

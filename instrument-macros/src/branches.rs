//! The arguments of `select!`, `join!` and `try_join!`, taken apart.
//!
//! These are the only bodies that are parsed: where a branch ends depends on the grammar of expressions. What does
//! not parse is not taken apart.

use proc_macro2::{TokenStream, TokenTree};
use syn::buffer::Cursor;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Expr, Pat, Result, Token, UnOp, custom_keyword};

custom_keyword!(biased);

/// A part of the arguments.
#[derive(Debug)]
pub(crate) enum Part {
    /// A pattern or punctuation.
    Verbatim(TokenStream),
    /// A precondition.
    Condition(TokenStream),
    /// What is done with the result.
    Code(TokenStream),
    /// A future.
    Future(TokenStream, Fit),
}

/// How a future can get a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// A method call can be put behind it.
    Plain,
    /// It is a reference: it wants parentheses first.
    Reference,
    /// Values that it makes would be dropped too early, or it cannot be told.
    No,
}

/// The branches of tokio's `select!`.
pub(crate) fn select(arguments: TokenStream) -> Option<Vec<Part>> {
    parse(arguments, |input, parts| {
        if input.peek(biased) && input.peek2(Token![;]) {
            parts.push(Part::Verbatim(taken(input, |input| {
                input.parse::<biased>()?;
                input.parse::<Token![;]>().map(drop)
            })?));
        }
        while !input.is_empty() {
            if input.peek(Token![else]) && input.peek2(Token![=>]) {
                parts.push(Part::Verbatim(taken(input, |input| {
                    input.parse::<Token![else]>()?;
                    input.parse::<Token![=>]>().map(drop)
                })?));
            } else {
                parts.push(Part::Verbatim(taken(input, |input| {
                    Pat::parse_multi_with_leading_vert(input)?;
                    input.parse::<Token![=]>().map(drop)
                })?));
                future(input, parts)?;
                if input.peek(Token![,]) {
                    parts.push(Part::Verbatim(taken(input, |input| {
                        input.parse::<Token![,]>()?;
                        input.parse::<Token![if]>().map(drop)
                    })?));
                    parts.push(Part::Condition(taken(input, |input| Expr::parse(input).map(drop))?));
                }
                parts.push(Part::Verbatim(taken(input, |input| input.parse::<Token![=>]>().map(drop))?));
            }
            // A block ends its branch, as in the macro; anything else needs a comma.
            parts.push(Part::Code(taken(input, |input| {
                if input.peek(syn::token::Brace) {
                    input.parse::<syn::Block>().map(drop)
                } else {
                    Expr::parse(input).map(drop)
                }
            })?));
            comma(input, parts)?;
        }
        Ok(())
    })
}

/// The branches of a `select!` that may be another's: of tokio's alone if something in it is only in tokio's grammar.
pub(crate) fn select_if_tokio(arguments: TokenStream) -> Option<Vec<Part>> {
    let parts = select(arguments)?;
    let only_tokio = |part: &Part| match part {
        Part::Verbatim(tokens) => {
            let first = tokens.clone().into_iter().next().map(|token| token.to_string());
            // `biased;`, `else =>`, and the comma of `, if ..`.
            matches!(first.as_deref(), Some("biased" | "else"))
                || tokens.clone().into_iter().count() == 2 && first.as_deref() == Some(",")
        }
        _ => false,
    };
    parts.iter().any(only_tokio).then_some(parts)
}

/// The arguments of `join!` or `try_join!`.
pub(crate) fn join(arguments: TokenStream) -> Option<Vec<Part>> {
    parse(arguments, |input, parts| {
        if input.peek(biased) && input.peek2(Token![;]) {
            parts.push(Part::Verbatim(taken(input, |input| {
                input.parse::<biased>()?;
                input.parse::<Token![;]>().map(drop)
            })?));
        }
        while !input.is_empty() {
            future(input, parts)?;
            comma(input, parts)?;
        }
        Ok(())
    })
}

fn parse(
    arguments: TokenStream,
    read: impl FnOnce(ParseStream<'_>, &mut Vec<Part>) -> Result<()>,
) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let reader = |input: ParseStream<'_>| read(input, &mut parts);
    reader.parse2(arguments).ok()?;
    Some(parts)
}

fn future(input: ParseStream<'_>, parts: &mut Vec<Part>) -> Result<()> {
    let mut fit = Fit::No;
    let tokens = taken(input, |input| {
        fit = fit_of(&Expr::parse(input)?);
        Ok(())
    })?;
    parts.push(Part::Future(tokens, fit));
    Ok(())
}

fn comma(input: ParseStream<'_>, parts: &mut Vec<Part>) -> Result<()> {
    if input.peek(Token![,]) {
        parts.push(Part::Verbatim(taken(input, |input| input.parse::<Token![,]>().map(drop))?));
    }
    Ok(())
}

/// The tokens that `read` takes from the input.
fn taken(input: ParseStream<'_>, read: impl FnOnce(ParseStream<'_>) -> Result<()>) -> Result<TokenStream> {
    let begin = input.cursor();
    read(input)?;
    between(begin, input.cursor()).ok_or_else(|| input.error("a boundary inside of an invisible group"))
}

fn between(mut begin: Cursor<'_>, end: Cursor<'_>) -> Option<TokenStream> {
    let mut tokens: Vec<TokenTree> = Vec::new();
    while begin != end {
        let (token, next) = begin.token_tree()?;
        tokens.push(token);
        begin = next;
    }
    Some(tokens.into_iter().collect())
}

/// Whether a method call may be put behind the expression.
///
/// `select!` keeps what its branches refer to alive by the rule for `let`: a reference, a struct or a tuple of
/// references to values that are made in place extends their lives. As the receiver of a method it would not.
fn fit_of(expression: &Expr) -> Fit {
    match expression {
        Expr::Async(_) | Expr::Await(_) | Expr::MethodCall(_) | Expr::Try(_) => Fit::Plain,
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => Fit::Plain,
        Expr::Call(call) if !is_constructor(&call.func) => Fit::Plain,
        Expr::Paren(inner) => match fit_of(&inner.expr) {
            Fit::No => Fit::No,
            _ => Fit::Plain,
        },
        Expr::Reference(reference) if is_place(&reference.expr) => Fit::Reference,
        _ => Fit::No,
    }
}

/// Whether the function of a call is a tuple struct or variant.
fn is_constructor(function: &Expr) -> bool {
    match function {
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|s| s.ident.to_string().starts_with(|c: char| c.is_uppercase())),
        _ => false,
    }
}

/// Whether the expression names something that exists already.
fn is_place(expression: &Expr) -> bool {
    match expression {
        Expr::Path(_) => true,
        Expr::Field(field) => is_place(&field.base),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) && is_place(&unary.expr),
        Expr::Paren(inner) => is_place(&inner.expr),
        _ => false,
    }
}

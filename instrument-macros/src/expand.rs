//! From the attribute and its item to the code that is compiled.

use crate::args::{Args, NAME_RULE, is_name};
use crate::chain::{is_group, is_ident, is_punct, separator_at};
use crate::owns::{self, Fields};
use crate::runtime::{Runtime, numbers};
use crate::scope::DropIns;
use crate::target::{Kind, Target};
use crate::walk::{Context, Found, Signature, Walk};
use proc_macro2::{Delimiter, Group, LineColumn, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use std::rc::Rc;
use syn::{Error, Result};

/// `#[instrument_pool(args)] item`. A mistake is an error beside the item as it was.
pub(crate) fn instrument_pool(args: TokenStream, item: TokenStream) -> TokenStream {
    instrument(args, item, cfg!(feature = "record"))
}

/// The same; unless it `records`, it brings the drop-ins into scope and changes nothing else.
pub(crate) fn instrument(args: TokenStream, item: TokenStream, records: bool) -> TokenStream {
    let parsed = match (Args::parse(args), Target::parse(item.clone())) {
        (Ok(args), Ok(target)) => pool_name(&args, &target).map(|pool| (args, target, pool)),
        (Err(mut mistakes), Err(mistake)) => {
            mistakes.combine(mistake);
            Err(mistakes)
        }
        (Err(mistakes), _) | (_, Err(mistakes)) => Err(mistakes),
    };
    match parsed {
        Ok((args, target, pool)) => expand(&Runtime::new(args.krate), target, &pool, records),
        Err(mistakes) => {
            let mut tokens = mistakes.to_compile_error();
            tokens.extend(item);
            tokens
        }
    }
}

fn pool_name(args: &Args, target: &Target) -> Result<String> {
    if let Some(name) = &args.name {
        return Ok(name.clone());
    }
    let Some(ident) = &target.name else {
        return Err(Error::new(
            target.keyword,
            "this type has no name for the pool; give one: `name = \"..\"`",
        ));
    };
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    if !is_name(name) {
        let message = format!("{NAME_RULE}, which `{name}` is not; give another: `name = \"..\"`");
        return Err(Error::new(ident.span(), message));
    }
    Ok(name.to_owned())
}

fn expand(runtime: &Runtime, target: Target, pool: &str, records: bool) -> TokenStream {
    let Target { kind, name, mut header, body, .. } = target;
    let mut walk = Walk::new(runtime, records);
    let context = Context {
        function: match kind {
            Kind::Function => name.map(|n| Rc::from(n.to_string().trim_start_matches("r#"))),
            _ => None,
        },
        binding: None,
        depth: usize::from(kind == Kind::Module),
        drop_ins: DropIns::ALL,
        tokio_select: false,
        home: None,
        names: None,
        job: None,
        nested: false,
        implemented: None,
        rewrite: true,
        constant: false,
    };
    let signature = match header.iter().position(|token| is_ident(Some(token), "fn")) {
        Some(at) if kind == Kind::Function => Some(Signature::at(&header, at)),
        _ => None,
    };
    let context = match &signature {
        Some(signature) => signature.enter(&body, context),
        None => context,
    };
    let range = range(&header, &body);
    let content = body.stream();
    let (mut insides, mut guarded) = (Vec::new(), Vec::new());
    if kind == Kind::Module && records {
        let tokens: Vec<TokenTree> = content.clone().into_iter().collect();
        insides = owns::insides(&tokens);
        walk.fields = Fields::of(&tokens);
        guarded = owns::guarded(&tokens, &walk.fields);
    }
    let (mut content, rest) = match kind {
        Kind::Module => walk.body(content, &context, "module"),
        Kind::Function => {
            let (content, mut rest) = walk.body(content, &context, "function");
            let mut head = signature.map_or_else(TokenStream::new, |s| walk.parameters(&s, &body, &context));
            head.extend(std::mem::take(&mut rest));
            (content, head)
        }
        Kind::Impl => (TokenStream::new(), walk.implementation(content, &context)),
    };
    if kind == Kind::Function {
        redirect_entry(&mut header, runtime);
    }
    let table = match records {
        true => table(runtime, context.depth, range, pool, &walk.found),
        false => TokenStream::new(),
    };
    let mut behind = TokenStream::new();
    if kind == Kind::Impl {
        behind = table;
    } else {
        content.extend(table);
    }
    content.extend(rest);
    content.extend(guarded.iter().map(|it| runtime.guarded(context.depth, &it.name, &it.fields)));
    content.extend(insides.iter().map(|inside| runtime.inside(context.depth, &inside.name, &inside.fields)));
    let mut group = Group::new(Delimiter::Brace, content);
    group.set_span(body.span());
    let mut tokens: TokenStream = header.into_iter().collect();
    group.to_tokens(&mut tokens);
    tokens.extend(behind);
    tokens
}

/// From the item's first character to behind its last.
///
/// If the item was written by another macro around code of the user, its header and braces stand in that macro, and
/// only what is between the braces tells where the code is.
fn range(header: &[TokenTree], body: &Group) -> (LineColumn, LineColumn) {
    let start = header.first().map_or_else(Span::call_site, TokenTree::span).start();
    let end = body.span_close().end();
    let mut content = body.stream().into_iter();
    let Some(first) = content.next() else { return (start, end) };
    let last = content.last().unwrap_or_else(|| first.clone());
    let first = first.span().start();
    let last = match last {
        TokenTree::Group(group) => group.span_close().end(),
        other => other.span().end(),
    };
    if start <= first && last <= end || first > last { (start, end) } else { (first, last) }
}

/// The item's table, in the form that the program collects.
fn table(
    runtime: &Runtime,
    depth: usize,
    (start, end): (LineColumn, LineColumn),
    pool: &str,
    found: &Found,
) -> TokenStream {
    let span = Span::mixed_site();
    let krate = runtime.path(depth, span);
    let (start_line, start_column) = numbers(start);
    let (end_line, end_column) = numbers(end);
    let labels = found.labels.iter().map(|(place, text)| {
        let (line, column) = numbers(*place);
        quote_spanned!(span=> #krate::__private::Label { line: #line, column: #column, text: #text })
    });
    let uncovered = found.uncovered.iter().map(|(place, reason)| {
        let (line, column) = numbers(*place);
        quote_spanned!(span=> #krate::__private::Uncovered { line: #line, column: #column, reason: #reason })
    });
    quote_spanned! {span=>
        #krate::__private::inventory::submit! {
            #krate::__private::Item {
                file: ::core::file!(),
                origin: (::core::line!(), ::core::column!()),
                start: (#start_line, #start_column),
                end: (#end_line, #end_column),
                pool: #pool,
                labels: &[#(#labels),*],
                uncovered: &[#(#uncovered),*],
            }
        }
    }
}

/// Points `#[tokio::main]` and `#[tokio::test]` on the function at the drop-in runtime, as the lines in a module do.
fn redirect_entry(header: &mut [TokenTree], runtime: &Runtime) {
    let mut at = 0;
    while is_punct(header.get(at), '#') && is_group(header.get(at + 1), Delimiter::Bracket) {
        if let Some(TokenTree::Group(attribute)) = header.get(at + 1) {
            let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
            let entry = is_ident(tokens.first(), "tokio")
                && separator_at(&tokens, 1)
                && (is_ident(tokens.get(3), "main") || is_ident(tokens.get(3), "test"));
            if entry {
                let mut path = runtime.path(0, Span::mixed_site());
                path.extend(quote_spanned!(Span::mixed_site()=> ::));
                path.extend(tokens);
                let mut group = Group::new(Delimiter::Bracket, path);
                group.set_span(attribute.span());
                header[at + 1] = TokenTree::Group(group);
            }
        }
        at += 2;
    }
}

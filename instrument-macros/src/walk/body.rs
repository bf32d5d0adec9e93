//! What the walk carries along, and how it enters groups.

use super::owned::Implemented;
use super::scan::Scan;
use crate::branches::Fit;
use crate::chain::{ident, is_ident, is_punct};
use crate::owns::{Fields, Names};
use crate::runtime::{Home, Runtime, beside};
use crate::scope::{DropIns, Scope, after_inner_attributes};
use crate::text;
use proc_macro2::{Delimiter, Group, LineColumn, TokenStream, TokenTree};
use std::rc::Rc;

/// What the walk found, for the table of the item.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Calls with their names.
    pub(crate) labels: Vec<(LineColumn, String)>,
    /// Places that were left as they are, with the reason.
    pub(crate) uncovered: Vec<(LineColumn, String)>,
}

/// What holds for a part of the body.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// The function around it.
    pub(crate) function: Option<Rc<str>>,
    /// Whether that function is inside of another.
    pub(crate) nested: bool,
    /// What the value of the expression is going to be called.
    pub(crate) binding: Option<Rc<str>>,
    /// How many modules it is further inside than the attribute.
    pub(crate) depth: usize,
    /// The drop-ins that are visible.
    pub(crate) drop_ins: DropIns,
    /// Whether `select!` is tokio's.
    pub(crate) tokio_select: bool,
    /// What keeps the ends of channels that are made there.
    pub(crate) home: Option<Rc<Home>>,
    /// The words of the function around it.
    pub(crate) names: Option<Rc<Names>>,
    /// The call whose arguments these are, if it spawns something.
    pub(crate) job: Option<Job>,
    /// The type of the `impl` block that this is the content of.
    pub(crate) implemented: Option<Rc<Implemented>>,
    /// Whether it may be changed: not inside of a macro that is not known.
    pub(crate) rewrite: bool,
    /// Whether it is run by the compiler, as far as its own tokens tell: the code of a constant, or of a function that may
    /// be called for one.
    pub(crate) constant: bool,
}

/// A call that spawns something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    /// Where it is.
    pub(crate) place: LineColumn,
    /// Whether it is known to be a drop-in.
    pub(crate) seen: bool,
}

/// What the tokens are the content of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// A module, or braces in a body: statements or fields.
    Braces,
    /// An `impl` block whose functions each get the lines.
    Impl,
    /// Parentheses, brackets, or arguments of a macro.
    Arguments,
}

/// The walk.
pub(crate) struct Walk<'a> {
    pub(super) runtime: &'a Runtime,
    /// Whether anything but the names of the drop-ins is put in.
    records: bool,
    pub(crate) found: Found,
    /// Macros that the item defines.
    pub(super) macros: Vec<String>,
    /// Fields of the item that keep ends of channels.
    pub(crate) fields: Fields,
    /// How often something was changed; to keep what was not.
    pub(super) changes: usize,
    /// Awaits that were seen where nothing may be changed.
    pub(super) skipped: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(runtime: &'a Runtime, records: bool) -> Self {
        Self {
            runtime,
            records,
            found: Found::default(),
            macros: Vec::new(),
            fields: Fields::default(),
            changes: 0,
            skipped: 0,
        }
    }

    /// Whether sites and notes are put in here.
    pub(super) fn marks(&self, context: &Context) -> bool {
        self.records && context.rewrite
    }

    /// The content of a module or of a function's body: the lines that make the drop-ins visible, with the inner
    /// attributes that must come first, and what follows them.
    pub(crate) fn body(
        &mut self,
        content: TokenStream,
        outer: &Context,
        what: &str,
    ) -> (TokenStream, TokenStream) {
        let mut tokens: Vec<TokenTree> = content.into_iter().collect();
        let scope = Scope::read(&tokens);
        let context = self.enter(&scope, outer, what);
        let rest = tokens.split_off(after_inner_attributes(&tokens));
        let mut head: TokenStream = tokens.into_iter().collect();
        if !scope.done {
            head.extend(context.drop_ins.lines(self.runtime, context.depth));
            self.changes += 1;
        }
        (head, self.level(rest, &context, Level::Braces))
    }

    /// The same for a body inside.
    pub(super) fn inner_body(&mut self, content: TokenStream, outer: &Context, what: &str) -> TokenStream {
        let (mut head, rest) = self.body(content, outer, what);
        head.extend(rest);
        head
    }

    /// The content of an `impl` block.
    pub(crate) fn implementation(&mut self, content: TokenStream, context: &Context) -> TokenStream {
        self.level(content.into_iter().collect(), context, Level::Impl)
    }

    fn enter(&mut self, scope: &Scope, outer: &Context, what: &str) -> Context {
        if !scope.done {
            for (name, span) in scope.own.iter().filter_map(|(name, span)| Some((name, (*span)?))) {
                self.found.uncovered.push((span.start(), format!("this {what} has a `{name}` of its own")));
            }
        }
        Context {
            drop_ins: scope.drop_ins(outer.drop_ins),
            tokio_select: scope.tokio_select || scope.outer_glob && outer.tokio_select,
            binding: None,
            ..outer.clone()
        }
    }

    pub(super) fn level(&mut self, tokens: Vec<TokenTree>, context: &Context, level: Level) -> TokenStream {
        let tokens = if context.job.is_some() { self.with_braces(tokens, context) } else { tokens };
        Scan::new(self, context, level, &tokens).run().into_iter().collect()
    }

    pub(super) fn modules_with_globs(&mut self, content: TokenStream, outer: &Context) -> TokenStream {
        let tokens: Vec<TokenTree> = content.into_iter().collect();
        let mut out = TokenStream::new();
        for (at, token) in tokens.iter().enumerate() {
            let TokenTree::Group(group) = token else {
                out.extend([token.clone()]);
                continue;
            };
            let back = |count: usize| at.checked_sub(count).and_then(|i| tokens.get(i));
            // `mod name { .. }`, or `mod $name { .. }`.
            let named = ident(back(1)).is_some();
            let module =
                named && (is_ident(back(2), "mod") || is_punct(back(2), '$') && is_ident(back(3), "mod"));
            let context = Context { depth: outer.depth + usize::from(module), ..outer.clone() };
            out.extend([self.group(group, |walk, content| {
                let scope = if module { Scope::read(&tokens_of(&content)) } else { Scope::default() };
                let inner = walk.modules_with_globs(content, &context);
                if !scope.outer_glob || scope.done {
                    return inner;
                }
                walk.changes += 1;
                let mut head = tokens_of(&inner);
                let rest = head.split_off(after_inner_attributes(&head));
                let mut head: TokenStream = head.into_iter().collect();
                head.extend(scope.drop_ins(outer.drop_ins).lines(walk.runtime, context.depth));
                head.extend(rest);
                head
            })]);
        }
        out
    }

    /// The group with its content walked; the same group if nothing changes.
    pub(super) fn group(
        &mut self,
        group: &Group,
        walk: impl FnOnce(&mut Self, TokenStream) -> TokenStream,
    ) -> TokenTree {
        let before = self.changes;
        let content = walk(self, group.stream());
        if self.changes == before {
            return TokenTree::Group(group.clone());
        }
        let mut new = Group::new(group.delimiter(), content);
        new.set_span(group.span());
        TokenTree::Group(new)
    }

    /// A future that a macro polls.
    pub(super) fn branch(&mut self, future: TokenStream, fit: Fit, context: &Context) -> TokenStream {
        let tokens: Vec<TokenTree> = future.into_iter().collect();
        let Some(first) = tokens.first() else { return TokenStream::new() };
        let (place, span) = (first.span().start(), beside(first.span()));
        let label = text::short(&tokens);
        let walked = self.level(tokens, context, Level::Arguments);
        let method = || self.runtime.method(context.depth, place, &label, span);
        let (mut walked, method) = match fit {
            Fit::No => return walked,
            Fit::Plain => (walked, method()),
            Fit::Reference => {
                let mut group = Group::new(Delimiter::Parenthesis, walked);
                group.set_span(span);
                (TokenTree::Group(group).into(), method())
            }
        };
        walked.extend(method);
        self.changes += 1;
        walked
    }
}

fn tokens_of(stream: &TokenStream) -> Vec<TokenTree> {
    stream.clone().into_iter().collect()
}

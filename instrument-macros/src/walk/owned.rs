//! What is put into bodies to note the ends of channels that they keep.

use super::body::{Context, Walk};
use crate::chain::{is_ident, is_punct};
use crate::owns::{
    Macros, Names, Place, Taken, borrows_itself_alone, bound, captures, keeps_handle, kept, kept_guard, made,
    parameters, shared_self, taken, takes_itself, type_name,
};
use crate::runtime::{Home, Keeps};
use crate::scope::after_inner_attributes;
use proc_macro2::{Delimiter, Group, Ident, LineColumn, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use std::rc::Rc;

/// The beginning of a function.
#[derive(Debug, Default)]
pub(crate) struct Signature {
    is_async: bool,
    is_const: bool,
    parameters: Option<Group>,
}

impl Signature {
    /// The signature of the function whose `fn` is at `at`.
    pub(crate) fn at(tokens: &[TokenTree], at: usize) -> Self {
        let qualifiers = tokens[..at].iter().rev().take_while(|token| match token {
            TokenTree::Ident(word) => {
                ["async", "const", "unsafe", "extern", "safe"].iter().any(|q| word == q)
            }
            TokenTree::Literal(_) => true,
            _ => false,
        });
        let mut signature = Self::default();
        for word in qualifiers {
            signature.is_async |= is_ident(Some(word), "async");
            signature.is_const |= is_ident(Some(word), "const");
        }
        let mut angles = 0usize;
        for at in at + 1..tokens.len() {
            match &tokens[at] {
                TokenTree::Punct(punct) if punct.as_char() == '<' => angles += 1,
                TokenTree::Punct(punct) if punct.as_char() == '>' && !is_punct(tokens.get(at - 1), '-') => {
                    angles = angles.saturating_sub(1);
                }
                TokenTree::Group(group) if angles == 0 => {
                    if group.delimiter() == Delimiter::Parenthesis {
                        signature.parameters = Some(group.clone());
                    }
                    break;
                }
                _ => {}
            }
        }
        signature
    }

    /// The context of the function's body, given that of its name.
    pub(crate) fn enter(&self, body: &Group, context: Context) -> Context {
        let keeps = if self.is_async { Keeps::Future } else { Keeps::Call };
        let home = if self.is_const { None } else { home(body, keeps) };
        let own = context.own_type();
        let words =
            || Names::of(self.parameters.as_ref(), &body.stream().into_iter().collect::<Vec<_>>(), own);
        let names = home.is_some().then(|| Rc::new(words()));
        Context { home: home.map(Rc::new), names, job: None, constant: self.is_const, ..context }
    }
}

impl Context {
    /// The type of the `impl` block around, if it is one at the top: what `Self` is.
    fn own_type(&self) -> Option<&str> {
        let top = self.depth == 1 && !self.nested;
        self.implemented.as_ref().filter(|_| top).map(|it| it.name.as_str())
    }
}

/// The piece of code between braces; `None` if its tokens do not say where it is.
fn home(body: &Group, keeps: Keeps) -> Option<Home> {
    let (start, end) = (body.span_open().start(), body.span_close().end());
    let first = body.stream().into_iter().next()?.span().start();
    (start < first && first < end).then_some(Home { start, end, keeps })
}

impl Walk<'_> {
    /// What notes the parameters that a function's body keeps.
    pub(crate) fn parameters(
        &mut self,
        signature: &Signature,
        body: &Group,
        context: &Context,
    ) -> TokenStream {
        let mut out = TokenStream::new();
        // Further inside another struct may be called like one at the top.
        let top = context.depth == 1 && !context.nested;
        let home = context.home.as_ref().filter(|_| self.marks(context));
        let (Some(home), Some(list)) = (home, &signature.parameters) else { return out };
        let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
        for parameter in parameters(list) {
            self.note_kept(&tokens, &parameter.name, parameter.is_end, home, context, &mut out);
            let of = parameter.shared.as_deref();
            let of = if of == Some("Self") { context.own_type() } else { of };
            if let Some(of) = of {
                self.note_handle(&tokens, (&parameter.name, of), home, context, &mut out);
            }
            let name = parameter.name.to_string();
            if top && !parameter.is_path {
                self.note_fields(&tokens, (&name, &parameter.type_name), home, context, &mut out);
            }
        }
        if let Some(own) = context.own_type()
            && let Some(name) = shared_self(list, own)
        {
            self.note_handle(&tokens, (&name, own), home, context, &mut out);
        }
        // What is dropped goes with all of its fields when its own code is through.
        let has = |it: &&Rc<Implemented>| takes_itself(list) || it.drops && borrows_itself_alone(list);
        if let Some(it) = context.implemented.as_ref().filter(|_| top).filter(has) {
            self.note_fields(&tokens, ("self", &it.name), home, context, &mut out);
        }
        out
    }

    /// What notes the ends that the `let` at `at` makes, or the handles that it binds, and the rest of its group keeps, and
    /// where it goes.
    pub(super) fn made(
        &mut self,
        tokens: &[TokenTree],
        at: usize,
        context: &Context,
    ) -> Option<(usize, TokenStream)> {
        let home = context.home.as_ref().filter(|_| self.marks(context))?;
        if let Some(found) = self.taken(tokens, at, home, context) {
            return Some(found);
        }
        let mut out = TokenStream::new();
        let end = if let Some((names, end)) = made(tokens, at) {
            let channel = names.len() > 1;
            for name in names {
                self.note_kept(&tokens[end + 1..], &name, channel, home, context, &mut out);
            }
            end
        } else {
            // What a call binds is gone before anybody could wait for long with it.
            let (names, end) = bound(tokens, at).filter(|_| home.keeps == Keeps::Future)?;
            for name in names {
                let known = context.names.as_ref().and_then(|names| names.shared(&name.to_string()));
                if let Some(of) = known {
                    self.note_handle(&tokens[end + 1..], (&name, of), home, context, &mut out);
                }
            }
            end
        };
        (!out.is_empty()).then_some((end + 1, out))
    }

    /// What notes the owned guard that the `let` at `at` takes and the rest of its group keeps, and where it goes.
    fn taken(
        &mut self,
        tokens: &[TokenTree],
        at: usize,
        home: &Home,
        context: &Context,
    ) -> Option<(usize, TokenStream)> {
        let Taken { name, end, inside } = taken(tokens, at, &self.fields)?;
        let text = name.to_string();
        let kept = kept_guard(&tokens[end + 1..], &text, (&self.fields, inside), self.known_macros(context))?;
        let used = kept.uses > 0 || text.starts_with('_');
        if !used || inside && !kept.called_first {
            return None;
        }
        self.changes += 1;
        Some((end + 1, self.runtime.owns(context.depth, &name.to_token_stream(), home)))
    }

    /// `is_end`: it is called like an end of a channel; otherwise a method must be called that those have.
    fn note_kept(
        &mut self,
        tokens: &[TokenTree],
        name: &Ident,
        is_end: bool,
        home: &Home,
        context: &Context,
        out: &mut TokenStream,
    ) {
        let Some(kept) = kept(tokens, &name.to_string(), self.known_macros(context)) else { return };
        // A name that is not used gets a warning, which must not go away, unless it says that it is meant so.
        let used = kept.uses > 0 || name.to_string().starts_with('_');
        if used && (is_end || kept.calls > 0) {
            out.extend(self.runtime.owns(context.depth, &name.to_token_stream(), home));
            self.changes += 1;
        }
    }

    fn note_handle(
        &mut self,
        tokens: &[TokenTree],
        (name, of): (&Ident, &str),
        home: &Home,
        context: &Context,
        out: &mut TokenStream,
    ) {
        if keeps_handle(tokens, &name.to_string(), of, &self.fields, self.known_macros(context)) {
            out.extend(self.runtime.keeps(context.depth, name, home));
            self.changes += 1;
        }
    }

    fn note_fields(
        &mut self,
        tokens: &[TokenTree],
        (variable, type_name): (&str, &str),
        home: &Home,
        context: &Context,
        out: &mut TokenStream,
    ) {
        for Place { variable, field } in
            self.fields.kept_in(tokens, variable, type_name, self.known_macros(context))
        {
            out.extend(self.runtime.owns(context.depth, &quote!(#variable.#field), home));
            self.changes += 1;
        }
    }

    /// What notes the captures that a block which moves them keeps.
    pub(super) fn captured(&mut self, block: &Group, home: &Home, context: &Context) -> TokenStream {
        let mut out = TokenStream::new();
        let Some(names) = context.names.as_ref().filter(|_| self.marks(context)) else { return out };
        let tokens: Vec<TokenTree> = block.stream().into_iter().collect();
        for capture in captures(&tokens, names, &self.fields, self.known_macros(context)) {
            out.extend(if capture.handle {
                self.runtime.keeps(context.depth, &capture.name, home)
            } else if capture.kept {
                self.runtime.owns(context.depth, &capture.name.to_token_stream(), home)
            } else {
                self.runtime.mention(&capture.name)
            });
            self.changes += 1;
        }
        out
    }

    /// The arguments of a call that spawns something, with braces around what a closure without them does, if there is
    /// something to note in them.
    pub(super) fn with_braces(&self, tokens: Vec<TokenTree>, context: &Context) -> Vec<TokenTree> {
        let opens =
            is_ident(tokens.first(), "move") && is_punct(tokens.get(1), '|') && is_punct(tokens.get(2), '|');
        let (Some(first), true, Some(names)) = (tokens.get(3), opens && self.marks(context), &context.names)
        else {
            return tokens;
        };
        let end = tokens.iter().position(|token| is_punct(Some(token), ',')).unwrap_or(tokens.len());
        let has_braces = matches!(first, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
        if has_braces || is_punct(Some(first), '-') || end + 1 < tokens.len() {
            return tokens;
        }
        let body = &tokens[3..end];
        if !captures(body, names, &self.fields, self.known_macros(context)).iter().any(|c| c.handle) {
            return tokens;
        }
        let mut group = Group::new(Delimiter::Brace, body.iter().cloned().collect());
        group.set_span(first.span());
        let mut out = tokens[..3].to_vec();
        out.push(TokenTree::Group(group));
        out
    }

    fn known_macros(&self, context: &Context) -> Macros<'_> {
        Macros { local: &self.macros, select_is_tokio: context.tokio_select }
    }
}

/// A block that runs on its own.
pub(super) struct Block {
    /// What is made in it is kept by this.
    pub(super) inside: Option<Home>,
    /// What it captures is kept by this, if it moves its captures.
    pub(super) captures: Option<Home>,
}

/// What the group at `at` is, if it is the block of `async`, or of the closure of a job that the call at `job` spawns.
pub(super) fn block(
    tokens: &[TokenTree],
    at: usize,
    group: &Group,
    job: Option<LineColumn>,
) -> Option<Block> {
    if group.delimiter() != Delimiter::Brace {
        return None;
    }
    let before = |back: usize| at.checked_sub(back).and_then(|i| tokens.get(i));
    let moves = is_ident(before(1), "move") && is_ident(before(2), "async");
    if moves || is_ident(before(1), "async") {
        let inside = home(group, Keeps::Future);
        return Some(Block { captures: inside.clone().filter(|_| moves), inside });
    }
    let closure =
        is_punct(before(1), '|') && is_punct(before(2), '|') && is_ident(before(3), "move") && at == 3;
    let alone = tokens.len() == at + 1 || tokens.len() == at + 2 && is_punct(tokens.get(at + 1), ',');
    let place = job.filter(|_| closure && alone)?;
    let captures = Some(Home { start: place, end: place, keeps: Keeps::Job });
    Some(Block { inside: home(group, Keeps::Call), captures })
}

/// The type of an `impl` block.
#[derive(Debug)]
pub(crate) struct Implemented {
    name: String,
    /// Whether what is implemented is `Drop`.
    drops: bool,
}

/// The type, if the group at `at` is the content of an `impl` block.
pub(super) fn implemented(tokens: &[TokenTree], at: usize) -> Option<Implemented> {
    let ends = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let start = tokens[..at].iter().rposition(ends).map_or(0, |end| end + 1);
    let header = &tokens[start..at];
    let own = header.iter().position(|token| is_ident(Some(token), "impl"))?;
    let mut from = header.iter().rposition(|token| is_ident(Some(token), "for")).unwrap_or(own) + 1;
    if from == own + 1 && is_punct(header.get(from), '<') {
        from = after_generics(header, from);
    }
    let path = header.get(from..)?;
    // What is named by a longer path is not beside this code.
    let long = is_punct(path.get(1), ':') || is_punct(path.first(), ':');
    let drops = from > own + 1 && is_ident(header.get(from - 2), "Drop");
    if long { None } else { Some(Implemented { name: type_name(path)?, drops }) }
}

/// Behind the `>` that belongs to the `<` at `at`.
fn after_generics(tokens: &[TokenTree], at: usize) -> usize {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate().skip(at) {
        if is_punct(Some(token), '<') {
            depth += 1;
        } else if is_punct(Some(token), '>') && !is_punct(tokens.get(i - 1), '-') {
            depth -= 1;
            if depth == 0 {
                return i + 1;
            }
        }
    }
    tokens.len()
}

/// `content` with `head` before its first statement.
pub(super) fn begin_with(head: TokenStream, content: TokenStream) -> TokenStream {
    if head.is_empty() {
        return content;
    }
    let mut attributes: Vec<TokenTree> = content.into_iter().collect();
    let rest = attributes.split_off(after_inner_attributes(&attributes));
    attributes.into_iter().chain(head).chain(rest).collect()
}

/// Whether the group at `at` is the body of a closure that is `async`: its future is nobody's in particular.
pub(super) fn is_async_closure(tokens: &[TokenTree], at: usize) -> bool {
    let closure = is_punct(at.checked_sub(1).and_then(|i| tokens.get(i)), '|');
    let start = tokens[..at].iter().rposition(|token| is_punct(Some(token), ';')).map_or(0, |end| end + 1);
    closure && tokens[start..at].iter().any(|token| is_ident(Some(token), "async"))
}

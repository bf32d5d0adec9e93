//! The walk over the tokens of one group, from left to right.

use super::body::{Context, Job, Level, Walk};
use super::done::{is_done, is_ours, item_length};
use super::making::{Constant, Making, is_constant};
use super::owned::{self, Signature};
use crate::branches::{self, Part};
use crate::calls::{self, Role};
use crate::chain::{chain_start, ident, is_group, is_ident, is_keyword, is_punct, separator_at};
use crate::macros::{self, Known};
use crate::names;
use crate::runtime::beside;
use crate::text;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use std::rc::Rc;

/// A function whose name was read and whose body was not.
#[derive(Debug)]
struct Function {
    name: Rc<str>,
    /// Open angle brackets of its signature.
    angles: usize,
    signature: Signature,
}

/// The walk over the content of one group.
pub(super) struct Scan<'w, 'a> {
    pub(super) walk: &'w mut Walk<'a>,
    pub(super) context: &'w Context,
    level: Level,
    pub(super) tokens: &'w [TokenTree],
    pub(super) at: usize,
    pub(super) out: Vec<TokenTree>,
    /// Where the last statement begins.
    tail: usize,
    /// What the statement calls its value.
    statement: Option<Rc<str>>,
    /// What the field calls its value.
    field: Option<Rc<str>>,
    /// Whether a statement or a field may begin here.
    segment: bool,
    function: Option<Function>,
    /// The call whose name was just read, if it spawns something.
    job: Option<Job>,
    /// What goes in before a token.
    insertion: Option<(usize, TokenStream)>,
    /// The call whose name was just read, if it makes a resource and its value is to be looked at.
    pub(super) making: Option<Making>,
    /// What is run by the compiler.
    pub(super) constant: Option<Constant>,
}

impl<'w, 'a> Scan<'w, 'a> {
    pub(super) fn new(
        walk: &'w mut Walk<'a>,
        context: &'w Context,
        level: Level,
        tokens: &'w [TokenTree],
    ) -> Self {
        // The value of a block is that of its end.
        let tail = match level {
            Level::Arguments => 0,
            _ => tokens.iter().rposition(|t| is_punct(Some(t), ';')).map_or(0, |at| at + 1),
        };
        Self {
            walk,
            context,
            level,
            tokens,
            at: 0,
            out: Vec::with_capacity(tokens.len()),
            tail,
            statement: None,
            field: None,
            segment: true,
            function: None,
            job: None,
            insertion: None,
            making: None,
            constant: None,
        }
    }

    pub(super) fn run(mut self) -> Vec<TokenTree> {
        let tokens = self.tokens;
        while let Some(token) = tokens.get(self.at) {
            self.insert();
            let segment = std::mem::replace(&mut self.segment, false);
            match token {
                TokenTree::Punct(punct) => self.punct(punct.as_char()),
                TokenTree::Ident(word) => self.word(word, segment),
                TokenTree::Group(group) => {
                    self.group(group);
                    self.made();
                }
                TokenTree::Literal(_) => self.copy(1),
            }
        }
        self.insert();
        self.out
    }

    /// Puts in what goes in here.
    fn insert(&mut self) {
        if let Some((_, tokens)) = self.insertion.take_if(|(at, _)| *at == self.at) {
            self.out.extend(tokens);
        }
    }

    fn copy(&mut self, count: usize) {
        let end = (self.at + count).min(self.tokens.len());
        self.out.extend(self.tokens[self.at..end].iter().cloned());
        self.at = end;
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<&TokenTree> {
        self.tokens.get(self.at + ahead)
    }

    pub(super) fn before(&self, back: usize) -> Option<&TokenTree> {
        self.at.checked_sub(back).and_then(|at| self.tokens.get(at))
    }

    fn binding(&self) -> Option<Rc<str>> {
        let inherited = if self.at >= self.tail { self.context.binding.clone() } else { None };
        self.field.clone().or_else(|| self.statement.clone()).or(inherited)
    }

    fn punct(&mut self, character: char) {
        self.leave_constant(character);
        match character {
            '#' => return self.attribute(),
            // A lifetime; its word may be `static`.
            '\'' => return self.copy(2),
            '.' if is_ident(self.peek(1), "await") && !is_punct(self.before(1), '.') => return self.awaits(),
            ':' => self.absolute_path(),
            '=' => self.assignment(),
            ';' => {
                self.statement = None;
                self.field = None;
                self.function = None;
                self.segment = true;
            }
            ',' => {
                self.field = None;
                self.segment = true;
            }
            _ => {}
        }
        if let Some(function) = &mut self.function {
            match character {
                '<' => function.angles += 1,
                '>' if !matches!(self.tokens.get(self.at.wrapping_sub(1)), Some(TokenTree::Punct(p)) if p.as_char() == '-') =>
                {
                    function.angles = function.angles.saturating_sub(1);
                }
                _ => {}
            }
        }
        self.copy(1);
    }

    /// Copies an attribute; one of ours takes the item behind it out of this walk.
    fn attribute(&mut self) {
        let inner = is_punct(self.peek(1), '!');
        let group = if inner { 2 } else { 1 };
        let ours = match self.peek(group) {
            Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Bracket => is_ours(g),
            _ => return self.copy(1),
        };
        self.copy(group + 1);
        self.segment = true;
        if ours && !inner {
            self.copy(item_length(&self.tokens[self.at..]));
        }
    }

    fn word(&mut self, word: &Ident, segment: bool) {
        self.enter_constant(word);
        if macros::is_call(self.tokens, self.at) {
            return self.call_of_macro(word);
        }
        if word == "macro_rules" && is_punct(self.peek(1), '!') {
            return self.definition_of_macro();
        }
        if let Some(name) = names::of_declaration(self.tokens, self.at) {
            self.statement = name.map(Rc::from);
        } else if word == "fn"
            && let Some(name) = ident(self.peek(1))
        {
            let name = name.to_string();
            self.function = Some(Function {
                name: Rc::from(name.strip_prefix("r#").unwrap_or(&name)),
                angles: 0,
                signature: Signature::at(self.tokens, self.at),
            });
            return self.copy(2);
        } else if word == "mod" && is_group(self.peek(2), Delimiter::Brace) {
            return self.submodule();
        } else if segment
            && self.level == Level::Braces
            && is_punct(self.peek(1), ':')
            && !separator_at(self.tokens, self.at + 1)
        {
            self.field = Some(Rc::from(word.to_string()));
        }
        if word == "extern" {
            self.renamed_crate();
        }
        if word == "let" && self.level == Level::Braces && self.insertion.is_none() {
            self.insertion = self.walk.made(self.tokens, self.at, self.context);
        }
        if let Some(call) = calls::at(self.tokens, self.at) {
            let seen = self.context.drop_ins.tokio && is_ident(self.tokens.get(call.first), "tokio");
            self.making(&call);
            self.job = (call.role == Role::Spawn).then_some(Job { place: call.place, seen });
            let called = (call.role == Role::Spawn).then(|| calls::called(&call.arguments)).flatten();
            let function = self.context.function.as_deref().filter(|_| call.role == Role::Spawn);
            let label = called
                .or_else(|| self.binding().map(|b| b.to_string()))
                .or_else(|| function.map(str::to_owned));
            if let Some(label) = label {
                self.walk.found.labels.push((call.place, label));
            }
        }
        self.copy(1);
    }

    fn submodule(&mut self) {
        let Some(TokenTree::Group(body)) = self.peek(2).cloned() else { return self.copy(1) };
        let context = Context {
            depth: self.context.depth + 1,
            function: None,
            home: None,
            names: None,
            ..self.context.clone()
        };
        self.copy(2);
        let rewrite = self.context.rewrite;
        let body = self.walk.group(&body, |walk, content| {
            if rewrite {
                walk.inner_body(content, &context, "module")
            } else {
                walk.level(content.into_iter().collect(), &context, Level::Braces)
            }
        });
        self.out.push(body);
        self.at += 1;
        self.segment = true;
    }

    fn group(&mut self, group: &Group) {
        let is_body =
            group.delimiter() == Delimiter::Brace && self.function.as_ref().is_none_or(|f| f.angles == 0);
        if is_body && let Some(function) = self.function.take() {
            let nested = self.context.function.is_some();
            let context =
                Context { function: Some(function.name), nested, binding: None, ..self.context.clone() };
            let context = function.signature.enter(group, context);
            let lines = self.level == Level::Impl && context.rewrite;
            let body = self.walk.group(group, |walk, content| {
                let head = walk.parameters(&function.signature, group, &context);
                let content = if lines {
                    walk.inner_body(content, &context, "function")
                } else {
                    walk.level(content.into_iter().collect(), &context, Level::Braces)
                };
                owned::begin_with(head, content)
            });
            self.out.push(body);
            self.statement = None;
        } else {
            let is_async = is_ident(self.before(1), "async")
                || is_ident(self.before(1), "move") && is_ident(self.before(2), "async");
            let binding = if is_async { None } else { self.binding() };
            // Between the functions of an `impl` block there is no place for the lines.
            let rewrite = self.context.rewrite && self.level != Level::Impl;
            let implemented = owned::implemented(self.tokens, self.at).map(Rc::new);
            let block = owned::block(self.tokens, self.at, group, self.context.job.map(|job| job.place));
            let marked = is_async && group.delimiter() == Delimiter::Brace && self.walk.marks(self.context);
            let began = self.context.job.filter(|job| marked && !job.seen);
            let constant = self.is_constant() || is_constant(self.tokens, self.at, group);
            let mut context = Context {
                binding,
                rewrite,
                implemented,
                job: self.job.take(),
                constant,
                ..self.context.clone()
            };
            if let Some(block) = &block {
                context.home = block.inside.clone().map(Rc::new);
            } else if owned::is_async_closure(self.tokens, self.at) {
                context.home = None;
            }
            let level = if group.delimiter() == Delimiter::Brace { Level::Braces } else { Level::Arguments };
            let group = self.walk.group(group, |walk, content| {
                let mut head = TokenStream::new();
                if let Some(job) = began {
                    head.extend(walk.began(job, context.depth));
                }
                if let Some(home) = block.and_then(|block| block.captures) {
                    head.extend(walk.captured(group, &home, &context));
                }
                owned::begin_with(head, walk.level(content.into_iter().collect(), &context, level))
            });
            self.out.push(group);
        }
        self.at += 1;
        self.segment = group.delimiter() == Delimiter::Brace;
    }

    /// Gives the await at hand its site.
    fn awaits(&mut self) {
        let start = chain_start(self.tokens, self.at);
        let chain = &self.tokens[start..self.at];
        if !self.walk.marks(self.context) {
            self.walk.skipped += 1;
            return self.copy(2);
        }
        if chain.is_empty() || is_done(chain) {
            return self.copy(2);
        }
        let place = self.tokens[self.at + 1].span().start();
        let span = beside(self.tokens[self.at + 1].span());
        let depth = self.context.depth;
        let site = match chain {
            [TokenTree::Ident(variable)] => {
                self.out.pop();
                self.walk.runtime.function(depth, variable, place, span)
            }
            _ => self.walk.runtime.method(depth, place, &text::short(chain), span),
        };
        self.out.extend(site);
        self.walk.changes += 1;
        self.copy(2);
    }

    /// `self.queue = ..` calls its value `queue`.
    fn assignment(&mut self) {
        let operator = matches!(self.before(1), Some(TokenTree::Punct(_)))
            || matches!(self.peek(1), Some(TokenTree::Punct(p)) if matches!(p.as_char(), '=' | '>'));
        if self.level == Level::Braces && !operator && self.statement.is_none() && self.field.is_none() {
            self.statement =
                ident(self.before(1)).filter(|word| !is_keyword(word)).map(|w| Rc::from(w.to_string()));
        }
    }

    fn definition_of_macro(&mut self) {
        if let Some(name) = ident(self.peek(2)) {
            self.walk.macros.push(name.to_string());
        }
        let Some(TokenTree::Group(rules)) = self.peek(3).cloned() else { return self.copy(1) };
        self.copy(3);
        let rules = self.modules_with_globs(&rules);
        self.out.push(rules);
        self.at += 1;
        self.segment = true;
    }

    fn call_of_macro(&mut self, name: &Ident) {
        let known = macros::known(self.tokens, self.at, &self.walk.macros, self.context.tokio_select);
        let Some(TokenTree::Group(arguments)) = self.peek(2).cloned() else { return self.copy(1) };
        self.copy(2);
        let context = Context { binding: self.binding(), ..self.context.clone() };
        let token = match known {
            Known::No => self.unknown(name, &arguments, "the macro is not known"),
            Known::Checked if names::split(arguments.stream().into_iter().collect()).len() < 2 => {
                self.unknown(name, &arguments, "the text of the expression is printed")
            }
            Known::Checked | Known::Expressions => self.walk.group(&arguments, |walk, content| {
                walk.level(content.into_iter().collect(), &context, Level::Arguments)
            }),
            Known::Select => self.branches(&arguments, &context, branches::select),
            Known::SelectIfTokio => self.branches(&arguments, &context, branches::select_if_tokio),
            Known::Join => self.branches(&arguments, &context, branches::join),
        };
        self.out.push(token);
        self.at += 1;
        self.segment = arguments.delimiter() == Delimiter::Brace;
    }

    /// The arguments of a macro that may do anything with them: they are read and left as they are.
    fn unknown(&mut self, name: &Ident, arguments: &Group, why: &str) -> TokenTree {
        let context = Context { binding: self.binding(), rewrite: false, ..self.context.clone() };
        let before = self.walk.skipped;
        self.walk.level(arguments.stream().into_iter().collect(), &context, Level::Arguments);
        if self.walk.skipped > before && self.context.rewrite {
            self.walk.found.uncovered.push((name.span().start(), format!("`.await` in `{name}!`: {why}")));
        }
        self.modules_with_globs(arguments)
    }

    /// Gives the lines to the modules in the tokens of a macro that take the names of a module around them: without
    /// lines of their own, the lines around them would make `use tokio::..` ambiguous there.
    fn modules_with_globs(&mut self, tokens: &Group) -> TokenTree {
        if !self.context.rewrite {
            return TokenTree::Group(tokens.clone());
        }
        let context = self.context;
        self.walk.group(tokens, |walk, content| walk.modules_with_globs(content, context))
    }

    fn branches(
        &mut self,
        arguments: &Group,
        context: &Context,
        read: fn(TokenStream) -> Option<Vec<Part>>,
    ) -> TokenTree {
        let marks = self.walk.marks(self.context);
        self.walk.group(arguments, |walk, content| {
            let Some(parts) = read(content.clone()).filter(|_| marks) else {
                return walk.level(content.into_iter().collect(), context, Level::Arguments);
            };
            let mut out = TokenStream::new();
            for part in parts {
                match part {
                    Part::Verbatim(tokens) => out.extend(tokens),
                    Part::Condition(tokens) | Part::Code(tokens) => {
                        out.extend(walk.level(tokens.into_iter().collect(), context, Level::Arguments));
                    }
                    Part::Future(tokens, fit) => out.extend(walk.branch(tokens, fit, context)),
                }
            }
            out
        })
    }
}

//! What a block or closure that moves its captures keeps of them.
//!
//! What is put at the beginning of such a block to note its ends mentions their names, and a block drops its captures in
//! the order in which they are mentioned first. So the names that are mentioned between are mentioned too, in the same
//! order; and nothing is noted behind a name of which it cannot be told whether it is a capture at all.

use super::Fields;
use super::handles::{Arcs, keeps_handle};
use super::pattern::{self, is_name};
use super::uses::{Macros, in_text, is_variable, kept, opens_closure};
use crate::branches::{self, Part};
use crate::chain::{ident, is_group, is_ident, is_punct};
use crate::macros::{self, Known};
use proc_macro2::{Delimiter, Group, Ident, TokenTree};
use std::collections::HashMap;

/// One mention at the beginning of a block.
#[derive(Clone, Debug)]
pub(crate) struct Capture {
    pub(crate) name: Ident,
    /// Whether the block keeps it as an end of a channel.
    pub(crate) kept: bool,
    /// Whether the block keeps it as a handle. What is neither is only mentioned.
    pub(crate) handle: bool,
}

/// The words of a function, from its parameters to its end.
#[derive(Debug, Default)]
pub(crate) struct Names {
    count: HashMap<String, usize>,
    /// Those that a pattern binds for certain.
    bound: HashMap<String, usize>,
    /// Those of which the type is known where they are bound.
    typed: HashMap<String, usize>,
    arcs: Arcs,
}

impl Names {
    /// `own`: what `Self` is, if the function is a method.
    pub(crate) fn of(parameters: Option<&Group>, body: &[TokenTree], own: Option<&str>) -> Self {
        let mut names = Self { arcs: Arcs::within(own), ..Self::default() };
        if let Some(list) = parameters {
            for name in pattern::named_parameters(list) {
                *names.bound.entry(name.to_string()).or_default() += 1;
                *names.typed.entry(name.to_string()).or_default() += 1;
            }
            names.read(&list.stream().into_iter().collect::<Vec<_>>());
            for parameter in pattern::parameters(list) {
                names.arcs.bind(&parameter.name.to_string(), parameter.shared);
            }
            for (name, of) in pattern::lent_handles(list) {
                names.arcs.bind(&name.to_string(), Some(of));
            }
            if let Some(name) = own.and_then(|own| pattern::shared_self(list, own)) {
                names.arcs.bind(&name.to_string(), own.map(ToOwned::to_owned));
            }
        }
        names.arcs.read(body);
        names.read(body);
        names
    }

    fn read(&mut self, tokens: &[TokenTree]) {
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(word) => {
                    *self.count.entry(word.to_string()).or_default() += 1;
                    if word == "let"
                        && let Some((names, _)) = pattern::made(tokens, at)
                    {
                        for name in names {
                            *self.typed.entry(name.to_string()).or_default() += 1;
                        }
                    }
                    let bound = match word {
                        _ if word == "let" => pattern::statement(tokens, at).map(|(names, _)| names),
                        _ if word == "for" => pattern::of_loop(tokens, at),
                        _ => None,
                    };
                    for name in bound.unwrap_or_default() {
                        *self.bound.entry(name.to_string()).or_default() += 1;
                    }
                }
                TokenTree::Group(group) => self.read(&group.stream().into_iter().collect::<Vec<_>>()),
                _ => {}
            }
        }
    }

    /// What is behind the variable, if it is an `Arc`.
    pub(crate) fn shared(&self, name: &str) -> Option<&str> {
        self.arcs.of(name)
    }

    fn is_outside(&self, inside: &Self, name: &str) -> bool {
        self.count.get(name) > inside.count.get(name)
    }

    fn is_typed_outside(&self, inside: &Self, name: &str) -> bool {
        self.typed.get(name) > inside.typed.get(name)
    }

    fn is_bound_outside(&self, inside: &Self, name: &str) -> bool {
        self.bound.get(name) > inside.bound.get(name)
    }
}

/// What to mention at the beginning of `block` for the ends that it captures and keeps; `function` has the words of the
/// function around it.
pub(crate) fn captures(
    block: &[TokenTree],
    function: &Names,
    fields: &Fields,
    macros: Macros<'_>,
) -> Vec<Capture> {
    let inside = Names::of(None, block, None);
    let mut order = Order { function, inside: &inside, macros, mentions: Vec::new(), local: Vec::new() };
    // Where it stops, the mentions before are still in order.
    let _ = order.level(block, true);
    let mut found: Vec<Capture> = Vec::new();
    for mention in order.mentions {
        let name = mention.name.to_string();
        let typed = function.is_typed_outside(&inside, &name);
        let kept = kept(block, &name, macros).is_some_and(|kept| kept.called_first || typed);
        let of = function.arcs.of(&name).filter(|_| mention.whole);
        let handle = of.is_some_and(|of| keeps_handle(block, &name, of, fields, macros));
        if !kept && !mention.whole {
            break;
        }
        found.push(Capture { name: mention.name, kept, handle });
    }
    let noted = |capture: &Capture| capture.kept || capture.handle;
    let wanted = found.iter().rposition(noted).map_or(0, |last| last + 1);
    found.truncate(wanted);
    found
}

/// The first mention of a name.
struct Mention {
    name: Ident,
    /// Whether the variable as a whole is captured, and it is one for certain.
    whole: bool,
}

/// Reads what a block captures, in the order of the first mentions.
struct Order<'a> {
    function: &'a Names,
    inside: &'a Names,
    macros: Macros<'a>,
    mentions: Vec<Mention>,
    /// Names that the block binds at its top, from there to its end.
    local: Vec<String>,
}

impl Order<'_> {
    /// Reads the tokens of one group. `None` where the order is not certain any more.
    fn level(&mut self, tokens: &[TokenTree], top: bool) -> Option<()> {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Ident(word) if word == "let" => {
                    // What a statement at the top binds is bound until the block's end.
                    let statement = if top { pattern::statement(tokens, at) } else { None };
                    if let Some((names, equals)) = statement {
                        let end = pattern::end_of_statement(tokens, equals);
                        self.level(&tokens[equals..end], false)?;
                        self.local.extend(names.iter().map(Ident::to_string));
                        at = end;
                        continue;
                    }
                    let equals = pattern::equals(tokens, at + 1);
                    self.bound_here(&tokens[at + 1..equals])?;
                    at = equals;
                    continue;
                }
                TokenTree::Ident(word) if word == "for" && !is_punct(tokens.get(at + 1), '<') => {
                    let end = (at..tokens.len()).find(|i| is_ident(tokens.get(*i), "in"))?;
                    self.bound_here(&tokens[at + 1..end])?;
                    at = end;
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == '|' && opens_closure(tokens, at) => {
                    let end = (at + 1..tokens.len()).find(|i| is_punct(tokens.get(*i), '|'))?;
                    self.bound_here(&tokens[at + 1..end])?;
                    at = end + 1;
                    continue;
                }
                TokenTree::Ident(_) if macros::is_call(tokens, at) => {
                    self.macro_call(tokens, at)?;
                    at += 3;
                    continue;
                }
                TokenTree::Ident(word) => self.word(tokens, at, word)?,
                TokenTree::Literal(literal) => self.text(&literal.to_string())?,
                TokenTree::Group(group) => {
                    let content: Vec<TokenTree> = group.stream().into_iter().collect();
                    let arms = group.delimiter() == Delimiter::Brace && has_arms(&content);
                    if arms {
                        self.arms(&content)?;
                    } else {
                        self.level(&content, false)?;
                    }
                }
                TokenTree::Punct(_) => {}
            }
            at += 1;
        }
        Some(())
    }

    /// Whether the name may be one of a variable outside of the block.
    fn may_be_captured(&self, name: &str) -> bool {
        self.function.is_outside(self.inside, name) && !self.local.iter().any(|local| local == name)
    }

    fn is_new(&self, name: &str) -> bool {
        !self.mentions.iter().any(|mention| mention.name == name)
    }

    /// Stops if one of these tokens may bind a name that stands for a variable outside elsewhere.
    fn bound_here(&self, tokens: &[TokenTree]) -> Option<()> {
        for token in tokens {
            match token {
                TokenTree::Ident(word) if is_name(word) => {
                    let name = word.to_string();
                    if self.may_be_captured(&name) && self.is_new(&name) {
                        return None;
                    }
                }
                TokenTree::Group(group) => {
                    self.bound_here(&group.stream().into_iter().collect::<Vec<_>>())?
                }
                _ => {}
            }
        }
        Some(())
    }

    fn word(&mut self, tokens: &[TokenTree], at: usize, word: &Ident) -> Option<()> {
        if word == "self" {
            return None;
        }
        let name = word.to_string();
        if !is_name(word) || !is_variable(tokens, at) || !self.may_be_captured(&name) || !self.is_new(&name) {
            return Some(());
        }
        let certain = self.function.is_bound_outside(self.inside, &name);
        if is_group(tokens.get(at + 1), Delimiter::Parenthesis) {
            // A function, unless a variable is called like it.
            return if certain { None } else { Some(()) };
        }
        let next = tokens.get(at + 1);
        let method = is_punct(next, '.') && ident(tokens.get(at + 2)).is_some() && is_call(tokens, at + 3);
        let named = is_punct(next, ':') || is_punct(next, '=');
        // A block that moves an `Arc` never takes a part of what is behind it.
        let shared = self.function.arcs.of(&name).is_some();
        let part = is_punct(next, '.') && !method && !shared && !is_ident(tokens.get(at + 2), "await");
        let indexed = is_group(next, Delimiter::Bracket);
        self.mentions.push(Mention { name: word.clone(), whole: certain && !named && !part && !indexed });
        Some(())
    }

    /// The names in a format string, which come after the arguments in an order of their own.
    fn text(&mut self, text: &str) -> Option<()> {
        let counted = self.function.count.keys();
        let unknown = counted
            .filter(|name| self.may_be_captured(name) && self.is_new(name))
            .any(|name| in_text(text, name));
        if unknown { None } else { Some(()) }
    }

    /// The arms of a `match`.
    fn arms(&mut self, tokens: &[TokenTree]) -> Option<()> {
        let mut at = 0;
        while at < tokens.len() {
            let arrow = (at..tokens.len()).find(|i| is_arrow(tokens, *i))?;
            self.bound_here(&tokens[at..arrow])?;
            let body = arrow + 2;
            let end = match tokens.get(body) {
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => body + 1,
                _ => (body..tokens.len()).find(|i| is_punct(tokens.get(*i), ',')).unwrap_or(tokens.len()),
            };
            self.level(tokens.get(body..end)?, false)?;
            at = end;
            if is_punct(tokens.get(at), ',') {
                at += 1;
            }
        }
        Some(())
    }

    fn macro_call(&mut self, tokens: &[TokenTree], at: usize) -> Option<()> {
        let Some(TokenTree::Group(group)) = tokens.get(at + 2) else { return None };
        let content: Vec<TokenTree> = group.stream().into_iter().collect();
        if is_ident(tokens.get(at), "matches") || is_ident(tokens.get(at), "assert_matches") {
            return self.bound_here(&content);
        }
        let select = || branches::select(group.stream());
        match macros::known(tokens, at, self.macros.local, self.macros.select_is_tokio) {
            Known::Expressions | Known::Checked | Known::Join => self.level(&content, false),
            Known::Select => self.select(select()?),
            Known::SelectIfTokio => match branches::select_if_tokio(group.stream()) {
                Some(parts) => self.select(parts),
                None => self.first_future(select()?),
            },
            Known::No => self.bound_here(&content),
        }
    }

    /// Whatever `select!` it is, of the futures the first comes first. What comes next is not certain.
    fn first_future(&mut self, parts: Vec<Part>) -> Option<()> {
        let first = parts.into_iter().find_map(|part| match part {
            Part::Future(tokens, _) => Some(tokens),
            _ => None,
        });
        self.level(&first?.into_iter().collect::<Vec<_>>(), false)?;
        None
    }

    /// tokio's `select!` asks for the conditions first, then makes all futures, and does something with a result after
    /// that.
    fn select(&mut self, parts: Vec<Part>) -> Option<()> {
        let (mut futures, mut rest) = (Vec::new(), Vec::new());
        for part in parts {
            match part {
                Part::Condition(tokens) => self.level(&tokens.into_iter().collect::<Vec<_>>(), false)?,
                Part::Future(tokens, _) => futures.push(tokens),
                part @ (Part::Verbatim(_) | Part::Code(_)) => rest.push(part),
            }
        }
        for future in futures {
            self.level(&future.into_iter().collect::<Vec<_>>(), false)?;
        }
        for part in rest {
            match part {
                Part::Code(tokens) => self.level(&tokens.into_iter().collect::<Vec<_>>(), false)?,
                Part::Verbatim(tokens) | Part::Condition(tokens) | Part::Future(tokens, _) => {
                    self.bound_here(&tokens.into_iter().collect::<Vec<_>>())?;
                }
            }
        }
        Some(())
    }
}

/// Whether the arguments of a call begin at `at`, perhaps after generic ones.
fn is_call(tokens: &[TokenTree], at: usize) -> bool {
    is_group(tokens.get(at), Delimiter::Parenthesis) || is_punct(tokens.get(at), ':')
}

fn is_arrow(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), '=') && is_punct(tokens.get(at + 1), '>')
}

/// Whether the content of braces is that of a `match`.
fn has_arms(tokens: &[TokenTree]) -> bool {
    (0..tokens.len()).any(|at| is_arrow(tokens, at))
}

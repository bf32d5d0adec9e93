//! Calls that spawn something or make a resource, and what to call the result.

use crate::chain::{ident, is_group, is_ident, is_punct, path_start, separator_at, separator_before};
use crate::names::split;
use proc_macro2::{Delimiter, Group, LineColumn, TokenTree};

/// Functions and methods that start a task, a job or a thread.
const SPAWNS: &[&str] = &[
    "spawn",
    "spawn_blocking",
    "spawn_blocking_on",
    "spawn_local",
    "spawn_local_on",
    "spawn_named",
    "spawn_on",
    "spawn_pinned",
    "spawn_scoped",
    "spawn_unchecked",
    "block_on",
];

/// Functions that make a channel.
const CHANNELS: &[&str] =
    &["bounded", "channel", "rendezvous", "sync_channel", "unbounded", "unbounded_channel", "zero_capacity"];

/// Methods and functions that make one more end of a channel.
const ENDS: &[&str] = &["clone", "downgrade", "resubscribe", "subscribe"];

/// Functions of a type that make a value of it.
const CONSTRUCTORS: &[&str] =
    &["const_new", "default", "from", "from_value", "new", "new_with", "with_capacity", "with_max_readers"];

/// Types whose values are resources.
const RESOURCES: &[&str] = &[
    "Barrier",
    "CancellationToken",
    "Condvar",
    "DelayQueue",
    "FairMutex",
    "JoinMap",
    "JoinSet",
    "LazyLock",
    "LocalSet",
    "Mutex",
    "Notify",
    "Once",
    "OnceCell",
    "OnceLock",
    "PollSemaphore",
    "PollSender",
    "ReentrantLock",
    "ReentrantMutex",
    "RwLock",
    "Semaphore",
    "SetOnce",
    "TaskTracker",
    "ThreadPoolBuilder",
];

/// Methods and wrappers around a future that do not say what it does.
const ADAPTERS: &[&str] = &[
    "await",
    "boxed",
    "boxed_local",
    "catch_unwind",
    "clone",
    "fuse",
    "in_current_span",
    "instrument",
    "into_future",
    "map",
    "map_err",
    "new",
    "or_current",
    "pin",
    "then",
    "unconstrained",
    "unwrap",
    "expect",
    "with_current_subscriber",
    "with_subscriber",
];

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Spawn,
    Create,
}

/// A call of interest.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) role: Role,
    /// The first token of a path, the name of a method.
    pub(crate) first: usize,
    /// Where that is, which is where `Location::caller()` says that the call is.
    pub(crate) place: LineColumn,
    pub(crate) arguments: Group,
    /// Where the arguments are.
    pub(crate) last: usize,
}

/// The call whose function is named at `at`, if it is one of interest.
pub(crate) fn at(tokens: &[TokenTree], at: usize) -> Option<Call> {
    let name = ident(tokens.get(at))?.to_string();
    let (last, arguments) = arguments(tokens, at + 1)?;
    let is_method = at > 0 && is_punct(tokens.get(at - 1), '.');
    let name = name.as_str();
    let creates = CHANNELS.contains(&name) || CONSTRUCTORS.contains(&name) && is_resource(tokens, at);
    let role = if SPAWNS.contains(&name) {
        Role::Spawn
    } else if creates && !is_method {
        Role::Create
    } else {
        return None;
    };
    let first = if is_method { at } else { path_start(tokens, at) };
    let (place, arguments) = (tokens[first].span().start(), arguments.clone());
    Some(Call { role, first, place, arguments, last })
}

/// The arguments behind a function's name, its generic arguments left out, and where they are.
fn arguments(tokens: &[TokenTree], mut at: usize) -> Option<(usize, &Group)> {
    if separator_at(tokens, at) && is_punct(tokens.get(at + 2), '<') {
        let mut depth = 0usize;
        at += 2;
        loop {
            match tokens.get(at)? {
                TokenTree::Punct(p) if p.as_char() == '<' => depth += 1,
                TokenTree::Punct(p) if p.as_char() == '>' && !is_punct(tokens.get(at - 1), '-') => depth -= 1,
                TokenTree::Punct(p) if p.as_char() == ';' => return None,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                break;
            }
        }
    }
    match tokens.get(at) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => Some((at, group)),
        _ => None,
    }
}

/// Whether the path up to the function's name at `at` names a resource's type.
fn is_resource(tokens: &[TokenTree], at: usize) -> bool {
    if !separator_before(tokens, at) {
        return false;
    }
    let mut segments = tokens[path_start(tokens, at)..at - 2].iter().rev();
    // The last word that is outside of generic arguments, or the first inside for `<Mutex<u8>>::new`.
    let mut depth = 0usize;
    let mut inside = None;
    for token in segments.by_ref() {
        match token {
            TokenTree::Punct(p) if p.as_char() == '>' => depth += 1,
            TokenTree::Punct(p) if p.as_char() == '<' => depth = depth.saturating_sub(1),
            TokenTree::Ident(word) if depth == 0 => return RESOURCES.iter().any(|r| word == r),
            TokenTree::Ident(word) if depth == 1 => inside = Some(word),
            _ => {}
        }
    }
    inside.is_some_and(|word| RESOURCES.iter().any(|r| word == r))
}

/// Whether the value of an expression is known to be a new end of a channel, or several, if it is one at all: then its
/// type is known as well.
pub(crate) fn makes_ends(expression: &[TokenTree]) -> bool {
    let Some(last) = expression.len().checked_sub(1) else { return false };
    (0..last).any(|at| {
        let Some(name) = ident(expression.get(at)) else { return false };
        let is_method = at > 0 && is_punct(expression.get(at - 1), '.');
        let makes = ENDS.iter().any(|end| name == end)
            || !is_method
                && path_start(expression, at) == 0
                && CHANNELS.iter().any(|channel| name == channel);
        makes && arguments(expression, at + 1).is_some_and(|(end, _)| end == last)
    })
}

/// The function that the arguments of a spawn call, if they say so.
pub(crate) fn called(arguments: &Group) -> Option<String> {
    // The future is the first argument of all spawns but `spawn_named`, whose first is a literal.
    split(arguments.stream().into_iter().collect()).iter().find_map(|argument| callee(argument))
}

fn callee(expression: &[TokenTree]) -> Option<String> {
    let expression = body(expression);
    if let [TokenTree::Group(block)] = expression {
        return match block.delimiter() {
            Delimiter::Brace => only_statement(block),
            Delimiter::Bracket => None,
            Delimiter::Parenthesis | Delimiter::None => {
                callee(&block.stream().into_iter().collect::<Vec<_>>())
            }
        };
    }
    let mut found = None;
    for (at, token) in expression.iter().enumerate() {
        let TokenTree::Ident(word) = token else { continue };
        let Some((_, arguments)) = arguments(expression, at + 1) else { continue };
        let name = word.to_string();
        if !ADAPTERS.contains(&name.as_str()) {
            found = Some(name);
        } else if found.is_none() && !is_punct(at.checked_sub(1).and_then(|i| expression.get(i)), '.') {
            // A wrapper such as `Box::pin(worker())`.
            found = called(arguments);
        }
    }
    found.map(|name| name.strip_prefix("r#").map(str::to_owned).unwrap_or(name))
}

/// The expression without what makes a closure or an async block of it.
fn body(mut expression: &[TokenTree]) -> &[TokenTree] {
    loop {
        match expression {
            [TokenTree::Ident(word), rest @ ..] if word == "move" || word == "async" || word == "unsafe" => {
                expression = rest;
            }
            [TokenTree::Punct(bar), rest @ ..] if bar.as_char() == '|' => {
                let Some(end) = rest.iter().position(|t| is_punct(Some(t), '|')) else { return rest };
                expression = &rest[end + 1..];
            }
            _ => return expression,
        }
    }
}

/// The function that a block calls, if that is all it does.
fn only_statement(block: &Group) -> Option<String> {
    let mut tokens: Vec<TokenTree> = block.stream().into_iter().collect();
    loop {
        let last = tokens.len().checked_sub(1)?;
        let dropped = match &tokens[last] {
            TokenTree::Punct(p) if matches!(p.as_char(), ';' | '?') => 1,
            TokenTree::Ident(word) if word == "await" && last > 0 && is_punct(tokens.get(last - 1), '.') => 2,
            _ => break,
        };
        tokens.truncate(tokens.len() - dropped);
    }
    let statement = tokens.iter().any(|t| is_punct(Some(t), ';') || is_punct(Some(t), '='));
    let block_like = is_group(tokens.last(), Delimiter::Brace) || is_ident(tokens.first(), "loop");
    if statement || block_like && tokens.len() > 1 {
        return None;
    }
    callee(&tokens)
}

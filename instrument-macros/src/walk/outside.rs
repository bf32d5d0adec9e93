//! What the lines that are put in cannot reach, and what may be spawned by something else than a drop-in.

use super::body::{Job, Walk};
use super::scan::Scan;
use crate::chain::{ident, is_ident, is_keyword, separator_at};
use crate::names::split;
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// Whether the path that begins at `at` leads to something that has a drop-in.
fn is_instrumented(tokens: &[TokenTree], at: usize) -> bool {
    let whole = !separator_at(tokens, at + 1);
    is_ident(tokens.get(at), "tokio")
        || is_ident(tokens.get(at), "std")
            && (whole || is_ident(tokens.get(at + 3), "thread") || is_ident(tokens.get(at + 3), "sync"))
}

impl Scan<'_, '_> {
    /// Notes a `::tokio` path, which no `use` line reaches.
    pub(super) fn absolute_path(&mut self) {
        if !separator_at(self.tokens, self.at) {
            return;
        }
        let continues = match self.before(1) {
            Some(TokenTree::Ident(word)) => !is_keyword(word) && word != "use",
            Some(TokenTree::Punct(p)) => matches!(p.as_char(), '>' | ':'),
            _ => false,
        };
        if continues {
            return;
        }
        let names: Vec<String> = match self.peek(2) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let branches = split(group.stream().into_iter().collect());
                branches
                    .iter()
                    .filter(|tokens| is_instrumented(tokens, 0))
                    .filter_map(|b| name(b, 0))
                    .collect()
            }
            // `use ::tokio;` binds the name itself, which is told of the whole scope.
            _ if separator_at(self.tokens, self.at + 3) || is_ident(self.peek(3), "as") => {
                let found = is_instrumented(self.tokens, self.at + 2);
                name(self.tokens, self.at + 2).filter(|_| found).into_iter().collect()
            }
            _ => return,
        };
        let place = self.tokens[self.at].span().start();
        for name in names {
            self.walk.found.uncovered.push((place, format!("a path that begins with `::{name}`")));
        }
    }

    /// Notes an `extern crate tokio as name`: that name is not the drop-in.
    pub(super) fn renamed_crate(&mut self) {
        let renamed = is_ident(self.peek(1), "crate") && is_ident(self.peek(3), "as");
        if renamed && is_instrumented(self.tokens, self.at + 2) {
            let name = name(self.tokens, self.at + 2).unwrap_or_default();
            let place = self.tokens[self.at].span().start();
            self.walk.found.uncovered.push((place, format!("another name of the crate `{name}`")));
        }
    }
}

fn name(tokens: &[TokenTree], at: usize) -> Option<String> {
    ident(tokens.get(at)).map(ToString::to_string)
}

impl Walk<'_> {
    /// What says in an `async` block that it is being polled, in case that it is in no task.
    pub(super) fn began(&mut self, job: Job, depth: usize) -> TokenStream {
        self.changes += 1;
        self.runtime.began(depth, job.place, Span::mixed_site())
    }
}

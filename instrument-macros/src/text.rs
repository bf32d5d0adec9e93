//! Short texts of expressions, as they stand in the source.

use proc_macro2::{Delimiter, LineColumn, TokenTree};

/// Longest text, in characters.
const LIMIT: usize = 60;

/// The expression on one line, at most 60 characters of it; blocks and, if it is too long, arguments are left out.
pub(crate) fn short(tokens: &[TokenTree]) -> String {
    let full = print(tokens, true);
    if full.chars().count() <= LIMIT {
        return full;
    }
    let brief = print(tokens, false);
    if brief.chars().count() <= LIMIT {
        return brief;
    }
    let mut cut: String = brief.chars().take(LIMIT - 1).collect();
    cut.push('…');
    cut
}

fn print(tokens: &[TokenTree], arguments: bool) -> String {
    let mut printer = Printer { text: String::new(), end: None, glue: true, arguments };
    printer.tokens(tokens);
    printer.text
}

struct Printer {
    text: String,
    /// Where the last token ended.
    end: Option<LineColumn>,
    /// Whether nothing may come between the last token and the next.
    glue: bool,
    arguments: bool,
}

impl Printer {
    fn tokens(&mut self, tokens: &[TokenTree]) {
        for token in tokens {
            // Enough to know that it is too long.
            if self.text.len() > 8 * LIMIT {
                return;
            }
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = delimiters(group.delimiter());
                    self.space(group.span_open().start(), false);
                    self.text.push_str(open);
                    self.end = Some(group.span_open().end());
                    self.glue = true;
                    let content: Vec<TokenTree> = group.stream().into_iter().collect();
                    let leave_out = group.delimiter() == Delimiter::Brace || !self.arguments;
                    if leave_out && !content.is_empty() && group.delimiter() != Delimiter::None {
                        self.text.push('…');
                    } else {
                        self.tokens(&content);
                    }
                    self.text.push_str(close);
                    self.end = Some(group.span_close().end());
                    self.glue = false;
                }
                TokenTree::Punct(punct) => {
                    let behind = matches!(punct.as_char(), '.' | '?' | ',' | ';');
                    self.space(punct.span().start(), behind);
                    self.text.push(punct.as_char());
                    self.end = Some(punct.span().end());
                    self.glue = punct.as_char() == '.';
                }
                other => {
                    self.space(other.span().start(), false);
                    self.text.push_str(&other.to_string());
                    self.end = Some(other.span().end());
                    self.glue = false;
                }
            }
        }
    }

    /// One space where the source has any, except around the dots of a chain that goes over several lines.
    fn space(&mut self, start: LineColumn, behind: bool) {
        let Some(end) = self.end else { return };
        let gap = end != start;
        if gap && !self.glue && !(behind && end.line != start.line) {
            self.text.push(' ');
        }
    }
}

fn delimiters(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

//! What a module says about the names of crates, `tokio` and `std` among them, and the lines that make them the drop-ins.

use crate::chain::{ident, is_group, is_ident, is_punct, separator_at};
use crate::names::split;
use crate::runtime::{AT, Runtime};
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

/// The names that drop-ins take, if there are these drop-ins.
const NAMES: [(&str, bool); 5] = [
    ("tokio", true),
    ("std", true),
    ("parking_lot", PARKING_LOT),
    ("crossbeam_channel", CROSSBEAM_CHANNEL),
    ("rayon", RAYON),
];
/// Whether there is a drop-in of parking_lot, of crossbeam-channel and of rayon: the agent's features of the same name turn these
/// on. What the tests here expect holds without them, whatever else is built with these tests.
const PARKING_LOT: bool = cfg!(all(feature = "parking-lot", not(test)));
const CROSSBEAM_CHANNEL: bool = cfg!(all(feature = "crossbeam-channel", not(test)));
const RAYON: bool = cfg!(all(feature = "rayon", not(test)));

/// Which drop-ins a module or a function body sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DropIns {
    pub(crate) tokio: bool,
    pub(crate) std: bool,
    pub(crate) parking_lot: bool,
    pub(crate) crossbeam_channel: bool,
    pub(crate) rayon: bool,
}

impl DropIns {
    pub(crate) const ALL: Self = Self {
        tokio: true,
        std: true,
        parking_lot: PARKING_LOT,
        crossbeam_channel: CROSSBEAM_CHANNEL,
        rayon: RAYON,
    };

    /// The lines that bring them in, and what is behind the awaits.
    pub(crate) fn lines(self, runtime: &Runtime, depth: usize) -> TokenStream {
        let span = Span::mixed_site();
        let krate = runtime.path(depth, span);
        let tokio = self.tokio.then(|| quote_spanned!(span=> use #krate::tokio;));
        let std = self.std.then(|| quote_spanned!(span=> use #krate::std;));
        let parking_lot = self.parking_lot.then(|| quote_spanned!(span=> use #krate::parking_lot;));
        let crossbeam = self.crossbeam_channel.then(|| quote_spanned!(span=> use #krate::crossbeam_channel;));
        let rayon = self.rayon.then(|| quote_spanned!(span=> use #krate::rayon;));
        quote_spanned!(span=>
            use #krate::__private::{AwaitAt as _, __taskscope_at};
            #tokio #std #parking_lot #crossbeam #rayon
        )
    }

    /// Whether this word, at the beginning of a path, is one of them.
    pub(crate) fn has(self, word: &Ident) -> bool {
        let all = [
            ("tokio", self.tokio),
            ("std", self.std),
            ("parking_lot", self.parking_lot),
            ("crossbeam_channel", self.crossbeam_channel),
            ("rayon", self.rayon),
        ];
        all.iter().any(|(name, there)| *there && word == name)
    }
}

/// What the items of a module or of a function body bring into scope.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// Names that are bound here by the user, with the word that binds them; `None` if they are bound to the drop-ins.
    pub(crate) own: Vec<(&'static str, Option<Span>)>,
    /// Whether names of an enclosing module come in by a glob.
    pub(crate) outer_glob: bool,
    /// Whether `select!` is tokio's.
    pub(crate) tokio_select: bool,
    /// Whether the lines are here already.
    pub(crate) done: bool,
}

impl Scope {
    /// Reads the declarations at the top level of `tokens`.
    pub(crate) fn read(tokens: &[TokenTree]) -> Self {
        let mut scope = Self::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let TokenTree::Ident(word) = token else { continue };
            match word.to_string().as_str() {
                "use" => {
                    let end = at + tokens[at..].iter().take_while(|t| !is_punct(Some(t), ';')).count();
                    scope.import(&tokens[at..end], &[]);
                    at = end;
                }
                "crate" if at >= 2 && is_ident(tokens.get(at - 2), "extern") => {
                    let end = at + tokens[at..].iter().take_while(|t| !is_punct(Some(t), ';')).count();
                    if let Some(TokenTree::Ident(name)) = tokens[at..end].last() {
                        scope.bind(&name.to_string(), Some(name.span()));
                    }
                    at = end;
                }
                "mod" | "struct" | "enum" | "union" | "type" | "trait" => {
                    if let Some(name) = ident(tokens.get(at)) {
                        scope.bind(&name.to_string(), Some(name.span()));
                    }
                }
                _ => {}
            }
        }
        scope
    }

    /// The drop-ins for this scope, given those of the scope around it.
    pub(crate) fn drop_ins(&self, outer: DropIns) -> DropIns {
        let binds = |name: &str| self.own.iter().any(|(own, _)| *own == name);
        let shadowed = |outer: bool| self.outer_glob && !outer;
        DropIns {
            tokio: !binds("tokio") && !shadowed(outer.tokio),
            std: !binds("std") && !shadowed(outer.std),
            parking_lot: PARKING_LOT && !binds("parking_lot") && !shadowed(outer.parking_lot),
            crossbeam_channel: CROSSBEAM_CHANNEL
                && !binds("crossbeam_channel")
                && !shadowed(outer.crossbeam_channel),
            rayon: RAYON && !binds("rayon") && !shadowed(outer.rayon),
        }
    }

    /// Reads one use tree.
    fn import(&mut self, tree: &[TokenTree], prefix: &[String]) {
        let mut path = prefix.to_vec();
        let mut at = if separator_at(tree, 0) { 2 } else { 0 };
        while let Some(token) = tree.get(at) {
            match token {
                TokenTree::Ident(word) => {
                    path.push(word.to_string());
                    self.done |= word == AT;
                    at += 1;
                    let drop_in = path.len() == 2 && path[0] == "taskscope";
                    let foreign = |word: &Ident| Some(word.span()).filter(|_| !drop_in);
                    if let Some(name) =
                        is_ident(tree.get(at), "as").then(|| ident(tree.get(at + 1))).flatten()
                    {
                        return self.bind(&name.to_string(), foreign(name));
                    }
                    if !separator_at(tree, at) {
                        // `a::{self}` binds `a`.
                        if word == "self" && path.len() > 1 {
                            path.pop();
                        }
                        if path.len() == 2 && path[0] == "tokio" && path[1] == "select" {
                            self.tokio_select = true;
                        }
                        let name = path.last().cloned().unwrap_or_default();
                        return self.bind(&name, foreign(word));
                    }
                    at += 2;
                }
                TokenTree::Group(group) if is_group(Some(token), Delimiter::Brace) => {
                    for branch in split(group.stream().into_iter().collect()) {
                        self.import(&branch, &path);
                    }
                    return;
                }
                TokenTree::Punct(star) if star.as_char() == '*' => {
                    match path.first().map(String::as_str) {
                        Some("super" | "self" | "crate") => self.outer_glob = true,
                        Some("tokio") if path.len() == 1 => self.tokio_select = true,
                        _ => {}
                    }
                    return;
                }
                _ => return,
            }
        }
    }

    fn bind(&mut self, name: &str, span: Option<Span>) {
        let name = name.strip_prefix("r#").unwrap_or(name);
        if let Some((name, _)) = NAMES.iter().find(|(known, there)| *there && *known == name) {
            self.own.push((name, span));
        }
    }
}

/// Where the first item behind the inner attributes of a body is.
pub(crate) fn after_inner_attributes(tokens: &[TokenTree]) -> usize {
    let mut at = 0;
    while is_punct(tokens.get(at), '#')
        && is_punct(tokens.get(at + 1), '!')
        && is_group(tokens.get(at + 2), Delimiter::Bracket)
    {
        at += 3;
    }
    at
}

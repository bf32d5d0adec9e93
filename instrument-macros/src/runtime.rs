//! The path to the `taskscope` crate, and the code that refers to it.

use proc_macro2::{Ident, LineColumn, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

/// The method and the function that give a future its site.
pub(crate) const AT: &str = "__taskscope_at";

/// Where the code that is written finds the `taskscope` crate.
pub(crate) struct Runtime {
    path: Option<Path>,
}

impl Runtime {
    pub(crate) fn new(path: Option<Path>) -> Self {
        Self { path }
    }

    /// The crate, seen from `depth` modules further inside than the attribute.
    pub(crate) fn path(&self, depth: usize, span: Span) -> TokenStream {
        let Some(path) = &self.path else { return quote_spanned!(span=> ::taskscope) };
        let first = path.segments.first().map(|segment| segment.ident.to_string());
        match first.as_deref() {
            Some("self") if path.leading_colon.is_none() && depth > 0 => {
                let up = std::iter::repeat_n(quote!(super), depth);
                let rest = path.segments.iter().skip(1);
                quote!(#(#up::)* #(#rest)::*)
            }
            Some("super") => {
                let up = std::iter::repeat_n(quote!(super), depth);
                quote!(#(#up::)* #path)
            }
            _ => quote!(#path),
        }
    }

    /// A static for one await and a reference to it.
    pub(crate) fn site(&self, depth: usize, place: LineColumn, label: &str, span: Span) -> TokenStream {
        let krate = self.path(depth, span);
        let (line, column) = numbers(place);
        quote_spanned! {span=>
            {
                static SITE: #krate::__private::Site =
                    #krate::__private::Site::new(::core::file!(), #line, #column, #label);
                &SITE
            }
        }
    }

    /// `.__taskscope_at(site)`, to be put behind an expression.
    pub(crate) fn method(&self, depth: usize, place: LineColumn, label: &str, span: Span) -> TokenStream {
        let site = self.site(depth, place, label, span);
        let name = Ident::new(AT, span);
        quote_spanned!(span=> .#name(#site))
    }

    /// `__taskscope_at(variable, site)`, in place of a variable.
    pub(crate) fn function(
        &self,
        depth: usize,
        variable: &Ident,
        place: LineColumn,
        span: Span,
    ) -> TokenStream {
        let site = self.site(depth, place, &variable.to_string(), span);
        // The call stands where the variable does: a warning about its value is one about the user's code.
        let function = Ident::new(AT, variable.span());
        quote_spanned!(span=> #function(#variable, #site))
    }
}

/// Line and column, both from 1, as literals.
pub(crate) fn numbers(place: LineColumn) -> (Literal, Literal) {
    let number = |n: usize| Literal::u32_unsuffixed(u32::try_from(n).unwrap_or(u32::MAX));
    (number(place.line), number(place.column + 1))
}

/// A span for code that stands for what is at `original`: its line for debuggers, the macro's for lints and names.
pub(crate) fn beside(original: Span) -> Span {
    Span::mixed_site().located_at(original)
}

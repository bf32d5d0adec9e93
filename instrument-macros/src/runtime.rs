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

impl Runtime {
    /// A statement that notes that the block given to the spawn at `place` is being polled for the first time.
    pub(crate) fn began(&self, depth: usize, place: LineColumn, span: Span) -> TokenStream {
        let krate = self.path(depth, span);
        let site = self.site(depth, place, "spawn", span);
        quote_spanned!(span=> #krate::__private::began(#site);)
    }
}

impl Runtime {
    /// The same value, whose type is looked at: whether the call at `place` that made it is a drop-in's.
    pub(crate) fn made(
        &self,
        depth: usize,
        value: TokenStream,
        place: LineColumn,
        span: Span,
    ) -> TokenStream {
        let krate = self.path(depth, span);
        let site = self.site(depth, place, "make", span);
        quote_spanned!(span=> #krate::__private::made(#value, #site))
    }
}

/// A piece of code that keeps ends of channels.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    pub(crate) start: LineColumn,
    pub(crate) end: LineColumn,
    pub(crate) keeps: Keeps,
}

/// As `taskscope::__private::Keeps`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeps {
    Call,
    Future,
    Job,
}

impl Runtime {
    /// A statement that notes that `home` keeps the end of a channel at `place`, if it is one.
    pub(crate) fn owns(&self, depth: usize, place: &TokenStream, home: &Home) -> TokenStream {
        let krate = self.path(depth, Span::mixed_site());
        let body = self.home(depth, home);
        quote_spanned! {Span::mixed_site()=>
            {
                use #krate::__private::{OwnsEnd as _, OwnsNothing as _};
                #body
                (&#krate::__private::Own(&#place)).__taskscope_own(&BODY);
            }
        }
    }

    /// A statement that notes that `home` keeps the handle `name`, if it is one, for as long as its variable lives.
    pub(crate) fn keeps(&self, depth: usize, name: &Ident, home: &Home) -> TokenStream {
        let krate = self.path(depth, Span::mixed_site());
        let body = self.home(depth, home);
        quote_spanned! {Span::mixed_site()=>
            let _kept = {
                use #krate::__private::{KeepsHandle as _, KeepsNothing as _, KeepsPlace as _};
                #body
                (&&#krate::__private::Handle(&#name)).__taskscope_keep(&BODY)
            };
        }
    }

    /// What says that a struct has these fields with something inside.
    pub(crate) fn inside(&self, depth: usize, name: &Ident, fields: &[Ident]) -> TokenStream {
        let krate = self.path(depth, Span::mixed_site());
        quote_spanned! {Span::mixed_site()=>
            impl #krate::__private::Inside for #name {
                fn __taskscope_inside(&self, parts: &mut #krate::__private::Parts) {
                    use #krate::__private::{FieldInside as _, NothingInside as _};
                    #((&#krate::__private::Field(&self.#fields)).__taskscope_field(parts);)*
                }
            }
        }
    }

    /// What says that a struct has owned guards in these fields.
    pub(crate) fn guarded(&self, depth: usize, name: &Ident, fields: &[Ident]) -> TokenStream {
        let krate = self.path(depth, Span::mixed_site());
        quote_spanned! {Span::mixed_site()=>
            impl #krate::__private::Endpoint for #name {
                fn __taskscope_owned_by(&self, body: &'static #krate::__private::Body) {
                    use #krate::__private::{OwnsEnd as _, OwnsNothing as _};
                    #((&#krate::__private::Own(&self.#fields)).__taskscope_own(body);)*
                }
            }
        }
    }

    /// The static for a piece of code.
    fn home(&self, depth: usize, home: &Home) -> TokenStream {
        let span = Span::mixed_site();
        let krate = self.path(depth, span);
        let (start_line, start_column) = numbers(home.start);
        let (end_line, end_column) = numbers(home.end);
        let keeps = Ident::new(
            match home.keeps {
                Keeps::Call => "Call",
                Keeps::Future => "Future",
                Keeps::Job => "Job",
            },
            span,
        );
        quote_spanned! {span=>
            static BODY: #krate::__private::Body = #krate::__private::Body {
                file: ::core::file!(),
                start: (#start_line, #start_column),
                end: (#end_line, #end_column),
                keeps: #krate::__private::Keeps::#keeps,
            };
        }
    }

    /// A statement that mentions a variable and does nothing.
    pub(crate) fn mention(&self, name: &Ident) -> TokenStream {
        quote_spanned!(Span::mixed_site()=> let _ = &#name;)
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

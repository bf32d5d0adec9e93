//! The arguments and the items that are refused, with what is said and where.

use crate::args::Args;
use crate::target::Target;
use expect_test::{Expect, expect};

fn told(error: syn::Error) -> String {
    let mut all: Vec<String> = error
        .into_iter()
        .map(|e| {
            let start = e.span().start();
            format!("{}:{} {e}", start.line, start.column + 1)
        })
        .collect();
    all.push(String::new());
    all.join("\n")
}

fn arguments(text: &str, expected: Expect) {
    let answer = match Args::parse(text.parse().unwrap()) {
        Ok(args) => format!("{:?} {}\n", args.name, args.krate.is_some()),
        Err(error) => told(error),
    };
    expected.assert_eq(&answer);
}

fn item(text: &str, expected: Expect) {
    let answer = match Target::parse(text.parse().unwrap()) {
        Ok(target) => format!("{:?} {:?}\n", target.kind, target.name.map(|n| n.to_string())),
        Err(error) => told(error),
    };
    expected.assert_eq(&answer);
}

#[test]
fn good_arguments() {
    arguments("", expect!["None false\n"]);
    arguments("name = \"a.B-c:1_2\"", expect!["Some(\"a.B-c:1_2\") false\n"]);
    arguments("crate = ::x::y, name = \"a\",", expect!["Some(\"a\") true\n"]);
}

#[test]
fn bad_arguments() {
    arguments("\"jobs\"", expect!["1:1 an argument is `key = value`; a name is given as `name = \"..\"`\n"]);
    arguments("pool = \"a\"", expect!["1:1 unknown argument `pool`; known are `name` and `crate`\n"]);
    arguments("name", expect!["1:1 `name` wants a value: `name = \"..\"`\n"]);
    arguments("name(\"a\")", expect!["1:1 `name` wants a value: `name = \"..\"`\n"]);
    arguments(
        "name = 3",
        expect![[r#"
        1:1 unexpected end of input, a name is a string literal: `name = ".."`
    "#]],
    );
    arguments("name = NAME", expect!["1:8 a name is a string literal: `name = \"..\"`\n"]);
    arguments(
        "name = \"a b\"",
        expect![[r#"
        1:8 a pool's name has 1 to 64 characters of `A-Z`, `a-z`, `0-9`, `_`, `.`, `:` and `-`
    "#]],
    );
    arguments("crate = \"x\"", expect!["1:9 `crate` takes a path without quotes: `crate = ::renamed`\n"]);
    arguments("name = \"a\", name = \"b\"", expect!["1:13 `name` is given twice\n"]);
    arguments("name = \"a\" crate = ::x", expect!["1:12 expected a comma or the end of the arguments\n"]);
    arguments(
        &format!("name = {:?}", "x".repeat(65)),
        expect![[r#"
        1:8 a pool's name has 1 to 64 characters of `A-Z`, `a-z`, `0-9`, `_`, `.`, `:` and `-`
    "#]],
    );
}

#[test]
fn every_mistake_is_told() {
    arguments(
        "size = 3, name = \"\", depth",
        expect![[r#"
        1:1 unknown argument `size`; known are `name` and `crate`
        1:18 a pool's name has 1 to 64 characters of `A-Z`, `a-z`, `0-9`, `_`, `.`, `:` and `-`
        1:22 unknown argument `depth`; known are `name` and `crate`
    "#]],
    );
}

#[test]
fn good_items() {
    item("mod a {}", expect!["Module Some(\"a\")\n"]);
    item("#[cfg(x)] pub(in crate::a) unsafe mod a {}", expect!["Module Some(\"a\")\n"]);
    item("fn f() {}", expect!["Function Some(\"f\")\n"]);
    item(
        "pub const unsafe extern \"C\" fn f<const N: usize>() -> [u8; N] where A: B {}",
        expect!["Function Some(\"f\")\n"],
    );
    item("#[a] #[b = \"c\"] pub(crate) async fn r#type() {}", expect!["Function Some(\"r#type\")\n"]);
    item("impl A {}", expect!["Impl Some(\"A\")\n"]);
    item("unsafe impl<'a, T: B<C = D>> x::Y<T> for &'a z::Z<T> where T: E {}", expect!["Impl Some(\"Z\")\n"]);
    item("impl T for dyn Job + Send {}", expect!["Impl Some(\"Job\")\n"]);
    item("impl T for [u8] {}", expect!["Impl None\n"]);
}

#[test]
fn bad_items() {
    let no = |word: &str, text: &str| {
        let error = Target::parse(text.parse().unwrap()).err().unwrap();
        assert_eq!(
            error.to_string(),
            format!(
                "`#[instrument_pool]` goes on an inline module, an `impl` block or a function, not on {word}"
            ),
            "{text}"
        );
    };
    no("a `struct`", "pub struct S;");
    no("an `enum`", "#[derive(Debug)] enum E { A }");
    no("a `trait`", "trait T { fn f() {} }");
    no("a `trait`", "unsafe trait T {}");
    no("a `const`", "const A: u8 = 1;");
    no("a `static`", "static A: u8 = 1;");
    no("a `use`", "use a::b;");
    no("an `extern`", "extern \"C\" { fn f(); }");
    no("an `extern`", "extern crate a;");
    no("a `macro_rules`", "macro_rules! m { () => {} }");
    no("this", "thread_local! { static A: u8 = 1; }");
    no("this", "");
    item(
        "mod a;",
        expect![[r#"
        1:1 `#[instrument_pool]` needs the module's body: write `mod name { .. }`, or put `use taskscope::tokio;` at the top of the module's file
    "#]],
    );
    item(
        "async fn f();",
        expect![[r#"
        1:7 `#[instrument_pool]` needs the function's body: put it where the function is implemented
    "#]],
    );
}

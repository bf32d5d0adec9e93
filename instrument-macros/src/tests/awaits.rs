//! Which awaits get a site, with which place and text.

use super::expansions::tokens;
use expect_test::{Expect, expect};

/// The sites of a function's body, one per line.
fn check(body: &str, expected: Expect) {
    let text = tokens(&format!("async fn f() {{\n{body}\n}}"));
    let sites: Vec<String> = text
        .split("new (:: core :: file ! () , ")
        .skip(1)
        .map(|rest| {
            let [line, column, label] = rest.splitn(3, " , ").collect::<Vec<_>>()[..] else { unreachable!() };
            let label = label.split(") ; & SITE").next().unwrap().trim_matches('"').replace("\\\"", "\"");
            format!("{line}:{column} {label}\n")
        })
        .collect();
    expected.assert_eq(&sites.concat());
}

#[test]
fn the_place_is_that_of_the_word() {
    check(
        "a().await; b()\n    .c()\n    .await",
        expect![[r#"
            2:5 a()
            4:6 b().c()
        "#]],
    );
}

#[test]
fn the_text_is_that_of_the_whole_expression_and_no_more() {
    check(
        "!a().await && -x.y.0.await > &mut self.b[i + 1](c)?.d::<A, B<C>>(e).await
        return foo::<{ N }>(x).await;
        let v = <T as Trait<U>>::make(1).await + Vec::<fn(u8) -> u8>::new().await;
        |a| b(a).await;
        0..n().await;
        for x in rx.recv().await {}
        match async move { 1 }.await {}
        (a, b.c().await);
        ::std::future::ready(1).await;
        format!(\"x\").await.unwrap().await;
        Builder { a, b: 1 }.await;
        x as u8 + y.await;
        unsafe { z() }.await;
        if q { a } else { b }.await;
        crate::a::b.await",
        expect![[r#"
            2:6 a()
            2:22 x.y.0
            2:69 self.b[i + 1](c)?.d::<A, B<C>>(e)
            3:32 foo::<{…}>(x)
            4:42 <T as Trait<U>>::make(1)
            4:77 Vec::<fn(u8) -> u8>::new()
            5:18 b(a)
            6:16 n()
            7:28 rx.recv()
            8:32 async move {…}
            9:19 b.c()
            10:33 ::std::future::ready(1)
            11:22 format!("x")
            11:37 format!("x").await.unwrap()
            12:29 Builder {…}
            13:21 y
            14:24 unsafe {…}
            15:31 {…}
            16:21 crate::a::b
        "#]],
    );
}

#[test]
fn a_long_text_is_shortened() {
    check(
        "client.get(\"https://example.org/a/very/long/path\").header(\"a\", \"b\").send().await;
        some_function_with_a_very_long_name_indeed(1).and_another_one_that_is_as_long(2).await;",
        expect![[r#"
            2:76 client.get(…).header(…).send()
            3:90 some_function_with_a_very_long_name_indeed(…).and_another_o…
        "#]],
    );
}

#[test]
fn known_macros_are_walked_and_others_are_not() {
    check(
        "println!(\"{}\", a().await);
        tracing::info!(x = b().await, \"c\");
        assert_eq!(d().await, 1);
        assert!(e().await, \"why\");
        let v = vec![f().await; 2];
        debug_assert!(g().await);
        assert!(h().await);
        other::println!(\"{}\", i().await);
        async_stream::stream! { yield j().await }
        macro_rules! vec { ($x:expr) => { $x.await } }
        vec![k().await];",
        expect![[r#"
            2:20 a()
            3:32 b()
            4:24 d()
            5:21 e()
            6:26 f()
        "#]],
    );
}

#[test]
fn a_site_is_not_given_twice() {
    check("x.__taskscope_at({ &SITE }).await; __taskscope_at(x, { &SITE }).await", expect![""]);
}

#[test]
fn half_typed_code_is_kept() {
    assert!(tokens("fn f() { x. ; tokio::select! { a = b = } }").contains("tokio :: select ! { a = b = }"));
    check("x.; a().await", expect!["2:9 a()\n"]);
}

#[test]
fn a_branch_is_a_site_only_where_nothing_dies_early() {
    check(
        "tokio::select! {
            _ = &mut a => {}
            _ = &mut self.b.c => {}
            _ = &mut *d => {}
            _ = &mut e() => {}
            _ = f => {}
            _ = g.h(&i()) => {}
            _ = (j()) => {}
            _ = async { k } => {}
            _ = Some(&l()) => {}
            _ = S { m: &n() } => {}
            _ = { o() } => {}
            _ = if p { q() } else { r() } => {}
            _ = pin!(s()) => {}
            _ = t()? => {}
        }
        tokio::join!(biased; u(), &mut v);",
        expect![[r#"
            3:17 &mut a
            4:17 &mut self.b.c
            5:17 &mut *d
            7:17 f
            8:17 g.h(&i())
            9:17 (j())
            10:17 async {…}
            16:17 t()?
            18:30 u()
            18:35 &mut v
        "#]],
    );
}

#[test]
fn select_is_taken_apart_only_if_it_is_the_one_of_tokio() {
    check("select! { _ = a() => b().await }", expect!["2:26 b()\n"]);
    check("use tokio::{select, spawn}; select! { _ = a() => b().await }", expect!["2:43 a()\n2:54 b()\n"]);
    check("use tokio::*; select! { _ = a() => 1 }", expect!["2:29 a()\n"]);
    check("select! { biased; _ = a() => 1 }", expect!["2:23 a()\n"]);
    check("select! { _ = a(), if b => 1 }", expect!["2:15 a()\n"]);
    check("select! { _ = a() => 1, else => 2 }", expect!["2:15 a()\n"]);
    check("select! { _ = a() => 1, default => 2 }", expect![""]);
    check("futures::select! { biased; _ = a() => 1 }", expect![""]);
    check("futures::select! { _ = a() => 1 }", expect![""]);
}

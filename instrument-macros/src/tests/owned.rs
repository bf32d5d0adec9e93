//! Which ends of channels are noted as kept by the body they are in, and which escape.

use super::expansions::tokens;
use expect_test::{Expect, expect};

/// What is noted in a function, in order: `name Keeps`, or `(name)` for one that is only mentioned.
fn noted(function: &str) -> String {
    let text = tokens(&format!("mod m {{ {function} }}"));
    noted_in(&text)
}

/// The same for what the attribute wrote.
fn noted_in(text: &str) -> String {
    let mut found = Vec::new();
    let mut rest = text;
    let mut keeps = String::new();
    loop {
        let keep = rest.find("Keeps :: ").map(|at| (at, 0));
        let own = rest.find(":: Own (& ").map(|at| (at, 1));
        let mention = rest.find("let _ = & ").map(|at| (at, 2));
        let Some((at, kind)) = [keep, own, mention].into_iter().flatten().min() else { break };
        let word = |skip: usize| {
            rest[at + skip..]
                .split([')', ';', '}'])
                .next()
                .unwrap()
                .trim_end_matches([' ', ','])
                .replace(' ', "")
        };
        match kind {
            0 => keeps = word("Keeps :: ".len()),
            1 => found.push(format!("{} {keeps}", word(":: Own (& ".len()))),
            _ => found.push(format!("({})", word("let _ = & ".len()))),
        }
        rest = &rest[at + 8..];
    }
    found.join(", ")
}

fn check(cases: &[&str], expected: Expect) {
    let lines: Vec<String> = cases.iter().map(|case| format!("{}\n", noted(case))).collect();
    expected.assert_eq(&lines.concat());
}

#[test]
fn parameters_by_value_are_kept_if_only_methods_are_called() {
    check(
        &[
            "async fn f(mut rx: Receiver<u8>, tx: Sender<u8>) { while let Some(x) = rx.recv().await { tx.send(x).await; } }",
            "fn f(rx: Receiver<u8>) { rx.recv(); }",
            "async fn f(rx: &mut Receiver<u8>) { rx.recv().await; }",
            "async fn f(tx: Sender<u8>) { g(tx).await }",
            "async fn f(tx: Sender<u8>) { g(&tx).await; drop(tx) }",
            "async fn f(rx: oneshot::Receiver<u8>) { rx.await; }",
            "async fn f((tx, rx): (Sender<u8>, Receiver<u8>)) { tx.send(1).await; }",
            "const fn f(tx: Sender<u8>) -> usize { tx.capacity() }",
            "async fn f(_tx: Sender<u8>, tx: Sender<u8>) { g().await }",
            "async fn f<F: Fn(u8) -> u8, const N: usize>(tx: Sender<[u8; N]>) -> impl Fn(u8) { tx.len(); }",
        ],
        expect![[r#"
            rx Future, tx Future
            rx Call


            tx Future
            rx Future


            _tx Future
            tx Future
        "#]],
    );
}

#[test]
fn whatever_else_is_done_lets_it_escape() {
    let uses = [
        "g(tx)",
        "Message { reply: tx }",
        "Message { tx }",
        "other.send(tx).await",
        "other.send((1, tx)).await",
        "return tx",
        "let moved = tx",
        "let moved = (tx, 1)",
        "std::mem::swap(&mut tx, &mut other)",
        "tx = other.clone()",
        "g(&mut tx)",
        "self.tx = Some(tx)",
        "spawn(async move { tx.send(1).await })",
        "spawn(async { tx.send(1).await })",
        "let f = || tx.try_send(1)",
        "let f = move |x, y| tx.try_send(x)",
        "unknown!(tx.send(1))",
        "macro_rules! go { () => { spawn(async move { tx.send(1) }) } }",
        "println!(\"{tx:?}\")",
        "spawn(async move { println!(\"{tx:?}\") })",
        "tx.into_inner()",
        "tx.reserve_owned().await",
        "tx.boxed()",
        "tx.0.send(1)",
        "drop((tx, 1))",
        "x.drop(tx)",
        "if let tx = other { tx.len(); }",
        "match x { tx => tx.len() }",
        "for tx in all { tx.len(); }",
        "[tx]",
        "Some(tx)",
    ];
    for used in uses {
        let text = tokens(&format!("async fn f(tx: Sender<u8>) {{ tx.len(); {used}; h().await }}"));
        let (before, _) = text.split_once("tx . len").unwrap();
        assert!(!before.contains("Own ("), "{used}");
    }
    let kept = [
        "tx.len()",
        "g(&tx).await",
        "tx.send(1).await",
        "drop(tx)",
        "let n = tx.clone()",
        "f(x.tx, tx::y, \"tx\")",
        "match tx.try_send(1) { Ok(_) | Err(_) => tx.len() }",
        "if a || tx.is_closed() { tx.len(); }",
        "tokio::select! { _ = tx.closed() => tx.len(), _ = &mut tx => 2 }",
        "g(|x| x + 1, tx.len())",
        "all.map(|n| spawn(g(n, tx.clone())))",
        "scope(|s| { let tx = tx.clone(); s.spawn(move || tx.send(1)); })",
        "let tx = tx.clone(); g(tx)",
        "{ let (a, tx) = (1, tx.clone()); g(tx) }",
    ];
    for used in kept {
        let function = format!("async fn f(tx: Sender<u8>) {{ tx.len(); {used}; h().await }}");
        assert!(noted(&function).starts_with("tx Future"), "{used}");
    }
}

#[test]
fn what_a_let_makes_is_kept_by_the_body_around_it() {
    check(
        &[
            "async fn f() { let (tx, mut rx) = mpsc::channel::<u8>(1); tx.send(1).await; rx.recv().await; }",
            "async fn f() { let (tx, rx) = mpsc::channel(1); spawn(g(rx)); h().await; let t = tx.clone(); g(t); }",
            "async fn f() { let (tx, rx) = oneshot::channel(); other.send(tx).await; rx.await; }",
            "async fn f() { let (_tx, rx) = watch::channel(0); let mut other = rx.clone(); other.changed().await; }",
            "fn f() { let (tx, rx) = std::sync::mpsc::channel(); tx.send(1); rx.recv() }",
            "async fn f() { let tx = make(); tx.send(1).await; }",
            "async fn f() { let tx = a.b(c.clone()); tx.send(1).await; }",
            "async fn f() { let Some(tx) = a.clone() else { return }; tx.send(1).await; }",
            "async fn f() { let (tx, rx) = mpsc::channel(1); tx.send(rx).await }",
            "fn f() { let go = async { let (tx, rx) = mpsc::channel(1); tx.send(1).await; rx.recv() }; }",
            "fn f() { let go = async |x: u8| { let (tx, rx) = mpsc::channel(1); tx.send(1).await; rx.recv() }; }",
            "async fn f() { let all = || { let (tx, rx) = mpsc::channel(1); tx.try_send(1); rx.len() }; all() }",
        ],
        expect![[r#"
            tx Future, rx Future
            tx Future
            rx Future
            _tx Future, rx Future, other Future
            tx Call, rx Call



            tx Future
            tx Future, rx Future

            tx Future, rx Future
        "#]],
    );
}

#[test]
fn a_block_that_moves_keeps_what_it_captures() {
    check(
        &[
            "fn f() { let tx = q.clone(); spawn(async move { tx.send(1).await; }); }",
            "fn f(tx: Sender<u8>) { spawn(async { tx.send(1).await; }); }",
            "fn f(tx: Sender<u8>) { spawn(async move { g(&tx).await; }); }",
            "fn f(all: Vec<T>) { for tx in all { spawn(async move { g(&tx).await; }); } }",
            "fn f(rx: Receiver<u8>) { let retry = q.clone(); spawn(async move { while let Some(m) = rx.recv().await { let m = m + 1; retry.send(m).await; } }); }",
            "fn f() { for n in 0..3 { let tx = q.clone(); spawn(async move { for i in 0..n { let tx = tx.clone(); spawn(async move { tx.send(i).await }); } }); } }",
            "fn f(rx: R) { task::spawn_blocking(move || { rx.recv() }); thread::spawn(move || { g(rx) }); }",
            "fn f(rx: R) { run(move || { rx.recv() }); spawn(move |_| { rx.recv() }); spawn(g(), move || { rx.recv() }); }",
        ],
        expect![[r#"
            tx Future

            tx Future

            rx Future, retry Future
            tx Future
            rx Job

        "#]],
    );
}

#[test]
fn captures_are_mentioned_in_the_order_in_which_they_were() {
    check(
        &[
            "fn f(a: A, tx: T) { spawn(async move { a.go().await; tx.send(1).await; }); }",
            "fn f(a: A, tx: T) { spawn(async move { a.field.go().await; tx.send(1).await; }); }",
            "fn f(a: A, tx: T) { spawn(async move { let a = 1; tx.send(a).await; }); }",
            "fn f(a: A, tx: T) { spawn(async move { while let Some(a) = g() { } tx.send(a).await; }); }",
            "fn f(tx: T, rx: T) { spawn(async move { select! { _ = rx.recv() => {}, _ = tx.closed() => {} } }); }",
            "fn f(tx: T, rx: T) { spawn(async move { select! { _ = rx.recv(), if tx.len() > 1 => {}, _ = g() => {} } }); }",
            "fn f(a: T, b: T) { spawn(async move { tokio::select! { biased; Some(x) = a.recv() => g(x), _ = b.recv() => {} } }); }",
            "fn f(a: T, b: T, c: T) { spawn(async move { tokio::select! { _ = a.recv() => { c.send(1); } _ = b.recv(), if c.len() > 1 => b.len(), else => {} } }); }",
            "fn f(a: T, b: T, x: X) { spawn(async move { tokio::select! { Some(x) = a.recv() => { b.send(x); } } }); }",
            "fn f(tx: T, rx: T) { spawn(async move { join!(rx.recv(), tx.send(1)) }); }",
            "fn f(n: u8, tx: T) { spawn(async move { println!(\"{n}\"); tx.send(1).await; }); }",
            "fn f(&self, tx: T) { spawn(async move { self.go(); tx.send(1).await; }); }",
            "fn f(a: A, tx: T) { spawn(async move { unknown!(a); tx.send(1).await; }); }",
            "fn f(a: A, b: B, tx: T) { spawn(async move { g(a).await; tx.send(&b).await; drop(b) }); }",
            "fn f(m: A, tx: T) { spawn(async move { match g() { Some(m) => h(m), None => {} } tx.send(1).await; }); }",
        ],
        expect![[r#"
            (a), tx Future

            tx Future

            rx Future
            tx Future, rx Future
            a Future, b Future
            c Future, a Future, b Future
            a Future
            rx Future, tx Future



            (a), tx Future, b Future

        "#]],
    );
}

#[test]
fn nothing_is_noted_inside_of_macros_that_are_not_known() {
    assert_eq!(
        noted("fn f(tx: T) { unknown! { async fn g(tx: T) { tx.len() } spawn(async move { tx.len() }) } }"),
        ""
    );
}

#[test]
fn fields_are_kept_by_who_has_the_struct() {
    let actor = "struct Actor { rx: mpsc::Receiver<u8>, tx: mpsc::Sender<u8>, n: u8 }";
    let check = |methods: &str, expected: Expect| {
        let text = tokens(&format!("mod m {{ {actor} impl<T> Actor where T: Copy {{ {methods} }} }}"));
        expected.assert_eq(&noted_in(&text));
    };
    let run =
        "async fn run(mut self) { while let Some(x) = self.rx.recv().await { self.n += x; self.go(x); } }";
    let go = "fn go(&mut self, x: u8) { let _ = self.tx.try_send(x); }";
    check(&format!("{run} {go}"), expect!["self.rx Future, self.tx Future"]);
    // A method that takes it may do anything with it.
    check(&format!("{run} fn go(self, x: u8) {{}}"), expect![""]);
    check(run, expect![""]);
    check(
        &format!("{run} {go} fn swap(&mut self, rx: R) {{ std::mem::swap(&mut self.rx, &mut rx) }}"),
        expect![""],
    );
    check(&format!("{run} {go} fn new(&mut self) {{ std::mem::replace(self, Actor::new()); }}"), expect![""]);
    check(&format!("{run} {go} fn give(self) -> R {{ self.rx }}"), expect!["self.tx Future, self.tx Call"]);
    check(
        &format!("{run} {go} async fn end(self) {{ self.rx.len(); drop(self.tx); f(drop((self.rx, 1))) }}"),
        expect!["self.tx Future, self.tx Future"],
    );
    check(&format!("{run} {go} fn set(&mut self, rx: R) {{ self.rx = rx; }}"), expect!["self.tx Future"]);
    check(
        &format!("{run} {go} fn lend(&self) {{ f(&self.rx, 1); unknown!(self.tx); }}"),
        expect!["self.rx Future"],
    );
    check(&format!("{run} {go} fn lend(&self) {{ unknown!(self.rx); }}"), expect!["self.tx Future"]);
    check(
        "fn run(self) { loop { self.tx.blocking_send(1); self.rx.len(); } }",
        expect!["self.rx Call, self.tx Call"],
    );
    check("async fn run(self) { let Self { rx, .. } = self; rx.recv().await }", expect![""]);
    check(
        "async fn run(self) { self.rx.recv().await; spawn(async move { self.tx.send(1).await }) }",
        expect![""],
    );
    check("async fn run(self) { self.rx.recv().await; let f = || self.tx.try_send(1); }", expect![""]);
    check("async fn run(&mut self) { self.rx.recv().await; }", expect![""]);
    // Whoever drops it has it.
    let dropped = |header: &str, function: &str| {
        let text = tokens(&format!("mod m {{ {actor} impl {header} Actor {{ {function} }} }}"));
        noted_in(&text)
    };
    let waits = "fn drop(&mut self) { self.n.join(); self.rx.len(); self.tx.len(); }";
    assert_eq!(dropped("Drop for", waits), "self.rx Call, self.tx Call");
    assert_eq!(dropped("Other for", waits), "");
    assert_eq!(dropped("", waits), "");
    assert_eq!(dropped("Drop for", &waits.replace("self.rx.len()", "f(self.rx.take())")), "self.tx Call");
    check("async fn run(this: Actor) { this.rx.recv().await; }", expect!["this.rx Future"]);
    check("async fn run(this: other::Type) { this.rx.recv().await; }", expect![""]);
    // Names that may mean another struct.
    check("async fn run(this: super::Actor) { this.rx.recv().await; }", expect![""]);
    check("fn outer() { async fn run(this: Actor) { this.rx.recv().await; } }", expect![""]);
    let inner = format!("mod m {{ mod n {{ {actor} impl Actor {{ {run} {go} }} }} }}");
    assert_eq!(noted_in(&tokens(&inner)), "");
    let twice = format!(
        "mod m {{ {actor} impl Actor {{ {run} {go} }} mod n {{ struct Actor {{ tx: Sender<u8> }} }} }}"
    );
    assert_eq!(noted_in(&tokens(&twice)), "");
    let public = actor.replace("rx:", "pub rx:");
    let text = tokens(&format!(
        "mod m {{ {public} impl Actor {{ async fn run(self) {{ self.rx.recv().await; }} }} }}"
    ));
    assert_eq!(noted_in(&text), "");
    let foreign = format!(
        "mod m {{ {actor} impl Run for other::Type<Actor> {{ async fn run(self) {{ self.rx.recv().await; }} }} }}"
    );
    assert_eq!(noted_in(&tokens(&foreign)), "");
    let optional = actor.replace("tx:", "#[cfg(any())] tx:");
    let text = tokens(&format!(
        "mod m {{ {optional} impl Actor {{ async fn run(self) {{ self.rx.recv().await; }} }} }}"
    ));
    assert_eq!(noted_in(&text), "self.rx Future");
    let unread = actor.replace("n: u8", "_keep: Sender<u8>");
    let text = tokens(&format!(
        "mod m {{ {unread} impl Actor {{ async fn run(self) {{ self.rx.recv().await; }} }} }}"
    ));
    assert_eq!(noted_in(&text), "self.rx Future, self._keep Future");
}

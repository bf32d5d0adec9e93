//! Which owned guards are noted as kept by the body that took them.

use super::expansions::tokens;

const LEASE: &str = "struct Lease { n: u8, _permit: OwnedSemaphorePermit } \
     impl Lease { fn n(&self) -> u8 { self.n } fn end(self) {} } \
     async fn lease(s: &S) -> Lease { let p = s.take().await; Lease { n: 1, _permit: p } }";

/// The names that are noted in a function, in order.
fn noted(items: &str, function: &str) -> Vec<String> {
    let text = tokens(&format!("mod m {{ {items} {function} }}"));
    let written = text.split("impl :: taskscope").next().unwrap();
    let name = |rest: &str| rest.split(')').next().unwrap().trim().to_owned();
    written.split(":: Own (& ").skip(1).map(name).collect()
}

#[test]
fn a_guard_is_kept_if_it_is_only_looked_through() {
    for (take, rest) in [
        ("let _p = s.acquire_owned().await;", "g().await"),
        ("let _p = s.clone().acquire_many_owned(2).await.unwrap();", "g().await"),
        ("let _p = s.acquire_owned().await?;", "g(1).await; drop(_p); h()"),
        ("let _p = s.acquire_owned().await.map_err(E::from)?;", "g()"),
        ("let p = s.try_acquire_owned().expect(\"one\");", "p.num_permits(); g().await"),
        ("let mut p = m.lock_owned().await;", "*p += 1; g().await; p.push(2); g(&*p)"),
        ("let p = m.read_owned().await;", "println!(\"{}\", *p); g(&p).await"),
        ("let mut p = lease(&s).await;", "p.n(); g().await; g(p.n)"),
        ("let _p = lease(&s).await.unwrap();", "_p.n()"),
    ] {
        let function = format!("async fn f(s: &S) {{ {take} {rest} }}");
        assert_eq!(noted(LEASE, &function).len(), 1, "{function}");
    }
}

#[test]
fn whatever_else_is_done_lets_it_escape() {
    for (take, rest) in [
        ("let p = s.acquire_owned().await.unwrap();", "spawn(async move { g().await; drop(p) });"),
        ("let _p = s.acquire_owned().await.unwrap();", "_p"),
        ("let _p = s.acquire_owned().await.unwrap();", "g(_p).await"),
        ("let _p = s.acquire_owned().await.unwrap();", "tx.send((1, _p)).await"),
        ("let _p = s.acquire_owned().await.unwrap();", "let q = _p; g()"),
        ("let _p = s.acquire_owned().await.unwrap();", "let f = move || { let _ = &_p; };"),
        ("let mut _p = s.acquire_owned().await.unwrap();", "mem::swap(&mut _p, q)"),
        ("let _p = m.lock_owned().await;", "_p.into()"),
        ("let _p = m.write_owned().await;", "let r = _p.downgrade();"),
        ("let _p = m.lock_owned().await;", "unknown!(_p)"),
        ("let p = s.acquire_owned().await;", "g().await"),
        ("let _p = s.acquire().await.unwrap();", "g().await"),
        ("let _p = s.acquire_owned();", "g().await"),
        ("let (_p, q) = s.acquire_owned().await;", "g().await"),
        ("let _p = [s.acquire_owned().await.unwrap()];", "g().await"),
        ("let p = lease(&s).await;", "p.n(); p.end()"),
        ("let p = lease(&s).await;", "g(&p); p.n()"),
        ("let p = lease(&s).await;", "p.n(); p.of_a_trait()"),
        ("let p = lease(&s);", "p.n()"),
        ("let p = other(&s).await;", "p.n()"),
    ] {
        let function = format!("async fn f(s: &S) {{ {take} {rest} }}");
        let expected = usize::from(take.ends_with("acquire_owned();"));
        assert_eq!(noted(LEASE, &function).len(), expected, "{function}");
    }
}

#[test]
fn a_struct_must_keep_its_guard() {
    let noted =
        |more: &str| noted(&format!("{LEASE} {more}"), "async fn f() { let p = lease(&s).await; p.n(); }");
    assert_eq!(noted(""), ["p"]);
    assert_eq!(noted("fn g(l: Lease) -> P { l._permit }"), [""; 0]);
    assert_eq!(noted("fn g(l: &mut Lease, p: P) { l._permit = p; }"), [""; 0]);
    assert_eq!(noted("fn g(l: &Lease) { l._permit.num_permits(); }"), ["p"]);
    assert_eq!(noted("fn g(l: Lease) { drop(l._permit); }"), ["p"]);
    assert_eq!(noted("impl Other { async fn lease(&self) -> u8 { 1 } }"), [""; 0]);
}

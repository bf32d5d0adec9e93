//! Which handles of what is shared are noted as kept by the body they are in, and what is said of the structs behind.

use super::expansions::tokens;

const GROUP: &str = "struct Group { change: Notify, n: u8 } \
     impl Group { fn stage(&self) { self.change.notify_one() } fn run(self: Arc<Self>) {} fn end(self) {} }";

/// The names that are noted in a function, in order.
fn noted(function: &str) -> Vec<String> {
    let text = tokens(&format!("mod m {{ {GROUP} {function} }}"));
    let name = |rest: &str| rest.split(')').next().unwrap().trim().to_owned();
    text.split(":: Handle (& ").skip(1).map(name).collect()
}

#[test]
fn a_handle_is_kept_if_it_is_only_looked_through() {
    let kept = [
        "group.stage()",
        "group.n + 1",
        "group.change.notified().await",
        "g(group.clone())",
        "g(Arc::clone(&group)).await",
        "println!(\"{}\", group.n)",
        "if group.n > 1 && other { group.stage() }",
        "g(|| group.stage())",
    ];
    for used in kept {
        let found = noted(&format!("async fn f(group: Arc<Group>) {{ group.stage(); {used}; h().await }}"));
        assert_eq!(found, ["group"], "{used}");
    }
}

#[test]
fn whatever_else_is_done_lets_it_escape() {
    let lost = [
        "g(group)",
        "drop(group)",
        "group.run()",
        "group.end()",
        "group.unknown()",
        "group.into()",
        "let other = group",
        "let group = group.clone()",
        "group = other.clone()",
        "g(&mut group)",
        "g(&&group)",
        "Some(group)",
        "Holder { group }",
        "spawn(async move { group.stage() })",
        "async { group.stage() }",
        "g(move || group.stage())",
        "g(move |x| group.n + x)",
        "unknown!(group.n)",
        "println!(\"{group:?}\")",
        "return group",
        "group.await",
        "*group",
    ];
    for used in lost {
        let found = noted(&format!("async fn f(group: Arc<Group>) {{ group.stage(); {used}; h().await }}"));
        let in_body = found.len() - usize::from(used.contains("spawn(async move"));
        assert_eq!(in_body, 0, "{used}: {found:?}");
    }
    for parameter in ["group: &Arc<Group>", "group: Group", "group: Rc<Group>", "group: Arc<Mutex<Group>>"] {
        let found = noted(&format!("async fn f({parameter}) {{ group.stage(); }}"));
        assert!(found.is_empty(), "{parameter}");
    }
}

#[test]
fn what_a_block_captures_must_be_an_arc_for_certain() {
    let made = "let group = Arc::new(Group { change: Notify::new(), n: 1 });";
    let kept = [
        format!("fn f() {{ {made} spawn(async move {{ group.stage(); }}); }}"),
        format!(
            "fn f() {{ {made} let mine = group.clone(); spawn(async move {{ mine.change.notified().await; }}); }}"
        ),
        format!(
            "fn f() {{ {made} let mine = Arc::clone(&group); thread::spawn(move || {{ mine.stage(); }}); }}"
        ),
        format!("fn f() {{ {made} let mine = group.clone(); thread::spawn(move || mine.stage()); }}"),
        "fn f() { let group = Arc::new(Group::default()); spawn(async move { group.n }); }".to_owned(),
        "fn f(a: Arc<Group>) { let group = a.clone(); spawn(async move { group.n }); g(a) }".to_owned(),
    ];
    for function in kept {
        assert_eq!(noted(&function).len(), 1, "{function}");
    }
    let both = "async fn f() { let (group, n) = (Arc::new(Group::default()), 1); let mine = group.clone(); spawn(g(mine)); group.change.notified().await; }";
    assert_eq!(noted(both).len(), 1, "a variable of the function's own");
    let lost = [
        "async fn f() { let group = Arc::new(Group::default()); g(group).await; }",
        "fn f() { let group = make(); spawn(async move { group.n; }); }",
        "fn f(all: Vec<Arc<Group>>) { for group in all { spawn(async move { group.stage(); }); } }",
        "fn f() { let group = Arc::new(Group::default()); if let Some(group) = g() { spawn(async move { group.n; }); } }",
        "fn f() { let group = Arc::new(Group::default()); spawn(async { group.n }); }",
        "fn f() { let group = Arc::new(Group::default()); run(move || group.stage()); }",
        "fn f() { let group = Arc::new(Group::default()); spawn(move || -> u8 { group.n }); }",
    ];
    for function in lost {
        assert!(noted(function).is_empty(), "{function}");
    }
}

#[test]
fn a_method_keeps_the_arc_that_it_is_called_on() {
    let own =
        |used: &str| noted(&format!("impl Group {{ async fn f(self: Arc<Self>) {{ {used}; h().await }} }}"));
    for used in ["self.stage()", "self.n + 1", "g(self.clone())", "g(&self)", "self.change.notified().await"]
    {
        assert_eq!(own(used), ["self"], "{used}");
    }
    for used in
        ["self.run()", "self.end()", "g(self)", "spawn(async move { self.stage() })", "g(move || self.n)"]
    {
        assert!(own(&format!("self.stage(); {used}")).is_empty(), "{used}");
    }
    for (count, method) in [
        (1, "async fn f(mut self: std::sync::Arc<Group>, n: u8) { self.stage(); }"),
        (1, "async fn f(this: Arc<Self>) { this.stage(); }"),
        (0, "async fn f(self: Arc<Other>) { self.stage(); }"),
        (0, "async fn f(self: &Arc<Self>) { self.stage(); }"),
        (0, "async fn f(self) { self.stage(); }"),
    ] {
        assert_eq!(noted(&format!("impl Group {{ {method} }}")).len(), count, "{method}");
    }
    assert!(noted("impl Other { async fn f(self: Arc<Self>) { self.stage(); } }").is_empty());
}

#[test]
fn what_is_cloned_from_a_reference_is_a_handle() {
    let spawned = "spawn(async move { mine.stage(); });";
    for function in [
        format!("fn f(group: &Arc<Group>) {{ let mine = group.clone(); {spawned} }}"),
        format!("fn f(group: &'a Arc<Group>) {{ let mine = Arc::clone(group); {spawned} }}"),
        format!("impl Group {{ fn f(self: &Arc<Self>) {{ let mine = self.clone(); {spawned} }} }}"),
        format!("impl Group {{ fn f(self: &Arc<Self>) {{ let mine = Arc::clone(self); {spawned} }} }}"),
        format!("impl Group {{ fn f(self: Arc<Self>) {{ let mine = self.clone(); {spawned} g(self) }} }}"),
        format!(
            "impl Group {{ fn new() {{ let g = Arc::new(Self {{ n: 1 }}); let mine = g.clone(); {spawned} g }} }}"
        ),
    ] {
        assert_eq!(noted(&function), ["mine"], "{function}");
    }
    for function in [
        format!("fn f(group: &Group) {{ let mine = group.clone(); {spawned} }}"),
        format!("fn f(group: &Rc<Group>) {{ let mine = group.clone(); {spawned} }}"),
        format!("impl Group {{ fn f(&self) {{ let mine = self.clone(); {spawned} }} }}"),
        format!("fn f(group: &Arc<Group>) {{ let mine = Arc::clone(other); {spawned} }}"),
        format!("fn new() {{ let g = Arc::new(Self {{ n: 1 }}); let mine = g.clone(); {spawned} }}"),
    ] {
        assert!(noted(&function).is_empty(), "{function}");
    }
}

/// The fields that are looked into, by struct.
fn inside(items: &str) -> String {
    let text = tokens(&format!("mod m {{ {items} }}"));
    let mut found = Vec::new();
    for written in text.split("Inside for ").skip(1) {
        let name = written.split(' ').next().unwrap();
        let body = written.split("impl ").next().unwrap();
        let fields =
            body.split(":: Field (& self . ").skip(1).map(|rest| rest.split(')').next().unwrap().trim());
        found.push(format!("{name}: {}", fields.collect::<Vec<_>>().join(" ")));
    }
    found.join(", ")
}

#[test]
fn structs_are_looked_into_if_they_are_what_they_seem() {
    let uses = "fn f(s: &S) { s.go; s.tx; s.n }";
    let fields = "go: Notify, tx: mpsc::Sender<Vec<(u8, u8)>>, n: u8, unused: Notify";
    for (item, expected) in [
        (format!("struct S {{ {fields} }}"), "S: go tx"),
        (format!("/// A struct.\n#[derive(Debug)] pub(crate) struct S {{ pub {fields} }}"), "S: go tx"),
        ("struct S { #[cfg(unix)] go: Notify, /** A. */ tx: Sender<u8> }".to_owned(), "S: tx"),
        ("struct S { map: HashMap<u8, go::Notify>, all: Vec<Notify> }".to_owned(), ""),
        (format!("#[cfg(unix)] struct S {{ {fields} }}"), ""),
        (format!("#[repr(packed)] struct S {{ {fields} }}"), ""),
        (format!("#[pin_project] struct S {{ {fields} }}"), ""),
        (format!("struct S<T> {{ {fields}, t: T }}"), ""),
        (format!("struct S {{ {fields} }} struct S;"), ""),
        (format!("fn g() {{ struct S {{ {fields} }} }}"), ""),
        ("struct S(Notify);".to_owned(), ""),
        ("struct T { go: Notify } struct S { n: T, unused: T }".to_owned(), "T: go, S: n"),
        ("struct S { n: T } struct T { tx: U } struct U { go: Notify }".to_owned(), "S: n, T: tx, U: go"),
        ("struct T { go: Notify } struct S { n: Arc<T>, tx: Box<T> }".to_owned(), "T: go"),
        ("struct T { n: u8 } struct S { tx: T, go: S }".to_owned(), ""),
    ] {
        assert_eq!(inside(&format!("{item} {uses}")), expected, "{item}");
    }
}

#[test]
fn a_lock_is_a_handle_if_a_receiver_is_in_it() {
    let noted = |function: &str| {
        let text = tokens(&format!("mod m {{ {function} }}"));
        text.matches(":: Handle (& ").count()
    };
    let channel = "let (tx, rx) = mpsc::channel(1);";
    for (count, function) in [
        (1, "async fn f(jobs: Arc<Mutex<mpsc::Receiver<u8>>>) { jobs.lock().await.recv().await; }".to_owned()),
        (0, "async fn f(jobs: Arc<Mutex<Vec<u8>>>) { jobs.lock().await.pop(); }".to_owned()),
        (0, "async fn f(jobs: Arc<Mutex<Receiver<u8>>>) { jobs.lock_owned().await; }".to_owned()),
        (1, "async fn f(jobs: Arc<RwLock<Option<Receiver<u8>>>>) { jobs.write().await.take(); }".to_owned()),
        (1, "async fn f(gate: Arc<Barrier>) { gate.wait().await; }".to_owned()),
        (1, format!("fn f() {{ {channel} let rx = Arc::new(Mutex::new(rx)); spawn(async move {{ rx.lock().await; }}); }}")),
        (0, "fn f() { let all = Arc::new(Mutex::new(Vec::new())); spawn(async move { all.lock().await; }); }".to_owned()),
        (1, "struct S<T>(Mutex<Receiver<T>>, u8); async fn f(s: Arc<S<u8>>) { s.0.lock().await; }".to_owned()),
        (1, "struct A { b: Option<B> } struct B { tx: Sender<u8> } async fn f(a: Arc<A>) { &a.b; }".to_owned()),
        (0, "struct A { b: Option<B> } struct B { n: u8 } async fn f(a: Arc<A>) { &a.b; }".to_owned()),
        (1, "fn f() { for n in 0..3 { let b = Arc::new(Barrier::new(2)); spawn(async move { n + 1; b.wait().await; }); } }".to_owned()),
    ] {
        assert_eq!(noted(&function), count, "{function}");
    }
}

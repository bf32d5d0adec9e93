//! Which calls get a name, with which place.

use super::expansions::tokens;
use expect_test::{Expect, expect};

/// The labels of a module's content, one per line.
fn check(content: &str, expected: Expect) {
    let text = tokens(&format!("mod m {{\n{content}\n}}"));
    let labels: Vec<String> = text
        .split("__private :: Label {")
        .skip(1)
        .map(|rest| {
            let field = |name: &str| {
                let value = rest.split_once(&format!("{name} : ")).unwrap().1;
                value.split([',', '}']).next().unwrap().trim().trim_matches('"').to_owned()
            };
            format!("{}:{} {}\n", field("line"), field("column"), field("text"))
        })
        .collect();
    expected.assert_eq(&labels.concat());
}

#[test]
fn a_spawn_is_called_like_what_it_runs() {
    check(
        "fn f() {
            tokio::spawn(worker(rx));
            let handle = tokio::spawn(self.pool.clone().work(rx));
            set.spawn(a::b::fetch::<u8>(url));
            handle.spawn_blocking(move || resize(image));
            task::spawn_blocking(resize);
            std::thread::Builder::new().spawn(move || { run(x) });
            tokio::task::spawn_local(Box::pin(worker(rx)));
            tokio::spawn(worker(rx).instrument(span));
            tokio::spawn(async move { worker(rx).await });
            tokio::spawn(async move { worker(rx).await?; });
        }",
        expect![[r#"
            3:13 worker
            4:26 work
            5:17 fetch
            6:20 resize
            7:13 f
            8:41 run
            9:13 worker
            10:13 worker
            11:13 worker
            12:13 worker
        "#]],
    );
}

#[test]
fn or_like_its_handle_or_the_function_around_it() {
    check(
        "async fn serve() {
            let reader = tokio::spawn(async move { loop { step().await } });
            let [left, right] = [0, 1].map(|n| tokio::spawn(async move { one(n).await; two().await }));
            tokio::spawn(async move { let (s, _) = accept().await; tokio::spawn(async move { s.one(); s.two(); }); });
            let all: Vec<_> = (0..4).map(|i| { let tx = tx.clone(); tokio::spawn(async move { tx.a(); tx.b(); }) }).collect();
            if let Some(x) = next() { tokio::spawn(x); }
            self.writer = Some(tokio::spawn(async move { a(); b(); }));
        }
        impl S { fn r#type(&self) { tokio::spawn(self.future); } }
        const F: fn() = || { tokio::spawn(fut); };",
        expect![[r#"
            3:26 reader
            4:48 left/right
            5:13 serve
            5:68 serve
            6:69 all
            7:39 serve
            8:32 writer
            10:37 type
        "#]],
    );
}

#[test]
fn a_resource_is_called_like_its_binding() {
    check(
        "static LOCK: Mutex<u8> = Mutex::const_new(0);
        const START: Semaphore = Semaphore::const_new(3);
        fn f(&mut self) -> Self {
            let (jobs_tx, mut jobs_rx) = mpsc::channel(16);
            let (tx, rx): (Sender<u8>, _) = tokio::sync::mpsc::unbounded_channel::<u8>();
            let (done, _) = oneshot::channel();
            let shared = Arc::new(tokio::sync::Mutex::<u8>::new(0));
            let _guard = <RwLock<u8>>::new(0);
            self.cache = Arc::new(RwLock::default());
            mpsc::channel(1);
            Self { permits: Semaphore::new(3), inner: Inner { notify: Arc::new(Notify::new()), n: 1 }, set: JoinSet::new() }
        }",
        expect![[r#"
            2:26 LOCK
            3:34 START
            5:42 jobs
            6:45 tx/rx
            7:29 done
            8:35 shared
            9:26 guard
            10:35 cache
            12:29 permits
            12:80 notify
            12:109 set
        "#]],
    );
}

#[test]
fn what_only_looks_like_one_has_no_name() {
    check(
        "fn spawn(x: u8) {}
        struct Mutex(u8);
        fn f() { let v = Vec::new(); let m = builder.channel(3); let n = Foo::default(); trait_::new(v); }",
        expect![""],
    );
}

#[test]
fn macros_that_are_not_known_are_read_too() {
    check(
        "fn f() { let rows = foreign!(tokio::spawn(read(x)), Mutex::new(1)); }",
        expect![[r#"
            2:30 read
            2:53 rows
        "#]],
    );
}

//! Whole expansions, laid out as files beside this one. `UPDATE_EXPECT=1 cargo test` writes them anew.

use crate::entry::{self, Home};
use crate::expand::{instrument, instrument_pool};
use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;

/// The tokens that the attribute writes for `item`, each apart from the next by one space.
pub(super) fn tokens(item: &str) -> String {
    instrument_pool(TokenStream::new(), item.parse().unwrap()).to_string()
}

fn layout(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).unwrap())
}

fn check(args: &str, item: &str, expected: ExpectFile) {
    expected.assert_eq(&layout(instrument_pool(args.parse().unwrap(), item.parse().unwrap())));
}

#[test]
fn a_module() {
    check(
        "",
        r#"
pub mod thumbnails {
    #![deny(warnings)]
    //! Makes them.
    use std::sync::Arc;
    use tokio::sync::mpsc;

    pub async fn run(input: Vec<Job>) -> usize {
        let (jobs_tx, jobs_rx) = mpsc::channel::<Job>(16);
        let worker = tokio::spawn(worker(jobs_rx));
        for job in input {
            jobs_tx.send(job).await.unwrap();
        }
        worker.await.unwrap()
    }

    mod inner {
        pub fn plain() {}
    }
}
"#,
        expect_file!["expansions/module.txt"],
    );
}

#[test]
fn an_impl_block() {
    check(
        "name = \"cache\"",
        r#"
impl<K: Hash, V> Store<K> for Cache<K, V> where V: Clone {
    const SIZE: usize = 4;
    type Value = V;
    async fn get(&self, key: K) -> Option<V> {
        self.map.lock().await.get(&key).cloned()
    }
    fn size() -> usize { Self::SIZE }
}
"#,
        expect_file!["expansions/impl.txt"],
    );
}

#[test]
fn a_function_and_its_entry_attribute() {
    check(
        "crate = crate::reexport::agent",
        r#"
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn main() -> Result<(), Error> {
    serve().await?;
    Ok(())
}
"#,
        expect_file!["expansions/function.txt"],
    );
}

#[test]
fn branches_of_known_macros() {
    check(
        "",
        r#"
mod m {
    async fn f() {
        tokio::select! {
            biased;
            _ = &mut deadline => break,
            Some(job) = jobs.recv(), if open => { work(job).await; }
            x = make(&temporary()) => done(x).await,
            _ = &mut temporary() => {}
            else => idle().await,
        }
        let (a, b) = tokio::join!(one(), async { two().await });
        futures::select! { _ = fused => three().await }
        foreign! { four().await }
        assert!(five().await);
        println!("{}", six().await);
    }
}
"#,
        expect_file!["expansions/branches.txt"],
    );
}

#[test]
fn a_module_with_names_of_its_own() {
    check(
        "",
        r#"
mod m {
    use real as tokio;
    mod std {}
    mod child {
        use super::*;
    }
    mod apart {
        fn f() { ::tokio::spawn(x) }
    }
}
"#,
        expect_file!["expansions/own_names.txt"],
    );
}

#[test]
fn spawns_that_may_be_anybodys_and_names_that_are_not_ours() {
    check(
        "",
        r#"
mod m {
    extern crate tokio as renamed;
    use ::{std::io, tokio::sync};
    use ::tokio as bare;
    fn f(pool: &Pool) {
        pool.spawn(async move { a() });
        pool.spawn(b());
        tokio::spawn(async { c() });
        task::spawn(async { pool.spawn(async {}) });
    }
}
"#,
        expect_file!["expansions/spawns.txt"],
    );
}

#[test]
fn resources_that_may_be_no_drop_ins() {
    check(
        "",
        r#"
mod m {
    static LOCK: Mutex<u8> = Mutex::new(1);
    const fn make() -> Mutex<u8> { Mutex::new(1) }
    enum Kind { A = channel(3) }
    struct Width<const N: usize = { bounded(3) }>(Mutex<u8>);
    impl<const N: usize> Width<N> {
        const ROOM: usize = bounded(3);
        fn new() -> Self { Self(parking_lot::Mutex::<(u8, u8)>::new(make())) }
    }
    fn f() {
        let (a, b) = mpsc::channel::<u8>(16);
        let c = (std::sync::Mutex::new(1), tokio::sync::Notify::new(), Arc::new(<RwLock<u8>>::new(bounded(1))));
        Mutex::new(1);
        let d = [const { Mutex::new(1) }; 2];
        let e: [u8; channel(2)] = g::<{ channel(1) }>([0; channel(2)]);
        unknown!(Mutex::new(1));
        Mutex::new(1).lock().await
    }
}
"#,
        expect_file!["expansions/resources.txt"],
    );
}

#[test]
fn an_item_with_an_attribute_of_its_own_is_left_to_it() {
    check(
        "",
        r#"
mod m {
    #[instrument_pool(name = "inner")]
    #[inline]
    async fn f() { a().await; tokio::spawn(x()); }
    async fn g() { a().await }
}
"#,
        expect_file!["expansions/inner.txt"],
    );
}

#[test]
fn modules_in_macros_that_take_the_names_around_them_get_the_lines() {
    check(
        "",
        r#"
mod m {
    macro_rules! both {
        ($name:ident, $($t:tt)*) => { mod $name { #![allow(unused)] use super::*; $($t)* } };
        ($($t:tt)*) => { mod plain { $($t)* } };
    }
    cfg_if! { if #[cfg(a)] { mod inner { use super::*; use tokio::spawn; } } }
}
"#,
        expect_file!["expansions/modules_in_macros.txt"],
    );
}

#[test]
fn without_recording_the_names_are_put_in_and_nothing_else() {
    let item = r#"
mod m {
    use tokio::sync::mpsc;
    struct Queue { jobs: mpsc::Receiver<Job>, done: Arc<Notify> }
    impl Queue {
        async fn serve(mut self) {
            let (answers, mut answer) = mpsc::channel(1);
            let permit = self.limit.acquire_owned().await;
            tokio::spawn(async move { answers.send(1).await });
            self.pool.spawn(async { idle() });
            tokio::select! {
                _ = answer.recv() => {}
                () = &mut deadline => idle().await,
            }
            worker.await
        }
    }
    mod inner {
        use super::*;
    }
    mod apart {
        mod std {}
    }
    #[instrument_pool]
    async fn f() { a().await }
}
"#;
    let expected = expect_file!["expansions/without_recording.txt"];
    let written = |args: &str| instrument(args.parse().unwrap(), item.parse().unwrap(), false);
    expected.assert_eq(&layout(written("name = \"jobs\"")));
    // Mistakes are told in both modes.
    assert!(written("size = 3").to_string().starts_with(":: core :: compile_error !"));
}

#[test]
fn mistakes_leave_the_item_as_it_is() {
    check(
        "size = 3, name = \"\", name",
        "async fn f() { a().await }",
        expect_file!["expansions/mistakes.txt"],
    );
    check("", "struct S { a: u8 }", expect_file!["expansions/struct.txt"]);
}

#[test]
fn entry_points() {
    let forward = |home, args: &str| {
        layout(entry::forward(home, "main", args.parse().unwrap(), "async fn main() {}".parse().unwrap()))
    };
    let all = [
        forward(Home::Agent, ""),
        forward(Home::Agent, "flavor = \"current_thread\""),
        forward(Home::Agent, "worker_threads = 2,"),
        forward(Home::Agent, "crate = \"renamed::tokio\""),
        forward(Home::Agent, "crate = \"other\""),
        forward(Home::DropIn, ""),
    ];
    expect_file!["expansions/entry.txt"].assert_eq(&all.join("\n"));
}

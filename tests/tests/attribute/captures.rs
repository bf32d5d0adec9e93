//! Noting what a body keeps changes nothing about it: what it captures, when that is dropped, what it may be used for.

use crate::support::run;
use std::cell::RefCell;

/// The same code twice, without and with the attribute.
macro_rules! twice {
    ($($code:tt)*) => {
        mod plain { $($code)* }
        #[taskscope::instrument_pool(name = "captures")]
        mod traced { $($code)* }
    };
}

thread_local! {
    /// Names of what this thread has dropped, in order.
    static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Writes down its drop; it has the methods of a sender, and is none.
#[derive(Clone)]
struct Named(&'static str);

impl Named {
    fn send(&self, _: u8) {}
    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

struct Pair {
    left: Named,
    right: Named,
}

twice! {
    use super::{Named, Pair};
    use std::future::Future;

    /// Captures are dropped in the order in which they are mentioned first, whatever is called on them.
    pub(super) fn several(a: Named, b: Named, c: Named, d: Named) -> impl Future<Output = usize> + Send {
        async move {
            let n = a.len() + b.len();
            d.send(1);
            tokio::task::yield_now().await;
            c.send(1);
            n
        }
    }

    /// A field alone is captured; the rest stays outside.
    pub(super) fn a_part(pair: Pair, other: Named) -> impl Future<Output = ()> + Send {
        let block = async move {
            pair.left.send(1);
            tokio::task::yield_now().await;
            other.send(2);
        };
        drop(pair.right);
        block
    }

    pub(super) fn shadowed(x: Named, y: Named) -> impl Future<Output = usize> {
        async move {
            let x = { y.send(1); x.clone() };
            if let Some(y) = Some(y.clone()) { y.send(1); }
            for y in [1, 2] { tokio::task::yield_now().await; x.send(y); }
            match Some(3) { Some(x) if x > 4 => x, Some(z) => z, None => x.len() }
        }
    }

    pub(super) async fn parameters(first: Named, mut second: Named, _third: Named) -> usize {
        second.send(1);
        tokio::task::yield_now().await;
        second = Named("assigned");
        first.len() + second.len()
    }

    pub(super) use std::sync::mpsc::channel as queue;

    pub(super) fn generic<T: Send + 'static, F>(tx: std::sync::mpsc::Sender<T>, value: T, done: F) -> impl FnOnce() + Send
    where
        F: FnOnce(usize) + Send,
    {
        move || {
            tx.send(value).unwrap();
            done(1);
        }
    }

    /// Parameters of types that know no such methods, and of none in particular.
    pub(super) async fn others(len: usize, text: impl AsRef<str> + Clone, list: Vec<u8>, r#loop: &str) -> usize {
        let text = text.clone();
        let more = list.clone();
        tokio::task::yield_now().await;
        len + text.as_ref().len() + more.len() + r#loop.len() + list.len()
    }
}

fn dropped<R>(work: impl FnOnce() -> R) -> (R, Vec<&'static str>) {
    DROPPED.take();
    let result = work();
    (result, DROPPED.take())
}

#[test]
fn what_is_captured_is_dropped_as_before() {
    let named = || ["a", "b", "c", "d"].map(Named);
    let pair = || Pair { left: Named("left"), right: Named("right") };
    let plain = dropped(|| {
        let [a, b, c, d] = named();
        run(plain::several(a, b, c, d))
    });
    let traced = dropped(|| {
        let [a, b, c, d] = named();
        run(traced::several(a, b, c, d))
    });
    assert_eq!(plain, traced);
    assert_eq!(plain.1, ["a", "b", "d", "c"]);
    let plain = dropped(|| run(plain::a_part(pair(), Named("other"))));
    assert_eq!(plain, dropped(|| run(traced::a_part(pair(), Named("other")))));
    assert_eq!(plain.1[0], "right");
    let plain = dropped(|| run(plain::shadowed(Named("x"), Named("y"))));
    assert_eq!(plain, dropped(|| run(traced::shadowed(Named("x"), Named("y")))));
    let plain = dropped(|| run(plain::parameters(Named("1"), Named("2"), Named("3"))));
    assert_eq!(plain, dropped(|| run(traced::parameters(Named("1"), Named("2"), Named("3")))));
}

#[test]
fn a_block_is_as_large_and_as_free_as_before() {
    fn is_send<T: Send>(value: T) -> usize {
        size_of_val(&value)
    }
    let (plain, traced) = (
        || plain::several(Named("a"), Named("b"), Named("c"), Named("d")),
        || traced::several(Named("a"), Named("b"), Named("c"), Named("d")),
    );
    let (plain, traced) = (is_send(plain()), is_send(traced()));
    // The one await of it costs eight bytes.
    assert!(traced <= plain + 8, "{plain} to {traced}");
    let (tx, rx) = plain::queue();
    plain::generic(tx, 1, |_| ())();
    assert_eq!(rx.recv(), Ok(1));
    let (tx, rx) = traced::queue();
    traced::generic(tx, 2, |_| ())();
    assert_eq!(rx.recv(), Ok(2));
    let (plain, traced) = (plain::others(1, "ab", vec![1], "c"), traced::others(1, "ab", vec![1], "c"));
    assert_eq!(run(plain), run(traced));
}

#[taskscope::instrument_pool(name = "captures.bare")]
mod bare {
    #![no_implicit_prelude]
    use ::std::clone::Clone;
    use tokio::sync::mpsc::{Receiver, Sender, channel};
    use tokio::task::spawn;

    struct Ends {
        r#in: Receiver<u8>,
        out: Sender<u8>,
    }

    impl Ends {
        async fn run(mut self) -> u8 {
            let first = self.r#in.recv().await;
            let _ = self.out.send(1).await;
            first.unwrap_or(0)
        }
    }

    pub(super) async fn both(r#type: Receiver<u8>) -> u8 {
        let (tx, mut rx) = channel(1);
        let (answer, r#in) = (tx.clone(), r#type);
        let all = spawn(async move {
            answer.send(3).await.unwrap();
            answer.is_closed()
        });
        let n = rx.recv().await.unwrap();
        let closed = all.await.unwrap();
        let ends = Ends { r#in, out: tx };
        if closed { 0 } else { n + ends.run().await }
    }
}

#[test]
fn code_without_a_prelude_keeps_its_ends() {
    let answer = run(async {
        let (tx, rx) = taskscope::tokio::sync::mpsc::channel(1);
        tx.send(4).await.unwrap();
        bare::both(rx).await
    });
    assert_eq!(answer, 7);
}

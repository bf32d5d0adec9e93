//! Futures of every shape: what the attribute costs them, and what it must not change.

use crate::support::run;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};

/// The same code twice, without and with the attribute.
macro_rules! twice {
    ($($code:tt)*) => {
        mod plain { $($code)* }
        #[taskscope::instrument_pool(name = "shapes")]
        mod traced { $($code)* }
    };
}

twice! {
    pub(super) async fn leaf(n: u64) -> u64 {
        tokio::task::yield_now().await;
        n
    }

    pub(super) async fn middle(n: u64) -> u64 {
        let kept = [n; 512];
        let a = leaf(n).await;
        leaf(a).await + kept[3]
    }

    pub(super) async fn top(n: u64) -> u64 {
        let middle = middle(n);
        middle.await + leaf(n).await
    }

    pub(super) async fn tiny() {
        std::future::ready(()).await
    }

    pub(super) async fn tiny_twice() {
        tiny().await
    }

    pub(super) async fn large(n: u8) -> u64 {
        let kept = [n; 100 * 1024];
        tokio::task::yield_now().await;
        kept.iter().map(|b| u64::from(*b)).sum()
    }

    pub(super) async fn around_large(n: u8) -> u64 {
        large(n).await
    }
}

#[test]
fn a_level_costs_eight_bytes() {
    let pairs = [
        (1, size_of_val(&plain::leaf(1)), size_of_val(&traced::leaf(1))),
        (2, size_of_val(&plain::middle(1)), size_of_val(&traced::middle(1))),
        (3, size_of_val(&plain::top(1)), size_of_val(&traced::top(1))),
        (1, size_of_val(&plain::tiny()), size_of_val(&traced::tiny())),
        (2, size_of_val(&plain::tiny_twice()), size_of_val(&traced::tiny_twice())),
        (2, size_of_val(&plain::around_large(1)), size_of_val(&traced::around_large(1))),
    ];
    for (levels, plain, traced) in pairs {
        assert!(traced > plain && traced <= plain + 8 * levels, "{levels} levels: {plain} to {traced}");
    }
}

#[test]
fn a_large_future_runs_on_a_small_stack() {
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let sum = small.spawn(|| {
        let mut future = Box::pin(traced::around_large(2));
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.as_mut().poll(&mut context).is_pending());
        future.as_mut().poll(&mut context)
    });
    assert_eq!(sum.unwrap().join().unwrap(), Poll::Ready(200 * 1024));
}

#[rustfmt::skip]
#[taskscope::instrument_pool(name = "shapes.all")]
mod all {
    use std::collections::HashMap;
    use std::fmt::Debug;
    use std::future::{Future, IntoFuture, Ready, ready};
    use std::pin::Pin;
    use std::rc::Rc;

    pub(super) trait Fetch {
        async fn fetch(&self, key: u8) -> u8;
        fn fetch_twice<'a>(&'a self, key: &'a u8) -> impl Future<Output = u8> + 'a {
            async move { self.fetch(*key).await + self.fetch(*key).await }
        }
    }

    impl Fetch for HashMap<u8, u8> {
        async fn fetch(&self, key: u8) -> u8 {
            let value = self.get(&key).copied();
            match ready(value).await { Some(v) if ready(true).await => v, _ => 0 }
        }
    }

    pub(super) struct Request(pub(super) u8);

    impl IntoFuture for Request {
        type Output = u8;
        type IntoFuture = Ready<u8>;
        fn into_future(self) -> Ready<u8> { ready(self.0) }
    }

    pub(super) async fn generic<T, const N: usize>(values: [T; N]) -> Vec<T>
    where
        T: Debug + Clone + Send,
    {
        let mut all = Vec::with_capacity(N);
        for value in &values {
            all.push(ready(value.clone()).await);
        }
        all
    }

    pub(super) async fn longest<'a, 'b: 'a>(a: &'a str, b: &'b str) -> &'a str {
        'outer: loop {
            if a.len() > b.len() { break 'outer ready(a).await }
            if b.len() > 1 { return ready(b).await }
        }
    }

    pub(super) fn boxed<'a>(n: u8, sum: &'a mut u8) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            if n > 0 { *sum += n; boxed(n - 1, sum).await }
        })
    }

    pub(super) fn opaque(n: u8) -> impl Future<Output = impl Debug + Into<u64>> + Send + use<> {
        let request = Request(n);
        async move { request.await }
    }

    pub(super) async fn closures() -> u8 {
        let late = |future| async { future.await };
        let lent = async |n: &u8| ready(*n).await;
        late(async { 1 }).await + lent(&2).await
    }

    pub(super) async fn by_reference(future: &mut (dyn Future<Output = u8> + Unpin + Send)) -> u8 {
        future.await
    }

    pub(super) async fn not_send() -> usize {
        let shared = Rc::new(1);
        ready(()).await;
        Rc::strong_count(&shared)
    }

    pub(super) async fn question(text: Result<Ready<&str>, ()>) -> Option<u8> {
        text.ok()?.await.parse::<u8>().ok()
    }

    pub(super) async fn temporaries() -> usize {
        let text = String::from("abc");
        let lock = tokio::sync::RwLock::new(vec![1, 2]);
        lock.read().await.len() + len(&text.to_uppercase()).await
    }

    async fn len(text: &str) -> usize { ready(text.len()).await }

    pub(super) const extern "C" fn constant() -> u8 { 1 }
}

#[taskscope::instrument_pool(name = "shapes.function")]
const fn constant<const N: usize>() -> usize {
    N
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn the_meaning_stays() {
    use all::Fetch;
    run(async {
        let map = std::collections::HashMap::from([(1, 2)]);
        assert_eq!(map.fetch_twice(&1).await, 4);
        assert_eq!(is_send(all::generic([1, 2, 3])).await, [1, 2, 3]);
        assert_eq!(is_send(all::longest("a", "bc")).await, "bc");
        let mut sum = 0;
        is_send(all::boxed(4, &mut sum)).await;
        assert_eq!(sum, 10);
        let n: u64 = is_send(all::opaque(3)).await.into();
        assert_eq!(n, 3);
        assert_eq!(all::closures().await, 3);
        assert_eq!(is_send(all::by_reference(&mut std::future::ready(5))).await, 5);
        assert_eq!(all::not_send().await, 1);
        assert_eq!(is_send(all::question(Ok(std::future::ready("7")))).await, Some(7));
        assert_eq!(all::question(Err(())).await, None);
        assert_eq!(is_send(all::temporaries()).await, 5);
        assert_eq!((constant::<3>(), size_of_val(&all::constant)), (3, 0));
    });
}

/// Counts how often it is polled and whether it was dropped.
#[derive(Default)]
struct Counts {
    polls: AtomicUsize,
    drops: AtomicUsize,
}

struct Counting<'a>(&'a Counts, usize);

impl Future for Counting<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.0.polls.fetch_add(1, Relaxed);
        context.waker().wake_by_ref();
        self.1 = self.1.saturating_sub(1);
        if self.1 == 0 { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Counting<'_> {
    fn drop(&mut self) {
        self.0.drops.fetch_add(1, Relaxed);
    }
}

#[taskscope::instrument_pool(name = "shapes.cancel")]
mod cancel {
    use super::{Counting, Counts};

    pub(super) async fn to_the_end(counts: &Counts) {
        Counting(counts, 3).await;
    }

    pub(super) async fn dropped(counts: &Counts) -> usize {
        tokio::select! {
            biased;
            () = Counting(counts, 9) => unreachable!(),
            () = std::future::ready(()) => {}
        }
        counts.drops.load(std::sync::atomic::Ordering::Relaxed)
    }
}

#[test]
fn no_poll_is_added_and_none_is_lost() {
    run(async {
        let counts = Counts::default();
        cancel::to_the_end(&counts).await;
        assert_eq!((counts.polls.load(Relaxed), counts.drops.load(Relaxed)), (3, 1));
        let counts = Counts::default();
        assert_eq!(cancel::dropped(&counts).await, 1, "dropped before the handler runs");
        assert_eq!(counts.polls.load(Relaxed), 1);
    });
}

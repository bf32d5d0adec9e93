//! Cancellation tokens behave as tokio-util's own, and the snapshot says who waits for them.
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]

#[expect(unused_macros, unused_imports, dead_code, reason = "other tests find things by their line")]
#[path = "../../agent/tests/support/seen.rs"]
mod seen;

use seen::until;
use std::collections::HashSet;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use taskscope::snapshot::{Detail, Op, Resource, ResourceKind, Snapshot, Wait};

/// A waker that counts.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn poll<F: Future>(future: Pin<&mut F>, wakes: &Arc<Wakes>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(&Waker::from(wakes.clone())))
}

/// A number that is as random as the tests need it.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

/// Runs a random program against the tokens of `$sync`; returns what every step gave.
macro_rules! program {
    ($($sync:ident)::+, $seed:expr) => {{
        use $($sync)::+ as sync;
        let mut state: u64 = $seed;
        let mut tokens = vec![sync::CancellationToken::new()];
        let mut futures: Vec<(Pin<Box<sync::WaitForCancellationFutureOwned>>, Arc<Wakes>)> = Vec::new();
        let mut guards = Vec::new();
        let mut log = Vec::new();
        for _ in 0..60 {
            let (step, n) = (next(&mut state) % 13, next(&mut state));
            let (i, f, g) = (n % tokens.len(), n % futures.len().max(1), n % guards.len().max(1));
            let done = match step {
                0 => { let clone = tokens[i].clone(); tokens.push(clone); None }
                1 | 2 => { let child = tokens[i].child_token(); tokens.push(child); None }
                3 if tokens.len() > 1 => { drop(tokens.remove(i)); None }
                4 if n % 5 == 0 => { tokens[i].cancel(); None }
                5 | 6 => { futures.push((Box::pin(tokens[i].clone().cancelled_owned()), Arc::default())); None }
                7 | 8 if !futures.is_empty() => {
                    let (future, wakes) = &mut futures[f];
                    let ready = poll(future.as_mut(), wakes).is_ready();
                    if ready { drop(futures.remove(f)); }
                    Some(ready)
                }
                9 if !futures.is_empty() => { drop(futures.remove(f)); None }
                10 => { guards.push(tokens[i].clone().drop_guard()); None }
                11 if !guards.is_empty() => {
                    let guard = guards.remove(g);
                    if n % 2 == 0 { tokens.push(guard.disarm()); }
                    None
                }
                12 => {
                    let wakes = Arc::<Wakes>::default();
                    let made = pin!(tokens[i].run_until_cancelled(std::future::pending::<()>()));
                    Some(poll(made, &wakes).is_ready())
                }
                _ => None,
            };
            let cancelled: Vec<bool> = tokens.iter().map(|token| token.is_cancelled()).collect();
            let wakes: Vec<usize> = futures.iter().map(|(_, wakes)| wakes.0.load(SeqCst)).collect();
            log.push(format!("{step} {done:?} {cancelled:?} {wakes:?} {:?}", tokens[0]));
        }
        log
    }};
}

#[test]
fn random_programs_do_the_same() {
    for seed in 0..300 {
        let plain = program!(tokio_util::sync, seed);
        assert_eq!(program!(taskscope::tokio_util::sync, seed), plain, "program {seed}");
    }
}

/// The token that was made in this line, and the waits for it.
fn token_at(snapshot: &Snapshot, line: u32) -> Option<(&Resource, Vec<&Wait>)> {
    let here = |resource: &&Resource| {
        let group = snapshot.group_of_resource(resource);
        assert!(group.place.line != line || group.kind == ResourceKind::Notify);
        (group.place.file, group.place.line) == (file!(), line)
    };
    let found = snapshot.resources.iter().find(here)?;
    Some((found, snapshot.waits.iter().filter(|wait| wait.resource == Some(found.id)).collect()))
}

#[test]
fn who_waits_is_seen() {
    use taskscope::tokio;
    use taskscope::tokio_util::sync::CancellationToken;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    runtime.block_on(async {
        let (made, token) = (line!(), CancellationToken::new());
        let (child_made, child) = (line!(), token.child_token());
        let mine = token.clone();
        let run = line!() + 2;
        let running =
            tokio::spawn(async move { mine.run_until_cancelled(std::future::pending::<()>()).await });
        let wait = until(|snapshot| token_at(snapshot, made)?.1.pop().cloned());
        assert_eq!((wait.op, wait.place.line, wait.own_waker), (Op::Wait, run, true));
        let owned = line!() + 1;
        let waiting = tokio::spawn(async move { child.cancelled_owned().await });
        let wait = until(|snapshot| token_at(snapshot, child_made)?.1.pop().cloned());
        assert_eq!((wait.op, wait.place.line), (Op::Wait, owned));
        let canceller = tokio::spawn(async move {
            token.cancel();
            let snapshot = Snapshot::read(Detail::Light);
            let (found, _) = token_at(&snapshot, made).expect("it is alive");
            (found.last_sender.is_some(), found.sent, found.covered)
        });
        assert_eq!(canceller.await.expect("it returns"), (true, Some(1), true));
        assert_eq!(running.await.expect("it returns"), None);
        waiting.await.expect("it returns");
        until(|snapshot| (token_at(snapshot, made).is_none()).then_some(()));
        assert!(token_at(&Snapshot::read(Detail::Light), child_made).is_none());
    });
}

#[test]
#[expect(clippy::mutable_key_type, reason = "a token's identity does not change")]
fn plain_tokens_in_and_out() {
    use taskscope::tokio_util::sync::{CancellationToken, DropGuardRef};
    fn wants_plain(token: &tokio_util::sync::CancellationToken) -> bool {
        token.is_cancelled()
    }
    let plain = tokio_util::sync::CancellationToken::new();
    let token = CancellationToken::from(plain.clone());
    assert!(!wants_plain(&token));
    let both: HashSet<CancellationToken> = [token.clone(), token.clone(), token.child_token()].into();
    assert_eq!((both.len(), both.contains(&token)), (2, true));
    let guard: DropGuardRef<'_> = token.drop_guard_ref();
    assert_eq!(guard.token(), &token);
    assert!(!guard.disarm().is_cancelled());
    drop(token.drop_guard_ref());
    assert!(plain.is_cancelled() && tokio_util::sync::CancellationToken::from(token).is_cancelled());
}

/// What is not replaced is tokio-util's own.
#[test]
fn the_rest_is_there() {
    let mut future: tokio_util::sync::ReusableBoxFuture<'_, u8> =
        taskscope::tokio_util::sync::ReusableBoxFuture::new(async { 1 });
    assert_eq!(future.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(1));
}

/// The futures may be sent and shared as tokio-util's own.
#[test]
fn the_futures_can_be_sent() {
    use taskscope::tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFuture};
    fn as_plain<T: Send + Sync>(_: &T) {}
    fn names<'a>(token: &'a CancellationToken) -> WaitForCancellationFuture<'a> {
        token.cancelled()
    }
    let token = CancellationToken::default();
    as_plain(&token);
    as_plain(&names(&token));
    as_plain(&token.run_until_cancelled(std::future::ready(())));
    let guard: DropGuard = token.clone().drop_guard();
    as_plain(&guard);
    as_plain(&token.cancelled_owned());
}

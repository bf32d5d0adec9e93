//! Semaphores that are polled.

use crate::look::{run, until, wait_at};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use taskscope::snapshot::{Op, ResourceKind};

const FILE: &str = "mirrors/semaphores.rs";

/// What a polled semaphore says at each step of a random program.
macro_rules! program {
    ($tokio:path, $semaphore:path, $seed:expr) => {{
        use $semaphore as PollSemaphore;
        use $tokio as tokio;
        let mut state: u64 = $seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let mut polled = vec![PollSemaphore::new(Arc::new(tokio::sync::Semaphore::new(2)))];
        let mut permits = vec![];
        let mut said = vec![];
        for _ in 0..80 {
            let (step, n) = (next() % 9, next());
            let i = n % polled.len();
            match step {
                0..=3 => {
                    let cx = &mut Context::from_waker(Waker::noop());
                    let result = polled[i].poll_acquire_many(cx, 1 + (n % 2) as u32);
                    said.push(match &result {
                        Poll::Ready(Some(_)) => 1,
                        Poll::Ready(None) => 2,
                        Poll::Pending => 3,
                    });
                    if let Poll::Ready(Some(permit)) = result {
                        permits.push(permit);
                    }
                }
                4 | 5 if !permits.is_empty() => drop(permits.remove(n % permits.len())),
                6 if polled.len() < 4 => {
                    let clone = polled[i].clone();
                    polled.push(clone);
                }
                7 if polled.len() > 1 => drop(polled.remove(i)),
                8 if n % 20 == 0 => polled[i].close(),
                8 if n % 7 == 0 => polled[i].add_permits(1),
                _ => {}
            }
            said.push(polled[0].available_permits() + 10);
            said.push(Arc::strong_count(&polled[0].clone_inner()) + 100);
        }
        said
    }};
}

#[test]
fn a_polled_semaphore_says_what_the_original_says() {
    for seed in 0..200 {
        let ours = program!(taskscope::tokio, taskscope::tokio_util::sync::PollSemaphore, seed);
        let theirs = program!(::tokio, ::tokio_util::sync::PollSemaphore, seed);
        assert_eq!(ours, theirs, "seed {seed}");
    }
}

#[test]
fn who_polls_a_semaphore_waits_for_it() {
    run(async {
        let made = line!() + 1;
        let semaphore = Arc::new(taskscope::tokio::sync::Semaphore::new(0));
        let mut polled = taskscope::tokio_util::sync::PollSemaphore::new(semaphore.clone());
        let task =
            taskscope::tokio::spawn(async move { poll_fn(|cx| polled.poll_acquire(cx)).await.is_some() });
        let seen = until(|s| wait_at(s, FILE, made + 1)).await;
        assert_eq!(seen, (made + 3, Op::Acquire, Some((ResourceKind::Semaphore, made))));
        semaphore.add_permits(1);
        assert!(task.await.unwrap());
    });
}

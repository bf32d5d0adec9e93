//! Random programs against `PollSemaphore`.

use super::driver::{config, recorded, run, steps};
use crate::poll::polled;
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::sync::Arc;

macro_rules! against {
    ($($tokio:ident)::+, $($sync:ident)::+, $permits:expr, $steps:expr, $look:expr) => {{
        let real = Arc::new($($tokio)::+::Semaphore::new($permits));
        let semaphores = RefCell::new([$($sync)::+::PollSemaphore::new(real.clone()), $($sync)::+::PollSemaphore::new(real)]);
        let (permits, waiting) = (RefCell::new(Vec::new()), Cell::new([false; 2]));
        // Each of the two has one place in the line, which a future that is dropped leaves to the next one.
        let make = |n: usize| {
            let (semaphores, permits, waiting) = (&semaphores, &permits, &waiting);
            polled(poll_fn(move |cx| {
                let semaphore = &mut semaphores.borrow_mut()[n % 2];
                let polled = match n % 5 {
                    0 => semaphore.poll_acquire(cx),
                    _ => semaphore.poll_acquire_many(cx, (n / 10 % 3) as u32),
                };
                let mut now = waiting.get();
                now[n % 2] = polled.is_pending();
                waiting.set(now);
                polled.map(|permit| {
                    let got = permit.as_ref().map(|permit| permit.num_permits());
                    permits.borrow_mut().extend(permit);
                    format!("{got:?}")
                })
            }))
        };
        let act = |n: usize| {
            let semaphore = &semaphores.borrow()[n % 2];
            match n % 20 {
                0..12 => drop(permits.borrow_mut().pop()),
                12..18 => semaphore.add_permits(n % 2),
                18 => semaphore.close(),
                _ => drop(semaphore.clone()),
            }
            format!("{} {:?}", semaphore.available_permits(), semaphore.as_ref().is_closed())
        };
        run($steps, make, act, |_| $look(waiting.get().iter().filter(|waits| **waits).count()))
    }};
}

fn look(waiting: usize) {
    let found = recorded("model_waits/poll_semaphore.rs");
    assert_eq!((found.resources.len(), found.waits), (1, waiting));
    assert!(found.resources[0].covered);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(permits in 0usize..4, steps in steps()) {
        let plain = against!(tokio::sync, tokio_util::sync, permits, &steps, |_| ());
        let dropin = against!(taskscope::tokio::sync, taskscope::tokio_util::sync, permits, &steps, look);
        prop_assert_eq!(plain, dropin);
        // What the program kept is gone with it.
        prop_assert_eq!(recorded("model_waits/poll_semaphore.rs").resources.len(), 0);
    }
}

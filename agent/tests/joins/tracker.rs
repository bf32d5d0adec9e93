//! Random programs against `TaskTracker`.

use crate::driver::{config, recorded, run, steps};
use crate::poll::polled;
use crate::program::{alive, member, runtime, turn};
use proptest::prelude::*;
use std::cell::RefCell;

macro_rules! against {
    ($($task:ident)::+, $steps:expr, $alive:expr, $look:expr) => {{
        let runtime = runtime();
        let _entered = runtime.enter();
        let tracker = $($task)::+::TaskTracker::new();
        let (tokens, mut handles) = (RefCell::new(Vec::new()), Vec::new());
        let make = |n: usize| {
            let tracker = &tracker;
            match n % 4 {
                0 => {
                    let tracked = tracker.track_future(member(n / 7 * 7 + 2));
                    polled(async move { tracked.await.to_string() })
                }
                _ => polled(async move { format!("{:?}", tracker.wait().await) }),
            }
        };
        let act = |n: usize| {
            let mut done = String::new();
            match n % 14 {
                0..4 => handles.push(tracker.spawn(member(n))),
                4..7 => turn(&runtime),
                7 => done = tracker.close().to_string(),
                8 => done = tracker.reopen().to_string(),
                9 => tokens.borrow_mut().push(tracker.token()),
                10 => done = format!("{:?}", tokens.borrow_mut().pop().map(|token| token.task_tracker().len())),
                11 => {
                    let token = tokens.borrow().last().cloned();
                    tokens.borrow_mut().extend(token);
                }
                _ if handles.is_empty() => {}
                12 => handles[n % handles.len()].abort(),
                _ => drop(handles.swap_remove(n % handles.len())),
            }
            let finished: Vec<bool> = handles.iter().map(|handle| handle.is_finished()).collect();
            $alive(finished.iter().filter(|finished| !**finished).count());
            format!("{done} {} {} {} {finished:?}", tracker.len(), tracker.is_empty(), tracker.is_closed())
        };
        run($steps, make, act, $look)
    }};
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(steps in steps()) {
        let plain = against!(tokio_util::task, &steps, |_| (), |_| ());
        // Some of the tasks have no handle any more.
        let some = |tasks| assert!(alive("joins/tracker.rs") >= tasks);
        let dropin = against!(taskscope::tokio_util::task, &steps, some, |_| ());
        prop_assert_eq!(plain, dropin);
        let left = recorded("joins/tracker.rs");
        prop_assert_eq!((alive("joins/tracker.rs"), left.resources.len(), left.waits), (0, 0, 0));
    }
}

//! Random programs against the handles of tasks.

use crate::driver::{config, run, steps};
use crate::poll::polled;
use crate::program::{alive, ended, member, runtime, turn};
use proptest::prelude::*;
use std::cell::RefCell;

macro_rules! against {
    ($($task:ident)::+, $steps:expr, $look:expr) => {{
        let runtime = runtime();
        let _entered = runtime.enter();
        let (handles, mut aborts) = (RefCell::new(Vec::new()), Vec::new());
        // It awaits a task whose handle is there, and detaches it when it is cancelled.
        let make = |n: usize| {
            let mut handles = handles.borrow_mut();
            let len = handles.len();
            let handle = (len > 0).then(|| handles.swap_remove(n % len));
            polled(async move {
                match handle {
                    Some(handle) => ended(handle.await),
                    None => String::new(),
                }
            })
        };
        let act = |n: usize| {
            let chosen = |len: usize| n / 10 % len;
            let len = handles.borrow().len();
            match n % 10 {
                0..4 => {
                    let handle = $($task)::+::spawn(member(n));
                    aborts.push(handle.abort_handle());
                    handles.borrow_mut().push(handle);
                }
                4..7 => turn(&runtime),
                7 if !aborts.is_empty() => aborts[chosen(aborts.len())].abort(),
                8 if len > 0 => handles.borrow()[chosen(len)].abort(),
                9 if len > 0 => drop(handles.borrow_mut().swap_remove(chosen(len))),
                _ => {}
            }
            let finished: Vec<bool> = aborts.iter().map(|handle| handle.is_finished()).collect();
            let known: Vec<bool> = handles.borrow().iter().map(|handle| handle.is_finished()).collect();
            $look(finished.iter().filter(|finished| !**finished).count());
            format!("{finished:?} {known:?}")
        };
        run($steps, make, act, |_| ())
    }};
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(steps in steps()) {
        let plain = against!(tokio::task, &steps, |_| ());
        let dropin = against!(taskscope::tokio::task, &steps, |tasks| assert_eq!(alive("joins/handles.rs"), tasks));
        prop_assert_eq!(plain, dropin);
        prop_assert_eq!(alive("joins/handles.rs"), 0);
    }
}

//! Random programs against `JoinSet`.

use crate::driver::{config, run, steps};
use crate::poll::polled;
use crate::program::{alive, ended, member, runtime, turn};
use proptest::prelude::*;
use std::cell::RefCell;
use std::future::poll_fn;

macro_rules! against {
    ($($task:ident)::+, $steps:expr, $look:expr) => {{
        let runtime = runtime();
        let _entered = runtime.enter();
        let set = RefCell::new($($task)::+::JoinSet::new());
        let mut handles = Vec::new();
        let make = |n: usize| {
            let set = &set;
            polled(poll_fn(move |cx| match n % 2 {
                0 => set.borrow_mut().poll_join_next(cx).map(|next| format!("{:?}", next.map(ended))),
                _ => set.borrow_mut().poll_join_next_with_id(cx).map(|next| {
                    format!("{:?}", next.map(|result| ended(result.map(|(_, value)| value))))
                }),
            }))
        };
        let act = |n: usize| {
            let mut done = String::new();
            match n % 16 {
                0..5 => handles.push(set.borrow_mut().spawn(member(n))),
                5..9 => turn(&runtime),
                9 => done = format!("{:?}", set.borrow_mut().try_join_next().map(ended)),
                // What does not come at once is cancelled.
                10 => {
                    let next = polled(set.borrow_mut().join_next()).poll();
                    done = format!("{:?}", next.map(|next| next.map(ended)));
                }
                11 => set.borrow_mut().abort_all(),
                12 => set.borrow_mut().detach_all(),
                13 => done = format!("{:?}", polled(set.borrow_mut().shutdown()).poll()),
                14 => drop(set.take()),
                _ if handles.is_empty() => {}
                _ => handles[n % handles.len()].abort(),
            }
            let finished: Vec<bool> = handles.iter().map(|handle| handle.is_finished()).collect();
            $look(finished.iter().filter(|finished| !**finished).count());
            format!("{done} {} {} {finished:?}", set.borrow().len(), set.borrow().is_empty())
        };
        run($steps, make, act, |_| ())
    }};
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(steps in steps()) {
        let plain = against!(tokio::task, &steps, |_| ());
        let dropin = against!(taskscope::tokio::task, &steps, |tasks| assert_eq!(alive("joins/set.rs"), tasks));
        prop_assert_eq!(plain, dropin);
        prop_assert_eq!(alive("joins/set.rs"), 0);
    }
}

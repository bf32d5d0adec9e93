//! Random programs against `JoinMap`.

use crate::driver::{config, run, steps};
use crate::poll::polled;
use crate::program::{alive, ended, member, runtime, turn};
use proptest::prelude::*;
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;

macro_rules! against {
    ($($task:ident)::+, $steps:expr, $look:expr) => {{
        let runtime = runtime();
        let _entered = runtime.enter();
        let map = RefCell::new($($task)::+::JoinMap::new());
        let act = |n: usize| {
            let (key, mut done) = (n % 3, String::new());
            match n % 16 {
                0..7 => turn(&runtime),
                7 | 8 => {
                    let next = map.borrow_mut().try_join_next();
                    done = format!("{:?}", next.map(|(key, result)| (key, ended(result))));
                }
                9..13 => done = map.borrow_mut().abort(&key).to_string(),
                13 => map.borrow_mut().abort_matching(|key| *key > n % 5),
                14 if n % 3 == 0 => map.borrow_mut().detach_all(),
                14 => map.borrow_mut().abort_all(),
                _ if n % 2 == 0 => done = format!("{:?}", polled(map.borrow_mut().shutdown()).poll()),
                _ => drop(map.take()),
            }
            let mut keys: Vec<usize> = map.borrow().keys().copied().collect();
            keys.sort_unstable();
            $look();
            let map = map.borrow();
            format!("{done} {} {} {keys:?} {}", map.len(), map.is_empty(), map.contains_key(&key))
        };
        let make = |n: usize| {
            let map = &map;
            if n % 2 == 0 {
                // A task whose key is taken is aborted.
                map.borrow_mut().spawn(n % 3, member(n));
            }
            // A map has no poll of its own: what does not come at once is cancelled, and asked for again.
            polled(poll_fn(move |cx| {
                let next = pin!(map.borrow_mut().join_next()).poll(cx);
                next.map(|next| format!("{:?}", next.map(|(key, result)| (key, ended(result)))))
            }))
        };
        run($steps, make, act, |_| ())
    }};
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(steps in steps()) {
        let plain = against!(tokio_util::task, &steps, || ());
        let dropin = against!(taskscope::tokio_util::task, &steps, || ());
        prop_assert_eq!(plain, dropin);
        prop_assert_eq!(alive("joins/map.rs"), 0);
    }
}

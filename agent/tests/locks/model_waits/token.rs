//! Random programs against `CancellationToken`.

use super::driver::{after, config, recorded, run, steps};
use crate::poll::polled;
use proptest::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

macro_rules! against {
    ($($sync:ident)::+, $steps:expr, $look:expr) => {{
        let tokens = RefCell::new(vec![$($sync)::+::CancellationToken::new()]);
        let some = |n: usize| {
            let tokens = tokens.borrow();
            tokens[n / 4 % tokens.len()].clone()
        };
        let make = |n: usize| {
            let (token, busy) = (some(n), Rc::new(Cell::new(0)));
            match n % 4 {
                0 => polled(async move { format!("{:?}", token.cancelled().await) }),
                1 => polled(async move { format!("{:?}", token.cancelled_owned().await) }),
                2 => polled(async move {
                    format!("{:?}", token.run_until_cancelled(after(n % 5, &busy)).await)
                }),
                _ => polled(async move {
                    format!("{:?}", token.run_until_cancelled_owned(after(n % 5, &busy)).await)
                }),
            }
        };
        let act = |n| {
            let token = some(n);
            match n % 12 {
                0 => token.cancel(),
                1 => drop(token.drop_guard()),
                2 => drop(token.clone().drop_guard().disarm()),
                3 => drop(token.drop_guard_ref()),
                4..7 => tokens.borrow_mut().push(token.child_token()),
                7..9 => tokens.borrow_mut().push(token),
                // One is always left.
                9..11 if tokens.borrow().len() > 1 => drop(tokens.borrow_mut().swap_remove(0)),
                _ => {}
            }
            let tokens = tokens.borrow();
            let cancelled: Vec<bool> = tokens.iter().map(|token| token.is_cancelled()).collect();
            format!("{cancelled:?} {}", tokens[0] == tokens[n % tokens.len()])
        };
        run($steps, make, act, $look)
    }};
}

fn look(waiting: usize) {
    let found = recorded("model_waits/token.rs");
    assert_eq!((found.waits, found.holds), (waiting, 0));
    assert!(found.resources.iter().all(|resource| resource.covered));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(steps in steps()) {
        let plain = against!(tokio_util::sync, &steps, |_| ());
        let dropin = against!(taskscope::tokio_util::sync, &steps, look);
        prop_assert_eq!(plain, dropin);
    }
}

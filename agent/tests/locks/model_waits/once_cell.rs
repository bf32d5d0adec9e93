//! Random programs against `OnceCell`.

use super::driver::{after, config, recorded, run, steps};
use crate::poll::polled;
use proptest::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

macro_rules! against {
    ($($sync:ident)::+, $steps:expr, $look:expr) => {{
        let cell = Rc::new($($sync)::+::OnceCell::new());
        // Those that fill it now.
        let busy = Rc::new(Cell::new(0));
        let make = |n: usize| {
            let (cell, busy, polls) = (cell.clone(), busy.clone(), n / 4 % 4);
            match n % 4 {
                0 => polled(async move {
                    let value = cell.get_or_init(|| {
                        let filled = after(polls, &busy);
                        async move { filled.await; n }
                    });
                    format!("{}", value.await)
                }),
                success => polled(async move {
                    let value = cell.get_or_try_init(|| {
                        let filled = after(polls, &busy);
                        async move { filled.await; if success == 1 { Ok(n) } else { Err(n) } }
                    });
                    format!("{:?}", value.await)
                }),
            }
        };
        let act = |n| match n % 12 {
            0 => format!("{:?}", cell.set(n)),
            1..4 => format!("{:?}", cell.get()),
            4..8 => format!("{:?}", cell.initialized()),
            _ => format!("{cell:?}"),
        };
        run($steps, make, act, |pending| $look(pending, busy.get()))
    }};
}

fn look(pending: usize, busy: usize) {
    let found = recorded("model_waits/once_cell.rs");
    assert_eq!((found.resources.len(), found.waits, found.holds), (1, pending - busy, busy));
    assert!(found.resources[0].covered);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(steps in steps()) {
        let plain = against!(tokio::sync, &steps, |_, _| ());
        let dropin = against!(taskscope::tokio::sync, &steps, look);
        prop_assert_eq!(plain, dropin);
    }
}

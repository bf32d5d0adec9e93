//! Random programs against `SetOnce`.

use super::driver::{config, recorded, run, steps};
use crate::poll::polled;
use proptest::prelude::*;
use std::rc::Rc;

macro_rules! against {
    ($($sync:ident)::+, $steps:expr, $look:expr) => {{
        let cell = Rc::new($($sync)::+::SetOnce::new());
        let make = |_| {
            let cell = cell.clone();
            polled(async move { format!("{}", cell.wait().await) })
        };
        // Seldom set, so that there are some who wait.
        let act = |n| match n % 12 {
            0 => format!("{:?}", cell.set(n)),
            1..4 => format!("{:?}", cell.get()),
            4..8 => format!("{:?}", cell.initialized()),
            _ => format!("{cell:?}"),
        };
        run($steps, make, act, $look)
    }};
}

fn look(waiting: usize) {
    let found = recorded("model_waits/set_once.rs");
    assert_eq!((found.resources.len(), found.waits, found.holds), (1, waiting, 0));
    assert!(found.resources[0].covered);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(steps in steps()) {
        let plain = against!(tokio::sync, &steps, |_| ());
        let dropin = against!(taskscope::tokio::sync, &steps, look);
        prop_assert_eq!(plain, dropin);
    }
}

//! Random programs against `Barrier`.

use super::driver::{config, recorded, run, steps};
use crate::poll::polled;
use proptest::prelude::*;
use std::rc::Rc;

macro_rules! against {
    ($($sync:ident)::+, $size:expr, $steps:expr, $look:expr) => {{
        let barrier = Rc::new($($sync)::+::Barrier::new($size));
        let make = |_| {
            let barrier = barrier.clone();
            polled(async move { format!("{}", barrier.wait().await.is_leader()) })
        };
        run($steps, make, |_| format!("{barrier:?}").len().to_string(), $look)
    }};
}

fn look(waiting: usize) {
    let found = recorded("model_waits/barrier.rs");
    assert_eq!((found.resources.len(), found.waits, found.holds), (1, waiting, 0));
    assert!(found.resources[0].covered);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_programs_do_the_same(size in 0usize..5, steps in steps()) {
        let plain = against!(tokio::sync, size, &steps, |_| ());
        let dropin = against!(taskscope::tokio::sync, size, &steps, look);
        prop_assert_eq!(plain, dropin);
    }
}

//! What panics because of its caller says where that is, as tokio's own does.
#![expect(clippy::expect_used, reason = "what goes wrong here fails the test")]

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Mutex;
use taskscope::tokio::runtime::{Builder, Runtime};
use taskscope::tokio::task::LocalSet;

static PLACES: Mutex<Vec<(String, u32)>> = Mutex::new(Vec::new());

fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime")
}

#[test]
fn a_runtime_inside_of_another_is_the_fault_of_the_caller() {
    set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| (place.file().to_owned(), place.line()));
        PLACES.lock().expect("no panic in here").extend(place);
    }));
    let (outer, set, inner) = (runtime(), LocalSet::new(), runtime());
    let (mut lines, mut panics) = (Vec::new(), 0);
    let mut check = |line: u32, call: &dyn Fn()| {
        lines.push((file!().to_owned(), line));
        panics += usize::from(catch_unwind(AssertUnwindSafe(call)).is_err());
    };
    outer.block_on(async {
        check(line!(), &|| inner.block_on(pending()));
        check(line!(), &|| set.block_on(&inner, pending()));
        check(line!(), &|| inner.handle().block_on(pending()));
    });
    assert_eq!(panics, 3);
    assert_eq!(*PLACES.lock().expect("no panic in here"), lines);
}

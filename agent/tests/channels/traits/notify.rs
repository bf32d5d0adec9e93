//! `Notify` and its futures.

use crate::probe::traits;
use std::sync::Arc;

macro_rules! all {
    ($($sync:ident)::+) => {{
        use $($sync)::+ as sync;
        let notify = Arc::new(sync::Notify::new());
        static MADE: sync::Notify = sync::Notify::const_new();
        let named: sync::futures::Notified<'_> = notify.notified();
        let owned: sync::futures::OwnedNotified = notify.clone().notified_owned();
        MADE.notify_one();
        vec![
            traits!(sync::Notify::new()),
            traits!(sync::Notify::default()),
            traits!(notify.clone()),
            traits!(notify.notified()),
            traits!(notify.clone().notified_owned()),
            traits!(named),
            traits!(owned),
        ]
    }};
}

#[test]
fn auto_traits_are_tokios() {
    assert_eq!(all!(taskscope::tokio::sync), all!(tokio::sync));
}

/// A future of a longer life is one of a shorter.
#[expect(dead_code, reason = "to compile is the test")]
fn shorter<'a>(
    long: taskscope::tokio::sync::futures::Notified<'static>,
    _: &'a u8,
) -> taskscope::tokio::sync::futures::Notified<'a> {
    long
}

#[test]
fn plain_values_in_and_out() {
    use taskscope::tokio::sync::Notify;
    let notify: Notify = tokio::sync::Notify::new().into();
    notify.notify_one();
    assert_eq!(format!("{notify:?}"), format!("{:?}", notify.as_tokio()));
    let plain: tokio::sync::Notify = notify.into();
    crate::poll::now(plain.notified());
}

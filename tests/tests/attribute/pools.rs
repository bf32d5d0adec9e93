//! A spawn belongs to the pool around it in the source, whoever runs it.

use crate::support::{names, of_pool, run, until};

#[taskscope::instrument_pool(name = "pools.outer")]
mod outer {
    use std::future::pending;

    pub(super) async fn lexical() {
        let task = tokio::spawn(pending::<()>());
        inner::special().await;
        inner::plain().await;
        task.abort();
    }

    pub(super) mod inner {
        use std::future::ready;

        #[taskscope::instrument_pool(name = "pools.inner")]
        pub(in super::super) async fn special() {
            tokio::spawn(async { ready(()).await }).await.unwrap();
        }

        pub(super) async fn plain() {
            tokio::spawn(async {}).await.unwrap();
        }

        pub(in super::super) struct Type;

        #[taskscope::instrument_pool]
        impl Type {
            pub(in super::super) fn spawn(&self) -> tokio::task::JoinHandle<()> {
                tokio::spawn(pending_inside())
            }
        }

        async fn pending_inside() {
            std::future::pending().await
        }
    }

    pub(super) async fn calls_outside() {
        super::outside();
    }
}

fn outside() {
    use taskscope::tokio;
    tokio::spawn(async {});
}

const FILE: &str = "attribute/pools.rs";

#[test]
fn the_innermost_item_wins() {
    run(outer::lexical());
    let outer = names("pools.outer", FILE);
    assert_eq!(outer.len(), 2, "{outer:?}");
    assert_eq!((outer[0].0, outer[0].2.as_str()), (10, "task pending"));
    assert_eq!((outer[1].0, outer[1].2.as_str()), (25, "task plain"));
    let inner = names("pools.inner", FILE);
    assert_eq!(inner, [(21, 13, "task ready".to_owned())]);
}

#[test]
fn a_type_names_the_pool_of_its_methods() {
    run(async {
        let task = outer::inner::Type.spawn();
        until(|snapshot| (of_pool(snapshot, "Type").len() == 1).then_some(())).await;
        task.abort();
    });
    assert_eq!(names("Type", FILE), [(33, 17, "task pending_inside".to_owned())]);
}

#[test]
fn a_site_outside_of_any_pool_belongs_to_the_pool_of_the_task() {
    use taskscope::tokio;
    run(async {
        #[taskscope::instrument_pool(name = "pools.spawner")]
        fn spawn() -> tokio::task::JoinHandle<()> {
            tokio::spawn(outer::calls_outside())
        }
        spawn().await.unwrap();
    });
    assert_eq!(names("pools.spawner", FILE).len(), 2, "{:?}", names("pools.spawner", FILE));
}

/// A module with the attribute, written by a macro: once around code of the caller, once from the macro alone.
macro_rules! module {
    ($name:ident, $pool:literal, $($code:tt)*) => {
        #[taskscope::instrument_pool(name = $pool)]
        mod $name {
            $($code)*
        }
    };
    ($name:ident, $pool:literal) => {
        module!($name, $pool, pub(super) fn spawn() { tokio::spawn(async {}); });
    };
}

module!(
    around,
    "pools.around",
    pub(super) fn spawn() {
        tokio::spawn(async {});
    }
);
module!(alone, "pools.alone");

#[test]
fn items_that_a_macro_wrote_have_their_pool() {
    run(async {
        around::spawn();
        alone::spawn();
    });
    assert_eq!(names("pools.around", FILE).len(), 1);
    assert_eq!(names("pools.alone", FILE).len(), 1);
}

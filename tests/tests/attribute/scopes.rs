//! Scopes in which names do not mean what they usually mean.

use crate::support::run;

/// No names but those that are spelled out.
mod bare {
    #![no_implicit_prelude]

    #[::taskscope::instrument_pool(name = "scopes.bare")]
    pub(super) mod inside {
        #![no_implicit_prelude]

        pub(crate) async fn run() -> u8 {
            let variable = ::std::future::ready(1);
            let task = tokio::spawn(async { ::std::future::ready(1).await });
            variable.await + ::std::result::Result::unwrap(task.await)
        }
    }
}

/// Names of the prelude and of the crates, taken.
#[expect(dead_code, reason = "the names are in the way, and that is all")]
mod taken {
    pub(super) mod taskscope {}
    pub(super) mod core {}
    pub(super) struct Option;
    pub(super) struct Some;
    pub(super) enum Result {
        Ok,
        Err,
    }
    pub(super) use Result::{Err, Ok};
    pub(super) trait IntoFuture {}
    pub(super) trait Future {}
    pub(super) fn drop() {}
    pub(super) struct Site;
    pub(super) const SITE: u8 = 1;

    #[::taskscope::instrument_pool(name = "scopes.taken")]
    pub(super) mod inside {
        use super::*;

        pub(crate) async fn run() -> u8 {
            let _ = (Ok, Err, Some, Option);
            let ready = std::future::ready(SITE);
            tokio::spawn(async { std::future::ready(()).await }).await.unwrap();
            ready.await + std::future::ready(SITE).await
        }
    }

    #[::taskscope::instrument_pool(name = "scopes.taken")]
    pub(super) async fn run() -> u8 {
        std::future::ready(SITE).await
    }
}

/// A `tokio` and a `std` of one's own are what is meant.
#[::taskscope::instrument_pool(name = "scopes.own")]
mod own {
    pub(super) mod tokio {
        pub(crate) fn spawn(n: u8) -> u8 {
            n + 1
        }
    }

    mod std {
        pub(super) mod future {
            pub(crate) async fn ready(n: u8) -> u8 {
                n + 10
            }
        }
    }

    pub(super) async fn run() -> u8 {
        tokio::spawn(std::future::ready(1).await)
    }

    pub(super) mod child {
        use super::*;

        pub(crate) fn run() -> u8 {
            tokio::spawn(2)
        }
    }

    pub(super) mod apart {
        pub(crate) async fn run() -> u8 {
            tokio::spawn(async { 7 }).await.unwrap()
        }
    }
}

/// Another name for the attribute: both expansions see the same awaits.
mod renamed {
    use taskscope::instrument_pool as pool;

    #[taskscope::instrument_pool(name = "scopes.renamed")]
    pub(super) mod inside {
        #[super::pool(name = "scopes.renamed.inner")]
        pub(crate) mod innermost {
            pub(crate) async fn run() -> u8 {
                let ready = std::future::ready(1);
                tokio::spawn(async { 1 }).await.unwrap() + ready.await
            }
        }

        #[cfg_attr(all(), super::pool(name = "scopes.renamed.function"))]
        pub(crate) async fn run() -> u8 {
            tokio::spawn(async { 1 }).await.unwrap()
        }
    }
}

/// The crate under another path.
mod elsewhere {
    pub(super) mod reexport {
        pub(crate) use taskscope as agent;
    }

    #[taskscope::instrument_pool(name = "scopes.elsewhere", crate = crate::scopes::elsewhere::reexport::agent)]
    pub(super) async fn absolute() -> u8 {
        tokio::spawn(async { 1 }).await.unwrap()
    }

    #[taskscope::instrument_pool(name = "scopes.elsewhere", crate = self::reexport::agent)]
    pub(super) mod relative {
        pub(crate) mod deeper {
            pub(crate) async fn run() -> u8 {
                tokio::spawn(async { 1 }).await.unwrap()
            }
        }
    }

    pub(super) mod below {
        #[taskscope::instrument_pool(name = "scopes.elsewhere", crate = super::reexport::agent)]
        pub(crate) mod up {
            pub(crate) async fn run() -> u8 {
                tokio::spawn(async { 1 }).await.unwrap()
            }
        }
    }
}

#[test]
fn nothing_is_taken_from_the_scope() {
    assert_eq!(run(bare::inside::run()), 2);
    assert_eq!(run(taken::inside::run()), 2);
    assert_eq!(run(taken::run()), 1);
}

#[test]
fn own_names_are_respected_and_reported() {
    assert_eq!(run(own::run()), 12);
    assert_eq!(own::child::run(), 3);
    assert_eq!(run(own::apart::run()), 7);
    let reasons: Vec<_> = taskscope::site::uncovered()
        .into_iter()
        .filter(|(place, _)| place.file.ends_with("attribute/scopes.rs"))
        .map(|(_, reason)| reason)
        .collect();
    assert_eq!(reasons, ["this module has a `tokio` of its own", "this module has a `std` of its own"]);
}

#[test]
fn an_attribute_that_is_not_recognized_does_no_harm() {
    assert_eq!(run(renamed::inside::innermost::run()), 2);
    assert_eq!(run(renamed::inside::run()), 1);
}

#[test]
fn the_crate_may_be_elsewhere() {
    assert_eq!(run(elsewhere::absolute()), 1);
    assert_eq!(run(elsewhere::relative::deeper::run()), 1);
    assert_eq!(run(elsewhere::below::up::run()), 1);
}

//! `main` and `test` of the drop-in tokio, alone and with the attribute above or below them.

use taskscope::snapshot::{Detail, Snapshot, TaskKind};
use taskscope::tokio;

/// Whether a `block_on` root of this pool runs: the drop-in runtime was used.
fn roots(pool: &str) -> usize {
    let snapshot = Snapshot::read(Detail::Full);
    let groups = snapshot.task_groups.iter();
    groups.filter(|g| g.kind == TaskKind::Root && snapshot.pool_name(g.pool) == pool && g.spawned > 0).count()
}

#[tokio::test]
async fn alone() {
    tokio::task::yield_now().await;
    let in_a_task = Snapshot::read(Detail::Full).task_groups.iter().any(|g| g.kind == TaskKind::Root);
    assert!(in_a_task);
}

#[taskscope::instrument_pool(name = "entry.above")]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn attribute_above() {
    tokio::task::yield_now().await;
    assert_eq!(roots("entry.above"), 1);
}

#[tokio::test(flavor = "current_thread")]
#[taskscope::instrument_pool(name = "entry.below")]
async fn attribute_below() {
    tokio::task::yield_now().await;
    assert_eq!(roots("entry.below"), 1);
}

#[taskscope::instrument_pool(name = "entry.mains")]
mod mains {
    #[tokio::main(flavor = "current_thread")]
    pub(super) async fn inside() -> Result<u8, std::io::Error> {
        tokio::task::yield_now().await;
        Ok(1)
    }

    #[tokio::main]
    pub(super) async fn never() -> impl Sized {
        tokio::task::yield_now().await;
        super::roots("entry.mains")
    }
}

#[test]
fn in_a_module() {
    assert_eq!(mains::inside().unwrap(), 1);
    mains::never();
    assert_eq!(roots("entry.mains"), 2);
}

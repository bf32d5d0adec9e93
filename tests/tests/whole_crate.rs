//! A crate whose `tokio` is the drop-in everywhere.
#![forbid(unsafe_code)]

extern crate taskscope_tokio as tokio;

mod inner {
    use tokio::sync::mpsc;

    pub(super) fn sender() -> mpsc::Sender<u8> {
        mpsc::channel(1).0
    }
}

#[tokio::test]
async fn types_and_paths_are_the_drop_ins() {
    let sender: ::tokio::sync::mpsc::Sender<u8> = inner::sender();
    assert_eq!(tokio::spawn(async move { sender.max_capacity() }).await.unwrap(), 1);
}

/// Where the runtime of `entry` is said to block: its last statement.
const LINE: u32 = line!() + 5;

#[tokio::main(flavor = "current_thread")]
async fn entry() -> u8 {
    tokio::task::yield_now().await;
    1
}

#[test]
fn the_runtime_is_the_drop_in() {
    let roots = || {
        let snapshot = taskscope::snapshot::Snapshot::read(taskscope::snapshot::Detail::Full);
        let groups = snapshot.task_groups.iter();
        groups.filter(|g| g.kind == taskscope::snapshot::TaskKind::Root && g.place.line == LINE).count()
    };
    assert_eq!((roots(), entry(), roots()), (0, 1, 1));
}

//! Streams of what drop-ins receive.

use crate::look::{run, until, wait_at};
use taskscope::snapshot::{Op, ResourceKind};
use taskscope::tokio_stream::wrappers::{
    BroadcastStream, JoinSetStream, ReceiverStream, UnboundedReceiverStream, WatchStream,
};
use taskscope::tokio_stream::{Stream as _, StreamExt};

const FILE: &str = "mirrors/streams.rs";

/// What streams say at each step of a little program.
macro_rules! program {
    ($tokio:path, $wrappers:path) => {
        async {
            use $tokio as tokio;
            use $wrappers as wrappers;
            let mut said = vec![];

            let (sender, receiver) = tokio::sync::mpsc::channel(4);
            let mut stream = wrappers::ReceiverStream::new(receiver);
            said.push(format!("{:?}", stream.size_hint()));
            for n in 0..3 {
                sender.send(n).await.unwrap();
            }
            said.push(format!("{:?} {:?}", stream.next().await, stream.size_hint()));
            let permit = sender.reserve().await.unwrap();
            stream.close();
            said.push(format!("{:?} {}", stream.size_hint(), stream.as_ref().len()));
            permit.send(7);
            said.push(format!("{:?}", stream.as_mut().try_recv()));
            said.push(format!("{:?}", stream.collect::<Vec<_>>().await));

            let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
            let mut stream: wrappers::UnboundedReceiverStream<_> = receiver.into();
            sender.send(1).unwrap();
            said.push(format!("{:?}", stream.size_hint()));
            stream.close();
            said.push(format!("{:?} {:?}", stream.size_hint(), stream.next().await));
            said.push(format!("{:?}", stream.into_inner().recv().await));

            let (sender, receiver) = tokio::sync::broadcast::channel(2);
            let mut stream = wrappers::BroadcastStream::new(receiver);
            for n in 0..5 {
                sender.send(n).unwrap();
            }
            said.push(format!("{:?} {:?}", stream.next().await, stream.next().await));
            drop(sender);
            said.push(format!("{:?} {stream:?}", stream.next().await));
            said.push(format!("{:?}", stream.next().await));

            let (sender, receiver) = tokio::sync::watch::channel(1);
            let mut changes = wrappers::WatchStream::from_changes(receiver.clone());
            let mut stream = wrappers::WatchStream::new(receiver);
            said.push(format!("{:?}", stream.next().await));
            sender.send(2).unwrap();
            said.push(format!("{:?} {:?}", stream.next().await, changes.next().await));
            drop(sender);
            said.push(format!("{:?} {:?}", stream.next().await, changes.next().await));

            let mut set = tokio::task::JoinSet::new();
            set.spawn(async { 3 });
            set.spawn(async { 3 });
            let stream = wrappers::JoinSetStream::new(set);
            said.push(format!("{:?}", stream.size_hint()));
            said.push(format!("{:?}", stream.map(Result::unwrap).collect::<Vec<_>>().await));
            said
        }
    };
}

#[test]
fn streams_say_what_the_originals_say() {
    let ours = run(program!(taskscope::tokio, taskscope::tokio_stream::wrappers));
    let plain = tokio::runtime::Runtime::new().unwrap();
    let theirs = plain.block_on(program!(::tokio, ::tokio_stream::wrappers));
    assert_eq!(ours, theirs);
}

/// Spawns a task that waits for the next item of `$stream`, made at the line above, and checks how it is shown; then lets
/// it go.
macro_rules! waits {
    ($made:expr, $stream:expr, $op:expr, $kind:expr, $go:expr) => {{
        let made: u32 = $made;
        let mut stream = $stream;
        let (line, task) = (line!(), taskscope::tokio::spawn(async move { stream.next().await.is_some() }));
        let (task_line, op, resource) = until(|s| wait_at(s, FILE, made + 1)).await;
        assert_eq!((task_line, op, resource), (line, $op, $kind.map(|kind| (kind, made))));
        $go;
        assert!(task.await.unwrap());
    }};
}

#[test]
fn who_waits_for_a_stream_is_shown_with_what_it_is_made_of() {
    use taskscope::tokio::sync::{broadcast, mpsc, watch};
    run(async {
        let (sender, receiver) = mpsc::channel(1);
        let (made, stream) = (line!() - 1, ReceiverStream::new(receiver));
        waits!(made, stream, Op::Recv, Some(ResourceKind::Mpsc), sender.send(1).await.unwrap());

        let (sender, receiver) = mpsc::unbounded_channel();
        let (made, stream) = (line!() - 1, UnboundedReceiverStream::new(receiver));
        waits!(made, stream, Op::Recv, Some(ResourceKind::Mpsc), sender.send(1).unwrap());

        let (sender, receiver) = broadcast::channel(1);
        let (made, stream) = (line!() - 1, BroadcastStream::new(receiver));
        waits!(made, stream, Op::Recv, Some(ResourceKind::Broadcast), sender.send(1).unwrap());

        let (sender, receiver) = watch::channel(1);
        let (made, stream) = (line!() - 1, WatchStream::from_changes(receiver));
        waits!(made, stream, Op::Changed, Some(ResourceKind::Watch), sender.send(2).unwrap());

        let (open, gate) = taskscope::tokio::sync::oneshot::channel::<()>();
        let set = [async { gate.await.is_ok() }].into_iter().collect();
        let (made, stream) = (line!() - 1, JoinSetStream::new(set));
        waits!(made, stream, Op::Join, None::<ResourceKind>, open.send(()).unwrap());
    });
}

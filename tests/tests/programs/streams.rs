//! Streams and codecs over drop-in channels and sockets, with a tracker and a token of tokio-util.

use super::agent;
use taskscope::tokio;

#[taskscope::instrument_pool(name = "lines")]
mod lines {
    use futures::{SinkExt, StreamExt};
    use std::net::SocketAddr;
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::mpsc;
    use tokio_stream::wrappers::ReceiverStream;
    use tokio_util::codec::{Framed, LinesCodec};
    use tokio_util::sync::CancellationToken;
    use tokio_util::task::TaskTracker;

    pub(super) async fn echo(stop: CancellationToken) -> (SocketAddr, TaskTracker) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let tracker = TaskTracker::new();
        let connections = tracker.clone();
        tracker.spawn(async move {
            loop {
                let (stream, _) = tokio::select! {
                    () = stop.cancelled() => break,
                    accepted = listener.accept() => accepted.unwrap(),
                };
                connections.spawn(async move {
                    let mut lines = Framed::new(stream, LinesCodec::new());
                    while let Some(line) = lines.next().await {
                        lines.send(line.unwrap().to_uppercase()).await.unwrap();
                    }
                });
            }
        });
        (addr, tracker)
    }

    pub(super) async fn ask(addr: SocketAddr, words: &[&str]) -> Vec<String> {
        let stream = TcpStream::connect(addr).await.unwrap();
        let (mut to, mut from) = Framed::new(stream, LinesCodec::new()).split();
        let (answers, queue) = mpsc::channel(2);
        let reader = tokio::spawn(async move {
            while let Some(line) = from.next().await {
                if answers.send(line.unwrap()).await.is_err() {
                    break;
                }
            }
        });
        for word in words {
            to.send(word).await.unwrap();
        }
        // A stream wants tokio's own receiver: the drop-in gives it away.
        let answers = ReceiverStream::new(queue.into_inner()).take(words.len()).collect().await;
        // The other half of the socket is in there.
        reader.abort();
        answers
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codecs_and_streams_carry_the_same_lines() {
    agent();
    let stop = tokio_util::sync::CancellationToken::new();
    let (addr, tracker) = lines::echo(stop.clone()).await;
    let words: Vec<String> = (0..100).map(|n| format!("word {n}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let answers = lines::ask(addr, &words).await;
    assert_eq!(answers, words.iter().map(|w| w.to_uppercase()).collect::<Vec<_>>());
    stop.cancel();
    tracker.close();
    tracker.wait().await;
}

//! The other end of a connection: whether it is still there, and how to part from it.

use crate::http::Reply;
use ::tokio::io::AsyncWrite;
use ::tokio::net::TcpStream;
use ::tokio::time::timeout;
use std::future::{Future, pending, poll_fn};
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// How long the last answer of a connection may take to arrive.
const PARTING: Duration = Duration::from_secs(1);
/// How many bytes that nobody asked for are read before the connection is closed.
const MOST_DRAINED: usize = 1 << 20;

/// Ends when the client has closed the connection. Never, if it has sent more before the answer: then its end lies
/// behind what cannot be read yet.
pub(crate) async fn gone(stream: &TcpStream) {
    match stream.peek(&mut [0]).await {
        Ok(0) | Err(_) => {}
        Ok(_) => pending().await,
    }
}

/// What the first future says, or `None` if the second ends before.
pub(crate) async fn race<T>(first: impl Future<Output = T>, second: impl Future<Output = ()>) -> Option<T> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|cx| match first.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => second.as_mut().poll(cx).map(|()| None),
    })
    .await
}

/// Sends a last answer if there is one, and closes the connection so that the client can still read it: a
/// connection that is closed with bytes unread takes back what is under way.
pub(crate) async fn part(stream: Arc<TcpStream>, last: Option<Reply>) {
    let parting = async move {
        if let Some(reply) = last
            && write(&stream, &reply.into_bytes()).await.is_none()
        {
            return;
        }
        let Some(mut stream) = Arc::into_inner(stream) else { return };
        if poll_fn(|cx| Pin::new(&mut stream).poll_shutdown(cx)).await.is_ok() {
            drain(&stream).await;
        }
    };
    // A client that does not read it in time does without.
    let _ = timeout(PARTING, parting).await;
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> Option<()> {
    while !bytes.is_empty() {
        stream.writable().await.ok()?;
        match stream.try_write(bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(e) if e.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return None,
        }
    }
    Some(())
}

async fn drain(stream: &TcpStream) {
    let mut left = MOST_DRAINED;
    let mut chunk = [0; 4 << 10];
    while left > 0 && stream.readable().await.is_ok() {
        match stream.try_read(&mut chunk) {
            Ok(0) => return,
            Ok(n) => left = left.saturating_sub(n),
            Err(e) if e.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}

//! A connection as hyper sees it: one checked request head after the other.
//!
//! hyper would answer a head that is too long or malformed with an empty body, and one that is too slow with
//! nothing. So the bytes of a head are held back here until it is complete and in order; one that is not ends the
//! connection with an answer that says why. While a request is served nothing is read, so that a client can only
//! push one head ahead.

use crate::http::{Limits, Reply, head};
use ::tokio::net::TcpStream;
use ::tokio::time::{Instant, Sleep, sleep};
use hyper::rt::{Read, ReadBufCursor, Write};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// How much is read at once.
const CHUNK: usize = 4 << 10;

/// What is being waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    /// For the first byte of a head.
    Idle,
    /// For the rest of a head.
    Head,
    /// For the client to take the answer.
    Write,
}

/// The checked side of a connection.
#[derive(Debug)]
pub(crate) struct Gate {
    stream: Arc<TcpStream>,
    limits: Limits,
    /// Bytes that came and were not handed to hyper.
    bytes: Vec<u8>,
    /// How many of them were searched for the end of a head.
    searched: usize,
    /// How many of them hyper may have.
    free: usize,
    /// How many bytes of a body hyper may have beyond those.
    body: u64,
    /// What the timer is set for.
    waits: Option<Waits>,
    timer: Pin<Box<Sleep>>,
    refused: Option<Reply>,
}

impl Gate {
    pub(crate) fn new(stream: Arc<TcpStream>, limits: Limits) -> Gate {
        Gate {
            stream,
            limits,
            bytes: Vec::new(),
            searched: 0,
            free: 0,
            body: 0,
            waits: None,
            timer: Box::pin(sleep(limits.idle_time)),
            refused: None,
        }
    }

    /// The connection, and the answer to a request that was not let through.
    pub(crate) fn into_parts(self) -> (Arc<TcpStream>, Option<Reply>) {
        (self.stream, self.refused)
    }

    /// Looks whether the bytes that came are a whole head.
    fn look(&mut self) -> Result<(), Reply> {
        if self.searched == 0 {
            // Empty lines before a request are of no meaning.
            let skip = self.bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            self.bytes.drain(..skip);
        }
        let end = head::end(&self.bytes, self.searched);
        self.searched = self.bytes.len();
        if end.unwrap_or(self.bytes.len()) > self.limits.head {
            return Err(head::too_large(&self.limits));
        }
        if let Some(end) = end {
            self.body = head::body_length(&self.bytes[..end], &self.limits)?;
            self.free = end;
            self.searched = 0;
            self.waits = None;
        }
        Ok(())
    }

    /// Whether the time for what is waited for is over.
    fn is_late(&mut self, waits: Waits, cx: &mut Context<'_>) -> bool {
        if self.waits != Some(waits) {
            self.waits = Some(waits);
            let time = if waits == Waits::Head { self.limits.head_time } else { self.limits.idle_time };
            self.timer.as_mut().reset(Instant::now() + time);
        }
        self.timer.as_mut().poll(cx).is_ready()
    }

    /// Hands over what hyper may have; whether there was any.
    fn hand_over(&mut self, buf: &mut ReadBufCursor<'_>) -> bool {
        if self.free == 0 {
            self.free = self.bytes.len().min(usize::try_from(self.body).unwrap_or(usize::MAX));
            self.body -= self.free as u64;
        }
        let n = self.free.min(buf.remaining());
        buf.put_slice(&self.bytes[..n]);
        self.bytes.drain(..n);
        self.free -= n;
        n > 0
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut chunk = [0; CHUNK];
        loop {
            ready!(self.stream.poll_read_ready(cx))?;
            match self.stream.try_read(&mut chunk) {
                Ok(n) => {
                    self.bytes.extend_from_slice(&chunk[..n]);
                    return Poll::Ready(Ok(n));
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                Err(e) => return Poll::Ready(Err(e)),
            }
        }
    }

    fn refuse(&mut self, reply: Reply) -> io::Error {
        self.refused = Some(reply);
        io::Error::other("the request was refused")
    }
}

impl Read for Gate {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.hand_over(&mut buf) {
                return Poll::Ready(Ok(()));
            }
            if this.body == 0 {
                if let Err(reply) = this.look() {
                    return Poll::Ready(Err(this.refuse(reply)));
                }
                if this.free > 0 {
                    continue;
                }
                if this.bytes.is_empty() {
                    if this.is_late(Waits::Idle, cx) {
                        return Poll::Ready(Ok(()));
                    }
                } else if this.is_late(Waits::Head, cx) {
                    let reply = head::too_slow(&this.limits);
                    return Poll::Ready(Err(this.refuse(reply)));
                }
            }
            if ready!(this.poll_chunk(cx))? == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl Write for Gate {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        loop {
            if this.stream.poll_write_ready(cx)?.is_pending() {
                if this.is_late(Waits::Write, cx) {
                    return Poll::Ready(Err(ErrorKind::TimedOut.into()));
                }
                return Poll::Pending;
            }
            match this.stream.try_write(buf) {
                Ok(n) => {
                    this.waits = None;
                    return Poll::Ready(Ok(n));
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                Err(e) => return Poll::Ready(Err(e)),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Does nothing: the stream is closed by who owns it, after what is left to say.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

//! One connection, from its first request to its end.

use crate::http::gate::Gate;
use crate::http::service::Service;
use crate::http::{Limits, client};
use ::tokio::net::TcpStream;
use ::tokio::sync::watch;
use ::tokio::time::timeout;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

/// hyper's buffer: room for a head, which the gate has limited already.
const BUFFER: usize = 64 << 10;

/// Serves a connection until its client is done or the listener stops.
pub(crate) async fn serve(
    stream: TcpStream,
    service: Arc<Service>,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let stream = Arc::new(stream);
    let gate = Gate::new(stream.clone(), limits);
    let answer = service_fn(move |request: Request<Incoming>| {
        let (service, stream) = (service.clone(), stream.clone());
        let (head, _) = request.into_parts();
        async move { Ok::<_, Infallible>(service.answer(head, &stream).await.into_response()) }
    });
    // A client may close its sending side and still read: whether it is gone is looked at where it matters.
    let mut connection =
        http1::Builder::new().half_close(true).max_buf_size(BUFFER).serve_connection(gate, answer);
    let stopped = async {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    if client::race(&mut connection, stopped).await.is_none() {
        Pin::new(&mut connection).graceful_shutdown();
        let _ = timeout(limits.stop_time, &mut connection).await;
    }
    let parts = connection.into_parts();
    drop(parts.service);
    let (stream, refused) = parts.io.into_parts();
    client::part(stream, refused).await;
}

//! hyper on the drop-ins.
//!
//! hyper spawns tasks of its own through an executor that it is given: those of HTTP/2 streams, and of whatever the
//! server or client library around it keeps running. With [`Executor`] they are seen. The tasks of connections are
//! spawned by the loop that accepts them, so write that loop with the drop-in `spawn`:
//!
//! ```no_run
//! use taskscope::tokio;
//! use hyper_util::rt::TokioIo;
//! use hyper_util::server::conn::auto::Builder;
//!
//! # async fn answer(_: hyper::Request<hyper::body::Incoming>) -> Result<hyper::Response<String>, std::convert::Infallible> {
//! #     Ok(hyper::Response::new(String::new()))
//! # }
//! # async fn serve() -> std::io::Result<()> {
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! loop {
//!     let (stream, _) = listener.accept().await?;
//!     tokio::spawn(async move {
//!         let service = hyper::service::service_fn(answer);
//!         let builder = Builder::new(taskscope::hyper::Executor::new());
//!         if let Err(error) = builder.serve_connection(TokioIo::new(stream), service).await {
//!             eprintln!("{error}");
//!         }
//!     });
//! }
//! # }
//! ```
//!
//! An axum `Router` is served by the same loop: make a service of it with
//! `hyper_util::service::TowerToHyperService::new(router)`. `axum::serve` has a loop of its own, on tokio's own
//! `spawn`: its connections are counted as tasks that the agent does not see.

use crate::task::Kind;
use crate::tokio::task::spawned;
use std::future::Future;
use std::panic::Location;

/// An executor for hyper that spawns on the current tokio runtime, as the drop-in
/// [`spawn`](crate::tokio::spawn) does. The tasks are shown as spawned where the executor was made.
#[derive(Clone, Copy, Debug)]
pub struct Executor {
    location: &'static Location<'static>,
}

impl Executor {
    /// An executor.
    #[track_caller]
    pub fn new() -> Self {
        Self { location: Location::caller() }
    }
}

impl Default for Executor {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<F> ::hyper::rt::Executor<F> for Executor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    /// Spawns the future.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    fn execute(&self, future: F) {
        let ((), _) = spawned!(future, Kind::Task, self.location, drop(::tokio::spawn(future)));
    }
}

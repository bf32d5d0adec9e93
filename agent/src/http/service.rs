//! From a request to its answer: the checks in their fixed order, and where the work is done.
//!
//! Order: 403 foreign host, 401 token, 404 path, 405 method, 400 parameters, then what the route itself has to say.
//! Reading, judging and rendering happen on threads for blocking work, so that the thread of the connections always
//! has time to answer `/healthz` and to notice that a client went away.

use crate::config::Token;
use crate::detect::Record;
use crate::http::guard::Guard;
use crate::http::query::Query;
use crate::http::reply::{Answer, Reply};
use crate::http::route::{self, Endpoint, Found};
use crate::http::windows::{Window, Windows};
use crate::http::{Cancel, Limits, ProfileError, Source, api, client, limits};
use ::tokio::net::TcpStream;
use ::tokio::sync::Semaphore;
use ::tokio::task::spawn_blocking;
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// What answers the requests of one listener.
pub(crate) struct Service {
    source: Arc<dyn Source>,
    guard: Guard,
    windows: Windows,
    workers: Semaphore,
    addr: SocketAddr,
}

/// A request that passed all checks.
struct Admitted {
    endpoint: Endpoint,
    id: String,
    query: Query,
}

impl Service {
    pub(crate) fn new(
        source: Arc<dyn Source>,
        token: Option<Token>,
        hosts: &[String],
        limits: &Limits,
        addr: SocketAddr,
    ) -> Service {
        Service {
            source,
            guard: Guard::new(token, hosts, addr.ip()),
            windows: Windows::new(limits.windows),
            workers: Semaphore::new(limits::WORKERS),
            addr,
        }
    }

    /// The answer to a request that came over `stream`.
    pub(crate) async fn answer(&self, head: Parts, stream: &TcpStream) -> Reply {
        let local = stream.local_addr().map_or(self.addr.ip(), |addr| addr.ip());
        let admitted = match self.admit(&head, local) {
            Ok(admitted) => admitted,
            Err(reply) => return reply,
        };
        let answer = match admitted.endpoint {
            Endpoint::Health => Ok(Reply::new("text/plain; charset=utf-8", "ok\n")),
            Endpoint::Flamegraph => self.profile(&head, &admitted.query, stream).await,
            Endpoint::Trace => self.trace(&head, &admitted.query, stream).await,
            _ => {
                let (source, addr) = (self.source.clone(), self.addr);
                self.work(move || read(&*source, addr, &admitted, &head)).await
            }
        };
        answer.unwrap_or_else(|reply| reply)
    }

    fn admit(&self, head: &Parts, local: IpAddr) -> Result<Admitted, Reply> {
        self.guard.check_host(&head.uri, &head.headers, local)?;
        let found = route::find(head.uri.path());
        if !found.as_ref().is_ok_and(|found| found.route.open) {
            self.guard.check_token(&head.headers)?;
        }
        let Found { route, id } = found?;
        route.check_method(&head.method)?;
        let query = Query::read(route, head.uri.query().unwrap_or_default())?;
        Ok(Admitted { endpoint: route.endpoint, id: id.to_owned(), query })
    }

    /// Does work that may take a while; only so much at a time.
    async fn work(&self, work: impl FnOnce() -> Answer + Send + 'static) -> Answer {
        // The semaphore is never closed.
        let _turn = self.workers.acquire().await;
        spawn_blocking(work).await.unwrap_or_else(|_| Err(panicked()))
    }

    async fn profile(&self, head: &Parts, query: &Query, stream: &TcpStream) -> Answer {
        self.guard.check_origin(&head.headers)?;
        let request = api::request(query);
        let (source, asked) = (self.source.clone(), request.clone());
        let ready = spawn_blocking(move || source.profile_ready(&asked).map(|()| source.about())).await;
        let ready = ready.map_err(|_| panicked())?;
        if let Err(taken @ ProfileError::Taken(_)) = ready {
            return Err(taken.into());
        }
        if head.method == Method::HEAD {
            return Ok(api::rendered(&request, &ready?, Vec::new()));
        }
        let window = self.window(request.window)?;
        ready?;
        let source = self.source.clone();
        let take = move |cancel: &Cancel| {
            let result = source.profile(&request, cancel);
            Ok(api::rendered(&request, &source.about(), result?))
        };
        Self::take(take, window, stream).await
    }

    async fn trace(&self, head: &Parts, query: &Query, stream: &TcpStream) -> Answer {
        self.guard.check_origin(&head.headers)?;
        if let Some(finding) = api::trace_kept(query) {
            let (finding, source) = (finding?, self.source.clone());
            return self.work(move || api::kept(source.kept(finding).as_deref(), &source.about())).await;
        }
        let length = api::trace_length(query);
        if head.method == Method::HEAD {
            return Ok(api::traced(None, &self.source.about()));
        }
        let window = self.window(length)?;
        let source = self.source.clone();
        let take = move |cancel: &Cancel| {
            let result = source.trace(length, cancel);
            Ok(api::traced(Some(&result?), &source.about()))
        };
        Self::take(take, window, stream).await
    }

    /// A window of this length; 429 if there are too many.
    fn window(&self, length: Duration) -> Result<Window, Reply> {
        self.windows.open(length).map_err(|seconds| {
            let text =
                format!("{} profiles are being taken, which is the most at a time", self.windows.most());
            Reply::too_many(&text, seconds)
        })
    }

    /// Takes a profile for as long as the client is there: when it goes away, or this future is dropped, the
    /// window is closed.
    async fn take(
        take: impl FnOnce(&Cancel) -> Answer + Send + 'static,
        window: Window,
        stream: &TcpStream,
    ) -> Answer {
        let cancel = Cancel::default();
        let _gone = cancel.when_dropped();
        let work = spawn_blocking(move || {
            let answer = take(&cancel);
            drop(window);
            answer
        });
        match client::race(work, client::gone(stream)).await {
            Some(answer) => answer.unwrap_or_else(|_| Err(panicked())),
            None => Err(ProfileError::Cancelled.into()),
        }
    }
}

/// What the source says, as the route shows it.
fn read(source: &dyn Source, addr: SocketAddr, request: &Admitted, head: &Parts) -> Answer {
    let Admitted { endpoint, id, query } = request;
    match endpoint {
        Endpoint::Page => api::page(),
        Endpoint::Metrics => api::metrics(&head.headers, |openmetrics| source.metrics_text(openmetrics)),
        Endpoint::Summary => api::summary(&source.snapshot(), &source.about(), &source.findings(), addr),
        Endpoint::Pools => api::pools(&source.snapshot(), &source.capacity(), || source.history(), query),
        Endpoint::Tasks => api::tasks(&source.snapshot(), query),
        Endpoint::Task => api::task(&source.snapshot(), id),
        Endpoint::Resources => api::resources(&source.snapshot(), query),
        Endpoint::Resource => api::resource(&source.snapshot(), id),
        Endpoint::Findings => {
            // Findings first: what they name is then known to the snapshot.
            let findings = source.findings();
            let stacks = |records: &[&Record]| source.stacks(records);
            api::findings(&source.snapshot(), &findings, &source.kept_for(), stacks, query)
        }
        Endpoint::Graph => api::graph(&source.snapshot(), query),
        Endpoint::LockOrder => api::lock_order(source.lock_orders().as_ref()),
        Endpoint::Coverage => api::coverage(&source.snapshot(), &source.about()),
        // Answered without this.
        Endpoint::Health | Endpoint::Flamegraph | Endpoint::Trace => Err(panicked()),
    }
}

fn panicked() -> Reply {
    let text = "the agent failed to answer this: a fault in taskscope itself, not in the program";
    Reply::error(StatusCode::INTERNAL_SERVER_ERROR, text)
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("addr", &self.addr).finish_non_exhaustive()
    }
}

//! The listener: a thread and a runtime of its own, so that it answers while the application's are blocked.

use crate::config::Config;
use crate::error::Error;
use crate::http::service::Service;
use crate::http::{Limits, Reply, Source, client, connection, limits};
use crate::primitive::thread;
use ::tokio::net::{TcpListener, TcpStream};
use ::tokio::runtime::{self, Runtime};
use ::tokio::sync::{Semaphore, watch};
use ::tokio::time::{sleep, timeout};
use std::net::{self, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Name of the listener's threads.
const THREAD: &str = "taskscope-http";
/// How long to wait after a connection could not be accepted: most often for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A listener that answers. Dropping it stops it: no thread of it is left, save one that is stuck in its source.
#[derive(Debug)]
pub(crate) struct Server {
    addr: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// Listens on `addr` with the token and the names of `config` and answers what `source` says.
    ///
    /// # Errors
    ///
    /// `is_bind` if the address cannot be had, `is_thread` if a thread cannot.
    pub(crate) fn start(addr: SocketAddr, config: &Config, source: Arc<dyn Source>) -> Result<Server, Error> {
        Server::with_limits(addr, config, source, Limits::default())
    }

    pub(crate) fn with_limits(
        addr: SocketAddr,
        config: &Config,
        source: Arc<dyn Source>,
        limits: Limits,
    ) -> Result<Server, Error> {
        let bind = |e| Error::bind(addr, e);
        let listener = net::TcpListener::bind(addr).map_err(bind)?;
        listener.set_nonblocking(true).map_err(bind)?;
        let addr = listener.local_addr().map_err(bind)?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .thread_name(THREAD)
            // One more for each kind than can be busy, for the questions before a profile.
            .max_blocking_threads(limits::WORKERS + limits.windows + 2)
            .build()
            .map_err(|e| Error::thread(THREAD, e))?;
        let service = Service::new(source, config.token.clone(), &config.allowed_hosts, &limits, addr);
        let (stop, stopped) = watch::channel(false);
        let thread = thread::Builder::new()
            .name(THREAD.to_owned())
            .spawn(move || run(runtime, listener, Arc::new(service), limits, stopped))
            .map_err(|e| Error::thread(THREAD, e))?;
        Ok(Server { addr, stop, thread: Some(thread) })
    }

    /// The address it listens on, with the port that was taken if 0 was asked for.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // It ends by itself or by a panic that is not ours to pass on.
            let _ = thread.join();
        }
    }
}

fn run(
    runtime: Runtime,
    listener: net::TcpListener,
    service: Arc<Service>,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    runtime.block_on(async {
        let connections = Arc::new(Semaphore::new(limits.connections));
        let accepting = accept(listener, service, limits, &connections, stop.clone());
        let stopped = async {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        client::race(accepting, stopped).await;
        // All permits are back when all connections have ended.
        let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
        let _ = timeout(limits.stop_time * 2, connections.acquire_many(all)).await;
    });
    runtime.shutdown_timeout(limits.stop_time);
}

async fn accept(
    listener: net::TcpListener,
    service: Arc<Service>,
    limits: Limits,
    connections: &Arc<Semaphore>,
    stop: watch::Receiver<bool>,
) {
    let refusals = Arc::new(Semaphore::new(limits.refusals));
    // The runtime has its I/O driver, so this fails only if the descriptor is no socket.
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Answers are small and must not wait for each other.
        let _ = stream.set_nodelay(true);
        if let Ok(permit) = connections.clone().try_acquire_owned() {
            let serving = connection::serve(stream, service.clone(), limits, stop.clone());
            ::tokio::spawn(async move {
                serving.await;
                drop(permit);
            });
        } else if let Ok(permit) = refusals.clone().try_acquire_owned() {
            ::tokio::spawn(async move {
                refuse(stream, limits.connections).await;
                drop(permit);
            });
        }
    }
}

/// Tells a client that there are too many.
async fn refuse(stream: TcpStream, most: usize) {
    let text = format!("{most} connections are open, which is the most at a time");
    client::part(Arc::new(stream), Some(Reply::too_many(&text, 1))).await;
}

//! A server that does for each request what services do: four tasks, a job for a pool of eight workers, a lock.

use crate::peer;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io::Read;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

struct Job {
    number: u64,
    answer: oneshot::Sender<u64>,
}

struct State {
    jobs: peer::Sender<Job>,
    served: peer::Mutex<u64>,
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let length = request.uri().path().len() as u64;
    let mut sum = 0;
    for part in [0, 1, 2, 3].map(|part| {
        peer::spawn(async move {
            tokio::task::yield_now().await;
            length + part
        })
    }) {
        sum += part.await.unwrap();
    }
    let (answer, answered) = oneshot::channel();
    let _ = state.jobs.send(Job { number: sum, answer }).await;
    let number = answered.await.unwrap();
    *state.served.lock().await += number;
    Ok(Response::new(Full::new(Bytes::from_static(b"hello from the server\n"))))
}

/// Answers requests until the standard input ends.
pub fn serve() {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    peer::block_on_workers(async {
        let (jobs, queue) = peer::channel::<Job>(1024);
        let queue = Arc::new(peer::mutex(queue));
        for _ in 0..8 {
            let queue = queue.clone();
            peer::spawn(async move {
                loop {
                    let job = queue.lock().await.recv().await;
                    let Some(job) = job else { break };
                    let _ = job.answer.send(job.number.wrapping_mul(31));
                }
            });
        }
        let state = Arc::new(State { jobs, served: peer::mutex(0) });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let _ = stream.set_nodelay(true);
            let state = state.clone();
            peer::spawn(async move {
                let service = service_fn(move |request| answer(state.clone(), request));
                let _ = Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}

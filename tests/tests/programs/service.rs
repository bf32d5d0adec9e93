//! An axum service behind a loop that accepts, with tower's layers, asked by the client of hyper-util.

use super::{agent, entry, get, until};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use taskscope::tokio;

#[taskscope::instrument_pool(name = "shop")]
mod shop {
    use axum::extract::{Path, State};
    use axum::routing::{get, post};
    use axum::{Json, Router};
    use hyper_util::rt::TokioIo;
    use hyper_util::server::conn::auto::Builder;
    use hyper_util::service::TowerToHyperService;
    use std::collections::HashMap;
    use std::net::SocketAddr;
    use std::sync::Arc;
    use tokio::net::TcpListener;
    use tokio::sync::{Mutex, Notify, RwLock, Semaphore, mpsc, oneshot};
    use tower::ServiceBuilder;

    struct Order {
        item: String,
        done: oneshot::Sender<u64>,
    }

    #[derive(Clone)]
    struct Shop {
        stock: Arc<RwLock<HashMap<String, u64>>>,
        sold: Arc<Mutex<u64>>,
        orders: mpsc::Sender<Order>,
        door: Arc<Semaphore>,
    }

    async fn stock(State(shop): State<Shop>, Path(item): Path<String>) -> Json<Option<u64>> {
        let _turn = shop.door.acquire().await.unwrap();
        Json(shop.stock.read().await.get(&item).copied())
    }

    async fn order(State(shop): State<Shop>, Path(item): Path<String>) -> Json<u64> {
        let (done, number) = oneshot::channel();
        shop.orders.send(Order { item, done }).await.unwrap();
        Json(number.await.unwrap())
    }

    async fn clerk(shop: Shop, mut queue: mpsc::Receiver<Order>) {
        while let Some(order) = queue.recv().await {
            *shop.stock.write().await.entry(order.item).or_default() += 1;
            let mut sold = shop.sold.lock().await;
            *sold += 1;
            let _ = order.done.send(*sold);
        }
    }

    pub(super) async fn open(closing: Arc<Notify>) -> SocketAddr {
        let (orders, queue) = mpsc::channel(16);
        let shop =
            Shop { stock: Arc::default(), sold: Arc::default(), orders, door: Arc::new(Semaphore::new(8)) };
        let clerk = tokio::spawn(clerk(shop.clone(), queue));
        let layers = ServiceBuilder::new().concurrency_limit(64);
        let app = Router::new()
            .route("/stock/{item}", get(stock))
            .route("/order/{item}", post(order))
            .layer(layers)
            .with_state(shop);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let serve = async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = TowerToHyperService::new(app.clone());
                tokio::spawn(async move {
                    let builder = Builder::new(taskscope::hyper::Executor::new());
                    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        };
        tokio::spawn(async move {
            tokio::select! {
                () = serve => {}
                () = closing.notified() => {}
            }
            clerk.abort();
        });
        addr
    }
}

type HttpClient = Client<HttpConnector, Empty<Bytes>>;

/// The number that the service answers with.
async fn ask(client: &HttpClient, method: Method, uri: &str) -> Option<u64> {
    let request = Request::builder().method(method).uri(uri).body(Empty::new()).unwrap();
    let answer = client.request(request).await.unwrap();
    assert_eq!(answer.status(), 200, "{uri}");
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_axum_service_answers_and_is_seen() {
    agent();
    let closing = std::sync::Arc::new(tokio::sync::Notify::new());
    let addr = shop::open(closing.clone()).await;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let mut asked = tokio::task::JoinSet::new();
    for n in 0..200u64 {
        let client = client.clone();
        asked.spawn(async move {
            let item = n % 5;
            let number = ask(&client, Method::POST, &format!("http://{addr}/order/{item}")).await;
            let left = ask(&client, Method::GET, &format!("http://{addr}/stock/{item}")).await;
            assert!(left.unwrap() > 0);
            number.unwrap()
        });
    }
    let mut numbers = asked.join_all().await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=200).collect::<Vec<u64>>(), "each order has its number");

    // Over HTTP/2 hyper spawns a task for each request, on the executor.
    let second = Client::builder(TokioExecutor::new()).http2_only(true).build_http();
    let left = ask(&second, Method::GET, &format!("http://{addr}/stock/0")).await;
    assert_eq!(left, Some(40));

    let tasks = until("/api/v1/tasks?pool=shop&limit=1000", |tasks| {
        entry(tasks, "tasks", |t| t["name"] == "clerk" && t["state"] == "waiting").is_some()
    })
    .await;
    let clerk = entry(&tasks, "tasks", |t| t["name"] == "clerk").unwrap();
    assert_eq!(clerk["waiting_on"][0]["op"], "recv", "{clerk}");
    assert!(clerk["backtrace"].to_string().contains("programs/service.rs"), "{clerk}");
    let here = |t: &serde_json::Value| t["spawned_at"].as_str().unwrap().contains("programs/service.rs");
    assert!(tasks["tasks"].as_array().unwrap().iter().all(here), "every task of the pool was spawned here");
    // Those that `Arc::default` made have no place of their own, and are in the pool of whoever made them.
    let resources = get("/api/v1/resources?pool=shop&pool=main&limit=1000");
    for kind in ["rwlock", "mutex", "semaphore", "mpsc"] {
        let found = entry(&resources, "resources", |r| r["kind"] == kind && r["covered"] == true);
        assert!(found.is_some(), "{kind}: {resources}");
    }
    // The connections of the client are tasks that nobody gave to the drop-ins.
    let coverage = get("/api/v1/coverage");
    assert!(coverage["tasks"]["unseen"].as_u64().unwrap() > 0, "{coverage}");
    assert_eq!(get("/api/v1/findings")["findings"].as_array().unwrap().len(), 0);
    closing.notify_one();
}

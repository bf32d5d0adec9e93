//! Asks the server, on plain tokio, and counts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connections at the same time.
const CONNECTIONS: usize = 16;
/// How an answer ends.
const END: &[u8] = b"server\n";

/// Asks for so long, and prints how many answers came.
pub fn ask(address: SocketAddr, time: Duration) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (answers, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    runtime.block_on(async {
        let connections: Vec<_> = (0..CONNECTIONS)
            .map(|_| tokio::spawn(connection(address, answers.clone(), stop.clone())))
            .collect();
        tokio::time::sleep(time).await;
        stop.store(true, Relaxed);
        for connection in connections {
            connection.await.unwrap();
        }
    });
    println!("{}", answers.load(Relaxed));
}

async fn connection(address: SocketAddr, answers: Arc<AtomicU64>, stop: Arc<AtomicBool>) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = vec![0; 4096];
    while !stop.load(Relaxed) {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        let mut length = 0;
        while !buffer[..length].ends_with(END) {
            let n = stream.read(&mut buffer[length..]).await.unwrap();
            assert!(n > 0, "the server went away");
            length += n;
        }
        answers.fetch_add(1, Relaxed);
    }
}

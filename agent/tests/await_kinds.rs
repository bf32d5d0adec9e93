//! The names that the compiler gives to the futures of tokio tell what they wait for.

use std::any::type_name_of_val as name;
use std::time::Duration;
use taskscope::site::AwaitKind;

#[tokio::test(start_paused = true)]
async fn the_names_of_types_tell_what_they_wait_for() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::{net, time};
    let of = |name: &str| AwaitKind::of(name);
    let sleep = time::sleep(Duration::ZERO);
    let mut boxed = Box::pin(time::sleep(Duration::ZERO));
    let pinned = boxed.as_mut();
    assert_eq!((of(name(&sleep)), of(name(&pinned))), (AwaitKind::Time, AwaitKind::Time));
    assert_eq!(of(name(&boxed)), AwaitKind::Time);
    let mut interval = time::interval(Duration::from_secs(1));
    assert_eq!(of(name(&interval.tick())), AwaitKind::Time);
    assert_eq!(of(name(&time::timeout(Duration::ZERO, async {}))), AwaitKind::Time);
    let listener = net::TcpListener::bind("127.0.0.1:0");
    assert_eq!(of(name(&listener)), AwaitKind::Io);
    let listener = listener.await.unwrap();
    assert_eq!(of(name(&listener.accept())), AwaitKind::Io);
    let connect = net::TcpStream::connect(listener.local_addr().unwrap());
    assert_eq!(of(name(&connect)), AwaitKind::Io);
    let mut stream = connect.await.unwrap();
    let mut buffer = [0];
    assert_eq!(of(name(&stream.read(&mut buffer))), AwaitKind::Io);
    assert_eq!(of(name(&stream.write_all(b"a"))), AwaitKind::Io);
    assert_eq!(of(name(&tokio::fs::read("a"))), AwaitKind::Io);
    assert_eq!(of(name(&tokio::signal::ctrl_c())), AwaitKind::Io);
    assert_eq!(of(name(&tokio::process::Command::new("a").output())), AwaitKind::Io);
    assert_eq!(of(name(&std::future::pending::<()>())), AwaitKind::Never);
    assert_eq!(of(name(&async { time::sleep(Duration::ZERO).await })), AwaitKind::Unknown);
    assert_eq!(of(name(&tokio::task::yield_now())), AwaitKind::Unknown);
}

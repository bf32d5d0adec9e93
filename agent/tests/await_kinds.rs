//! The names that the compiler gives to the futures of tokio and of the drop-ins tell what they wait for.

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

#[taskscope::tokio::test]
async fn the_futures_of_the_drop_ins_are_recorded() {
    use taskscope::tokio::sync::{
        Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, SetOnce, broadcast, mpsc, oneshot, watch,
    };
    let recorded = |names: &[&str]| {
        for name in names {
            assert_eq!(AwaitKind::of(name), AwaitKind::Recorded, "{name}");
        }
    };
    let (lock, shared, permits) = (Mutex::new(0), RwLock::new(0), Semaphore::new(1));
    recorded(&[name(&lock.lock()), name(&shared.read()), name(&shared.write()), name(&permits.acquire())]);
    let owned = std::sync::Arc::new(Mutex::new(0));
    recorded(&[name(&owned.lock_owned())]);
    let (tx, mut rx) = mpsc::channel::<u8>(1);
    recorded(&[name(&rx.recv()), name(&tx.send(1)), name(&tx.reserve()), name(&tx.closed())]);
    let (tx, rx) = oneshot::channel::<u8>();
    let (_tx, _) = (tx, recorded(&[name(&rx)]));
    let (_tx, mut rx) = watch::channel(0);
    recorded(&[name(&rx.changed())]);
    let (_tx, mut rx) = broadcast::channel::<u8>(1);
    let mut receiving = Box::pin(rx.recv());
    recorded(&[name(&receiving), name(&receiving.as_mut())]);
    let (notify, barrier, cell) = (Notify::new(), Barrier::new(1), SetOnce::<u8>::new());
    recorded(&[name(&notify.notified()), name(&barrier.wait()), name(&cell.wait())]);
    recorded(&[name(&taskscope::tokio::spawn(async {}))]);
    recorded(&[name(&taskscope::tokio_util::sync::CancellationToken::new().cancelled())]);
    // What the program itself does in there is not told.
    let fills = OnceCell::new();
    assert_eq!(AwaitKind::of(name(&fills.get_or_init(|| async { 1 }))), AwaitKind::Unknown);
    let token = taskscope::tokio_util::sync::CancellationToken::new();
    let inside = token.run_until_cancelled(async {});
    assert_eq!(AwaitKind::of(name(&inside)), AwaitKind::Unknown);
}

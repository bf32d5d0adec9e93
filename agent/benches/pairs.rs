//! Every instrumented operation beside tokio's own, in the same run.
//!
//! `cargo bench -p taskscope --bench pairs` runs each workload raw and instrumented in turn, on one thread and on all
//! cores, and prints nanoseconds per operation and the ratio of each pair: its median, least and most.
//!
//! `pairs run WORKLOAD raw|seen|off N` runs one workload once, for a tool that counts instructions: `ci/instructions.sh`
//! does that with callgrind. "off" is instrumented, with recording switched off.
//!
//! The ends of a queue of std or crossbeam go through a black box: where both ends are made and used in one function, the
//! compiler knows which of its forms the original has, and leaves the question out. Ends in other tasks have to ask it.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]
#![expect(clippy::print_stderr, reason = "a wrong argument is told")]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::process::ExitCode;
use std::time::Instant;

/// Pairs of a workload.
const PAIRS: usize = 15;
/// Operations of one run.
const OPERATIONS: u64 = 50_000;

/// A workload: it does `n` operations on a runtime with worker threads or without.
type Workload = fn(n: u64, workers: bool);

macro_rules! workloads {
    ($module:ident, $tokio:path, $std:path, $locks:path, $queues:path) => {
        mod $module {
            use std::future::Future;
            use std::pin::Pin;
            use std::task::{Context, Poll};
            use tokio::runtime::Builder;
            use $locks as locks;
            use $queues as queues;
            use $std as plain;
            use $tokio as tokio;

            fn run(workers: bool, work: impl Future<Output = ()> + Send + 'static) {
                let mut builder =
                    if workers { Builder::new_multi_thread() } else { Builder::new_current_thread() };
                let runtime = builder.enable_all().build().expect("a runtime");
                runtime.block_on(async { tokio::spawn(work).await.expect("the workload ends") });
            }

            /// Tasks that return at once, awaited in groups of a thousand.
            pub(super) fn spawn(n: u64, workers: bool) {
                run(workers, async move {
                    let mut left = n;
                    while left > 0 {
                        let now = left.min(1000);
                        let tasks: Vec<_> = (0..now).map(|_| tokio::spawn(async {})).collect();
                        for task in tasks {
                            task.await.expect("it returns");
                        }
                        left -= now;
                    }
                });
            }

            /// Pending `n` times, and woken at once each time.
            struct SelfWake(u64);

            impl Future for SelfWake {
                type Output = ();

                fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
                    if self.0 == 0 {
                        return Poll::Ready(());
                    }
                    self.0 -= 1;
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
            }

            /// Polls of one task, with the time from wake to poll.
            pub(super) fn poll(n: u64, workers: bool) {
                run(workers, SelfWake(n));
            }

            /// Messages through a bounded queue, from one task to another.
            pub(super) fn mpsc(n: u64, workers: bool) {
                run(workers, async move {
                    let (sender, mut receiver) = tokio::sync::mpsc::channel(1024);
                    let producer = tokio::spawn(async move {
                        for i in 0..n {
                            let _ = sender.send(i).await;
                        }
                    });
                    let mut sum = 0u64;
                    while let Some(i) = receiver.recv().await {
                        sum = sum.wrapping_add(i);
                    }
                    std::hint::black_box(sum);
                    producer.await.expect("it returns");
                });
            }

            /// A lock that nobody else wants.
            pub(super) fn mutex(n: u64, workers: bool) {
                run(workers, async move {
                    let lock = tokio::sync::Mutex::new(0u64);
                    for _ in 0..n {
                        *lock.lock().await += 1;
                    }
                    std::hint::black_box(lock.into_inner());
                });
            }

            /// A reader's lock that no writer wants.
            pub(super) fn rwlock(n: u64, workers: bool) {
                run(workers, async move {
                    let lock = tokio::sync::RwLock::new(1u64);
                    let mut sum = 0u64;
                    for _ in 0..n {
                        sum = sum.wrapping_add(*lock.read().await);
                    }
                    std::hint::black_box(sum);
                });
            }

            /// A permit of which there are enough.
            pub(super) fn semaphore(n: u64, workers: bool) {
                run(workers, async move {
                    let permits = tokio::sync::Semaphore::new(4);
                    for _ in 0..n {
                        let _permit = permits.acquire().await.expect("open");
                    }
                });
            }

            /// A channel that is made for one value, which is there when it is asked for.
            pub(super) fn oneshot(n: u64, workers: bool) {
                run(workers, async move {
                    let mut sum = 0u64;
                    for i in 0..n {
                        let (sender, receiver) = tokio::sync::oneshot::channel();
                        let _ = sender.send(i);
                        sum = sum.wrapping_add(receiver.await.expect("it was sent"));
                    }
                    std::hint::black_box(sum);
                });
            }

            /// A notification that is there when it is asked for.
            pub(super) fn notify(n: u64, workers: bool) {
                run(workers, async move {
                    let notify = tokio::sync::Notify::new();
                    for _ in 0..n {
                        notify.notify_one();
                        notify.notified().await;
                    }
                });
            }

            /// Values of a watch channel, each of which is seen.
            pub(super) fn watch(n: u64, workers: bool) {
                run(workers, async move {
                    let (sender, mut receiver) = tokio::sync::watch::channel(0);
                    let mut sum = 0u64;
                    for i in 0..n {
                        let _ = sender.send(i);
                        receiver.changed().await.expect("there is a sender");
                        sum = sum.wrapping_add(*receiver.borrow_and_update());
                    }
                    std::hint::black_box(sum);
                });
            }

            /// Messages of a broadcast channel, each of which is there when it is asked for.
            pub(super) fn broadcast(n: u64, workers: bool) {
                run(workers, async move {
                    let (sender, mut receiver) = tokio::sync::broadcast::channel(16);
                    let mut sum = 0u64;
                    for i in 0..n {
                        let _ = sender.send(i);
                        sum = sum.wrapping_add(receiver.recv().await.expect("it was sent"));
                    }
                    std::hint::black_box(sum);
                });
            }

            /// A lock of std's that nobody else wants.
            pub(super) fn std_mutex(n: u64, workers: bool) {
                run(workers, async move {
                    let lock = plain::sync::Mutex::new(0u64);
                    for _ in 0..n {
                        *lock.lock().expect("no poison") += 1;
                    }
                    std::hint::black_box(lock.into_inner().expect("no poison"));
                });
            }

            /// Messages of a queue of crossbeam's, each of which is there when it is asked for.
            pub(super) fn crossbeam(n: u64, workers: bool) {
                run(workers, async move {
                    let (sender, receiver) = std::hint::black_box(queues::bounded(16));
                    let mut sum = 0u64;
                    for i in 0..n {
                        let _ = sender.send(i);
                        sum = sum.wrapping_add(receiver.recv().expect("it was sent"));
                    }
                    std::hint::black_box(sum);
                });
            }

            /// A lock of parking_lot's that nobody else wants.
            pub(super) fn parking_lot(n: u64, workers: bool) {
                run(workers, async move {
                    let lock = locks::Mutex::new(0u64);
                    for _ in 0..n {
                        *lock.lock() += 1;
                    }
                    std::hint::black_box(lock.into_inner());
                });
            }

            /// A reader's lock of std's that no writer wants.
            pub(super) fn std_rwlock(n: u64, workers: bool) {
                run(workers, async move {
                    let lock = plain::sync::RwLock::new(1u64);
                    let mut sum = 0u64;
                    for _ in 0..n {
                        sum = sum.wrapping_add(*lock.read().expect("no poison"));
                    }
                    std::hint::black_box(sum);
                });
            }

            /// Messages of a queue of std's, each of which is there when it is asked for.
            pub(super) fn std_mpsc(n: u64, workers: bool) {
                run(workers, async move {
                    let (sender, receiver) = std::hint::black_box(plain::sync::mpsc::channel());
                    let mut sum = 0u64;
                    for i in 0..n {
                        let _ = sender.send(i);
                        sum = sum.wrapping_add(receiver.recv().expect("it was sent"));
                    }
                    std::hint::black_box(sum);
                });
            }
        }
    };
}

workloads!(raw, ::tokio, ::std, ::parking_lot, ::crossbeam_channel);
workloads!(seen, taskscope::tokio, taskscope::std, taskscope::parking_lot, taskscope::crossbeam_channel);

/// Name, tokio's own, instrumented.
const WORKLOADS: &[(&str, Workload, Workload)] = &[
    ("spawn", raw::spawn, seen::spawn),
    ("poll", raw::poll, seen::poll),
    ("mpsc", raw::mpsc, seen::mpsc),
    ("mutex", raw::mutex, seen::mutex),
    ("rwlock", raw::rwlock, seen::rwlock),
    ("semaphore", raw::semaphore, seen::semaphore),
    ("oneshot", raw::oneshot, seen::oneshot),
    ("notify", raw::notify, seen::notify),
    ("watch", raw::watch, seen::watch),
    ("broadcast", raw::broadcast, seen::broadcast),
    ("std_mutex", raw::std_mutex, seen::std_mutex),
    ("std_rwlock", raw::std_rwlock, seen::std_rwlock),
    ("std_mpsc", raw::std_mpsc, seen::std_mpsc),
    ("parking_lot", raw::parking_lot, seen::parking_lot),
    ("crossbeam", raw::crossbeam, seen::crossbeam),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => table(),
        ["run", name, which, n] => return run_once(name, which, n),
        _ => {
            eprintln!("arguments: none, or: run WORKLOAD raw|seen|off N");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn run_once(name: &str, which: &str, n: &str) -> ExitCode {
    let workload = WORKLOADS.iter().find(|w| w.0 == name);
    match (workload, which, n.parse()) {
        (Some((_, raw, _)), "raw", Ok(n)) => raw(n, false),
        (Some((_, _, seen)), "seen", Ok(n)) => seen(n, false),
        (Some((_, _, seen)), "off", Ok(n)) => {
            taskscope::set_enabled(false);
            seen(n, false);
        }
        _ => {
            let names: Vec<&str> = WORKLOADS.iter().map(|w| w.0).collect();
            eprintln!("WORKLOAD is one of {}, then raw, seen or off, then a number", names.join(", "));
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn table() {
    println!(
        "{:<10} {:>7} {:>9} {:>9}   ratio: median (least to most)",
        "workload", "threads", "raw ns", "seen ns"
    );
    for (name, raw, seen) in WORKLOADS {
        for workers in [false, true] {
            let time = |workload: &Workload| {
                let start = Instant::now();
                workload(OPERATIONS, workers);
                start.elapsed().as_nanos() as f64 / OPERATIONS as f64
            };
            time(raw);
            time(seen);
            let mut pairs: Vec<(f64, f64)> = (0..PAIRS).map(|_| (time(raw), time(seen))).collect();
            pairs.sort_by(|a, b| (a.1 / a.0).total_cmp(&(b.1 / b.0)));
            let ratio = |i: usize| pairs[i].1 / pairs[i].0;
            let mut times =
                [pairs.iter().map(|p| p.0).collect::<Vec<_>>(), pairs.iter().map(|p| p.1).collect()];
            times.iter_mut().for_each(|t| t.sort_by(f64::total_cmp));
            println!(
                "{name:<10} {:>7} {:>9.0} {:>9.0}   {:.2} ({:.2} to {:.2})",
                if workers { "all" } else { "one" },
                times[0][PAIRS / 2],
                times[1][PAIRS / 2],
                ratio(PAIRS / 2),
                ratio(0),
                ratio(PAIRS - 1)
            );
        }
    }
}

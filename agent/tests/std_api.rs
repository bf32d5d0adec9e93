//! Threads and locks of std as a client of the API sees them: in attributed code that names nothing but std.
#![expect(clippy::disallowed_methods, reason = "tests wait for conditions of other threads")]
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as it does")]

#[path = "support/client.rs"]
mod client;

use std::net::SocketAddr;
use std::time::{Duration, Instant};
use taskscope::Agent;

/// The body of an answer, asked for until it contains all of `wanted`.
fn until(addr: SocketAddr, path: &str, wanted: &[String]) -> String {
    let start = Instant::now();
    loop {
        let (_, answer) = client::get(addr, path);
        let missing = wanted.iter().find(|wanted| !answer.contains(*wanted));
        let Some(missing) = missing else { return answer };
        assert!(start.elapsed() < Duration::from_secs(60), "{missing} is not in {answer}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[taskscope::instrument_pool(name = "ledger")]
mod program {
    use std::sync::{Arc, Barrier, Mutex, OnceLock};
    use std::thread;

    /// What std's macros and the derives make of the drop-ins.
    #[derive(Debug, Default)]
    pub(super) struct Account {
        balance: Mutex<u64>,
        name: OnceLock<String>,
    }

    impl Account {
        fn named(name: &str) -> Arc<Account> {
            let account = Account::default();
            account.name.set(std::format!("account-{name}")).unwrap();
            Arc::new(account)
        }
    }

    /// Where the two threads wait.
    pub(super) const WAIT: u32 = line!() + 8;

    /// Takes the lock of `from`, then that of `to`.
    fn transfer(from: Arc<Account>, to: Arc<Account>, both: Arc<Barrier>) -> thread::JoinHandle<()> {
        let builder = thread::Builder::new().name(from.name.get().unwrap().clone());
        let run = move || {
            let mut left = from.balance.lock().unwrap();
            both.wait();
            let mut right = to.balance.lock().unwrap();
            (*left, *right) = (*right, *left);
        };
        builder.spawn(run).unwrap()
    }

    pub(super) fn deadlock() -> Vec<thread::JoinHandle<()>> {
        let (a, b) = (Account::named("a"), Account::named("b"));
        let both = Arc::new(Barrier::new(2));
        std::vec![transfer(a.clone(), b.clone(), both.clone()), transfer(b, a, both)]
    }
}

#[test]
fn two_threads_in_a_circle_are_proven() {
    let agent = Agent::builder().addr("127.0.0.1:0".parse().ok()).start().unwrap();
    let addr = agent.local_addr().unwrap();
    let threads = program::deadlock();
    let at = format!("tests/std_api.rs:{}:", program::WAIT);
    let wanted = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<String>>();
    until(
        addr,
        "/api/v1/findings",
        &wanted(&[
            "\"kind\":\"deadlock\"",
            "\"certainty\":\"proven\"",
            "`account-a`",
            "`account-b`",
            &at,
            "\"pool\":\"ledger\"",
        ]),
    );
    let tasks = until(
        addr,
        "/api/v1/tasks?pool=ledger",
        &wanted(&[
            "\"name\":\"account-a\"",
            "\"kind\":\"thread\"",
            "\"state\":\"waiting\"",
            "\"op\":\"lock\"",
            &at,
        ]),
    );
    assert!(tasks.contains("\"total\":2"), "{tasks}");
    assert!(!tasks.contains("\"for_seconds\":0.0}"), "{tasks}");
    let graph = until(
        addr,
        "/api/v1/graph",
        &wanted(&["\"kind\":\"waits\"", "\"kind\":\"holds\"", "\"label\":\"account-b ", &at]),
    );
    assert!(!graph.contains("\"cycles\":[]"), "{graph}");
    until(addr, "/api/v1/resources?pool=ledger", &wanted(&["\"kind\":\"mutex\"", "\"op\":\"lock\"", &at]));
    assert!(threads.iter().all(|thread| !thread.is_finished()));
}

//! A running agent.

use super::Builder;
use super::board::Board;
use super::orders::OrderWatch;
use super::outlet::Outlet;
use super::place::Place;
use super::say::say;
use super::watcher::Watcher;
use crate::config::Config;
use crate::detect::Record;
use crate::error::Error;
use crate::http::Server;
use crate::recorder;
use crate::registry;
use crate::snapshot::{Detail, Snapshot};
use std::net::SocketAddr;
use std::sync::Arc;

/// Starts the agent with the settings that the environment says; see [`VARIABLES`](crate::VARIABLES).
///
/// Keep what it returns: dropping it stops the listener and the agent's threads. The wrappers go on working without.
///
/// # Errors
///
/// If a variable has a bad value, or as [`Builder::start`].
///
/// ```no_run
/// # fn main() -> Result<(), taskscope::Error> {
/// let _agent = taskscope::init()?;
/// # Ok(())
/// # }
/// ```
pub fn init() -> Result<Agent, Error> {
    Agent::start(Config::from_env()?)
}

/// Switches recording on or off. What was recorded stays; tasks that are polled meanwhile are shown as unknown until
/// their next poll with recording on. A task, lock or channel that is made meanwhile is never seen, also later; one that
/// was made before ends as if nothing had happened, and a lock among them knows its holder all the time. It works with and
/// without an agent.
pub fn set_enabled(on: bool) {
    recorder::set_enabled(on);
}

/// The agent of this process. Dropping it stops the listener and the agent's threads.
#[derive(Debug)]
#[must_use = "the agent stops when this is dropped"]
pub struct Agent {
    // Fields are dropped in this order: nobody asks any more when the watcher stops.
    server: Option<Server>,
    _watcher: Watcher,
    board: Arc<Board>,
    _orders: Option<OrderWatch>,
    _place: Place,
}

impl Agent {
    /// The settings of an agent, to be changed and started.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(super) fn start(config: Config) -> Result<Agent, Error> {
        config.check()?;
        let place = Place::take()?;
        registry::set_max_memory(config.max_memory);
        recorder::set_enabled(config.enabled);
        let orders = config.lock_order.then(OrderWatch::begin);
        let board = Arc::new(Board::new(config));
        let watcher = Watcher::start(board.clone())?;
        let server = listen(&board)?;
        Ok(Agent { server, _watcher: watcher, board, _orders: orders, _place: place })
    }

    /// Where the listener listens; `None` without one.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.server.as_ref().map(Server::local_addr)
    }

    /// The program as it is now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::read(Detail::Full)
    }

    /// All findings, oldest first; those that were resolved stay for ten minutes.
    pub fn findings(&self) -> Vec<Record> {
        self.board.findings()
    }
}

/// Opens the listener. A port that somebody else has is no error: the agent runs without a listener.
fn listen(board: &Arc<Board>) -> Result<Option<Server>, Error> {
    let Some(addr) = board.config.addr else { return Ok(None) };
    match Server::start(addr, &board.config, Arc::new(Outlet::new(board.clone()))) {
        Ok(server) => {
            say(&format!("taskscope listening on http://{}", server.local_addr()), false);
            Ok(Some(server))
        }
        Err(error) if error.is_taken() => {
            say(&format!("taskscope runs without a listener: {addr} is in use"), true);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

//! The settings of an agent before it starts.

use super::Agent;
use crate::config::{Config, Token};
use crate::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

/// The settings of an agent before it starts; made by [`Agent::builder`].
///
/// ```
/// # fn main() -> Result<(), taskscope::Error> {
/// let agent = taskscope::Agent::builder().addr("127.0.0.1:0".parse().ok()).start()?;
/// assert!(agent.local_addr().is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "an agent does nothing before `start`"]
pub struct Builder {
    config: Config,
}

impl Builder {
    /// Takes all settings from here.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Where to listen; `None` for no listener, port 0 for a free one. The default is `127.0.0.1:6060`.
    pub fn addr(mut self, addr: Option<SocketAddr>) -> Self {
        self.config.addr = addr;
        self
    }

    /// The bearer token that requests must carry.
    pub fn token(mut self, token: Token) -> Self {
        self.config.token = Some(token);
        self
    }

    /// Allows an address other than loopback without a token.
    pub fn allow_unauthenticated(mut self) -> Self {
        self.config.allow_unauthenticated = true;
        self
    }

    /// Names and addresses by which clients may reach the listener, without a port: those of a service or of the machine, for
    /// instance. `localhost`, loopback addresses and the address itself need not be named; requests with another
    /// `Host` are refused.
    pub fn allowed_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.config.allowed_hosts = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// How long something must last before a statistical verdict is given. The default is 30 seconds.
    pub fn stuck_after(mut self, patience: Duration) -> Self {
        self.config.stuck_after = patience;
        self
    }

    /// Whether recording is on at the start. The default is yes.
    pub fn enabled(mut self, on: bool) -> Self {
        self.config.enabled = on;
        self
    }

    /// The share of the process's CPU time that optional work may cost, from 0 to 1. The default is 0.01. Counts, holders
    /// and waits are recorded whatever it is.
    pub fn budget(mut self, share: f64) -> Self {
        self.config.budget = share;
        self
    }

    /// Whether events are recorded all the time, as far as the budget goes, so that the trace of a finding shows what came
    /// before it. The default is no: then they are from the moment on at which something is suspected.
    pub fn flight_recorder(mut self, always: bool) -> Self {
        self.config.flight_recorder = always;
        self
    }

    /// Whether the order is watched in which locks and permits are taken, to tell which could deadlock though they have
    /// not. The default is no: each acquisition of a lock takes one of the agent's as well then.
    pub fn lock_order(mut self, watched: bool) -> Self {
        self.config.lock_order = watched;
        self
    }

    /// Whether a thread that is caught in the act by a finding (`blocking_poll`, `busy_loop`) is sent a signal for its stack:
    /// once for each finding, or up to three times if the poll is over when it comes. The default is yes. On Linux, on x86_64
    /// and aarch64.
    ///
    /// The signal is SIGURG, which is ignored by default; a program that handles or blocks it goes without stacks. A call
    /// that it interrupts in the thread is begun anew by the system, except for those that wait for a time or for several
    /// things at once (`nanosleep`, `poll`, `select`, `epoll_wait`, a socket with a timeout): these return `EINTR`. std and
    /// tokio wait on by themselves; a `read` or `write` of a std socket that has a timeout returns
    /// [`ErrorKind::Interrupted`](std::io::ErrorKind::Interrupted), and so may a call of a C library.
    pub fn stacks(mut self, taken: bool) -> Self {
        self.config.stacks = taken;
        self
    }

    /// How many time series `/metrics` may have; what is beyond is folded into `other`. The default is 5000.
    pub fn max_series(mut self, series: usize) -> Self {
        self.config.max_series = series;
        self
    }

    /// How many bytes of memory the agent may hold; the slots of tasks, with one wait each, and the first 4,096 of any other kind
    /// are not counted. The default is 64 MiB.
    pub fn max_memory(mut self, bytes: u64) -> Self {
        self.config.max_memory = bytes;
        self
    }

    /// Starts the agent.
    ///
    /// # Errors
    ///
    /// If a setting is wrong, if this process has an agent already, if the address cannot be had for another reason
    /// than that somebody else listens there, or if the system refuses a thread.
    pub fn start(self) -> Result<Agent, Error> {
        Agent::start(self.config)
    }
}

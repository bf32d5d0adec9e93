//! The settings of the agent, and how they are read. No other file reads the environment.

use crate::config::{Token, parse};
use crate::error::Error;
use std::env;
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// The settings of the agent.
///
/// ```
/// use std::time::Duration;
///
/// let mut config = taskscope::Config::default();
/// config.addr = None;
/// config.stuck_after = Duration::from_secs(5);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Config {
    /// Where to listen for HTTP; `None` for no listener. Port 0 takes a free one.
    pub addr: Option<SocketAddr>,
    /// The bearer token that requests must carry; `None` for no check.
    pub token: Option<Token>,
    /// Listen on an address other than loopback without a token. Then whoever reaches the port can read what the
    /// program does, and profile it.
    pub allow_unauthenticated: bool,
    /// Names and addresses besides `localhost`, loopback addresses and the address itself by which clients may reach the
    /// listener, without a port: the name of a service or of the machine, for instance. Requests with another `Host`
    /// are refused, so that a foreign web page cannot reach the listener through a visitor's browser.
    pub allowed_hosts: Vec<String>,
    /// Whether recording is on at the start.
    pub enabled: bool,
    /// How long something must last before a statistical verdict is given.
    pub stuck_after: Duration,
    /// The share of the process's CPU that optional work may cost, from 0 to 1.
    pub budget: f64,
    /// Whether events are recorded all the time, so that the trace of a finding shows what came before it. Otherwise they
    /// are from the moment on at which something is suspected.
    pub flight_recorder: bool,
    /// Whether the order is watched in which locks and permits are taken, to tell which could deadlock. Each acquisition of
    /// a lock takes one of the agent's as well then.
    pub lock_order: bool,
    /// Whether a thread that is caught in the act by a finding is sent a signal, once, for its stack.
    pub stacks: bool,
    /// How many bytes of memory the agent may hold; the slots of tasks, with one wait each, and the first 4,096 of any other kind
    /// are not counted.
    pub max_memory: u64,
    /// How many series `/metrics` may have.
    pub max_series: usize,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            addr: Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 6060)),
            token: None,
            allow_unauthenticated: false,
            allowed_hosts: Vec::new(),
            enabled: true,
            stuck_after: Duration::from_secs(30),
            budget: 0.01,
            flight_recorder: false,
            lock_order: false,
            stacks: true,
            max_memory: 64 << 20,
            max_series: 5000,
        }
    }
}

impl Config {
    /// The settings that the environment says, see [`VARIABLES`](crate::VARIABLES); defaults for what it does not say.
    ///
    /// # Errors
    ///
    /// A variable with a bad value is an error that names the variable, its value (never a token) and what is
    /// allowed.
    pub fn from_env() -> Result<Config, Error> {
        Config::from_lookup(|name| env::var_os(name))
    }

    /// The settings that `lookup` says, which is asked for each of [`VARIABLES`](crate::VARIABLES) by name.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Result<Config, Error> {
        let mut config = Config::default();
        let texts = parse::Texts::new(&lookup);
        texts.read("TASKSCOPE_ADDR", &mut config.addr, parse::addr)?;
        texts.read("TASKSCOPE_ALLOWED_HOSTS", &mut config.allowed_hosts, parse::hosts)?;
        texts.read("TASKSCOPE_ENABLED", &mut config.enabled, parse::switch)?;
        texts.read("TASKSCOPE_STUCK_AFTER", &mut config.stuck_after, parse::seconds)?;
        texts.read("TASKSCOPE_BUDGET", &mut config.budget, parse::share)?;
        texts.read("TASKSCOPE_FLIGHT", &mut config.flight_recorder, parse::switch)?;
        texts.read("TASKSCOPE_LOCK_ORDER", &mut config.lock_order, parse::switch)?;
        texts.read("TASKSCOPE_STACKS", &mut config.stacks, parse::switch)?;
        texts.read("TASKSCOPE_MAX_MEMORY", &mut config.max_memory, parse::bytes)?;
        texts.read("TASKSCOPE_MAX_SERIES", &mut config.max_series, parse::series)?;
        config.token = texts.token()?;
        Ok(config)
    }

    /// Checks what the settings must be together, and those that were set by code.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some(addr) = self.addr
            && !addr.ip().to_canonical().is_loopback()
            && self.token.is_none()
            && !self.allow_unauthenticated
        {
            return Err(Error::config(format!(
                "listening on {addr}, which is not a loopback address, needs a token: set TASKSCOPE_TOKEN or \
                 TASKSCOPE_TOKEN_FILE, or allow it with allow_unauthenticated()"
            )));
        }
        if let Some(token) = &self.token {
            token.check().map_err(|allowed| Error::config(format!("the token is not {allowed}")))?;
        }
        if let Some(host) = self.allowed_hosts.iter().find(|host| !parse::is_host(host)) {
            return Err(Error::config(format!(
                "allowed_hosts has {host:?}, allowed are names and addresses of hosts, without a port"
            )));
        }
        if !(0.0..=1.0).contains(&self.budget) {
            return Err(Error::config(format!("budget is {}, allowed is a share from 0 to 1", self.budget)));
        }
        if self.stuck_after < Duration::from_millis(100) {
            return Err(Error::config(format!(
                "stuck_after is {:?}, allowed is 0.1 seconds or more",
                self.stuck_after
            )));
        }
        Ok(())
    }
}

//! An agent that has nothing to show.

use super::builder::Builder;
use super::place::Place;
use super::say::say;
use crate::config::Config;
use crate::error::Error;
use std::net::SocketAddr;
use std::sync::Once;

/// Checks the settings that the environment says, see [`VARIABLES`](crate::VARIABLES), and says once that recording is
/// compiled out.
///
/// # Errors
///
/// If a variable has a bad value, or as [`Builder::start`].
pub fn init() -> Result<Agent, Error> {
    Agent::start(Config::from_env()?)
}

/// Does nothing: recording is compiled out.
pub fn set_enabled(_: bool) {}

/// The agent of this process, which neither records nor listens: recording is compiled out.
#[derive(Debug)]
#[must_use = "the agent stops when this is dropped"]
pub struct Agent {
    _place: Place,
}

impl Agent {
    /// The settings of an agent, to be changed and started.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(super) fn start(config: Config) -> Result<Agent, Error> {
        static SAID: Once = Once::new();
        config.check()?;
        let place = Place::take()?;
        SAID.call_once(|| {
            say(
                "taskscope records nothing and listens nowhere: it was built without its feature `record`",
                true,
            );
        });
        Ok(Agent { _place: place })
    }

    /// `None`: there is no listener.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        None
    }
}

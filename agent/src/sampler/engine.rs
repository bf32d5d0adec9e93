//! What takes samples: an engine and its sessions.

use crate::sampler::ProfileError;
use std::fmt;
use std::time::Duration;

/// A way to take samples of all threads of this process.
///
/// The sampler has at most one session at a time.
pub trait Engine: fmt::Debug + Send + Sync {
    /// Its name, as it is shown beside its samples.
    fn name(&self) -> &'static str;

    /// Whether it could start now, without starting it.
    ///
    /// # Errors
    ///
    /// The one that a start would give.
    fn ready(&self) -> Result<(), ProfileError>;

    /// Starts to take this many samples per second of CPU time.
    ///
    /// # Errors
    ///
    /// If something else uses what the engine needs, or if it cannot work here.
    fn start(&self, hz: u32) -> Result<Box<dyn Session>, ProfileError>;

    /// What finds names for the addresses of this engine, for as long as one profile is made.
    fn symbols(&self) -> Box<dyn Symbols>;
}

/// Finds names for addresses.
pub trait Symbols {
    /// The functions at an address, innermost first when some were inlined; empty if unknown. An address that is not a
    /// `leaf` is where a call returns to.
    fn resolve(&mut self, address: usize, leaf: bool) -> Vec<Symbol>;
}

/// A function at an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbol {
    /// Its demangled name.
    pub name: String,
    /// The file that the code at the address was written in, as the debug information has it.
    pub file: Option<String>,
    /// Its line.
    pub line: Option<u32>,
}

/// Samples being taken. Dropping it ends it as well, and its samples are lost.
pub trait Session: Send {
    /// Stops, and gives what was taken.
    ///
    /// # Errors
    ///
    /// If the samples were lost, or are not to be trusted.
    fn finish(self: Box<Self>) -> Result<Segment, ProfileError>;
}

/// What one session took.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// Stacks, in no order; equal ones may appear more than once.
    pub stacks: Vec<RawStack>,
    /// How long the session lasted.
    pub duration: Duration,
    /// CPU time of the process meanwhile.
    pub cpu: Duration,
}

/// A stack before anything has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawStack {
    /// The name of the thread.
    pub thread: String,
    /// Code addresses, innermost first.
    pub addresses: Vec<usize>,
    /// Samples.
    pub count: u64,
}

/// The engine for this platform.
pub fn default_engine() -> Box<dyn Engine> {
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    return Box::new(super::pprof::Pprof::default());
    #[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
    return Box::new(Nowhere);
}

/// Where they work.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
const PLATFORMS: &str = "they need Linux on x86_64 or aarch64";

/// Stands where no engine works.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
#[derive(Debug)]
struct Nowhere;

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
impl Engine for Nowhere {
    fn name(&self) -> &'static str {
        "none"
    }

    fn ready(&self) -> Result<(), ProfileError> {
        Err(ProfileError::Unavailable(PLATFORMS.to_owned()))
    }

    fn start(&self, _hz: u32) -> Result<Box<dyn Session>, ProfileError> {
        Err(ProfileError::Unavailable(PLATFORMS.to_owned()))
    }

    fn symbols(&self) -> Box<dyn Symbols> {
        Box::new(Self)
    }
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
impl Symbols for Nowhere {
    fn resolve(&mut self, _address: usize, _leaf: bool) -> Vec<Symbol> {
        Vec::new()
    }
}

//! The nouns of a profile.

use std::sync::Arc;

/// What the weights of a profile count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Samples of running threads.
    Cpu,
}

impl Kind {
    /// The word that titles and file names use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
        }
    }
}

/// Where something was spent, as stacks with weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// What the weights count.
    pub kind: Kind,
    /// Different stacks, in the order of their labels and frames.
    pub stacks: Vec<Stack>,
    /// How it was measured, and what is missing from it.
    pub facts: Facts,
}

/// One stack and how much of the profile it carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// What the profile is split by, outermost first: the name of a thread, for one.
    pub labels: Vec<Arc<str>>,
    /// Readable names of functions, outermost first.
    pub frames: Vec<Arc<str>>,
    /// Samples.
    pub weight: u64,
}

/// How a profile was measured. Counts are samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The engine that took the samples.
    pub engine: &'static str,
    /// Samples per second of CPU time that were asked for.
    pub hz: u32,
    /// How long the window was open.
    pub seconds: f64,
    /// CPU time that the whole process used meanwhile.
    pub cpu_seconds: f64,
    /// Samples that were taken, in all threads.
    pub taken: u64,
    /// Samples left out because they fell on the agent's own threads.
    pub agent_threads: u64,
    /// Samples whose innermost function belongs to the agent's wrappers; they count for their caller.
    pub agent_wrappers: u64,
    /// Samples whose innermost function has no known name.
    pub unnamed: u64,
    /// Samples whose stack was given up because there were too many different ones.
    pub truncated: u64,
}

impl Facts {
    /// Samples that the CPU time and the rate together ask for.
    pub fn expected(&self) -> u64 {
        (self.cpu_seconds * f64::from(self.hz)).round() as u64
    }
}

impl Profile {
    /// The sum of all weights.
    pub fn total(&self) -> u64 {
        self.stacks.iter().map(|stack| stack.weight).sum()
    }

    /// The same profile with equal stacks of different labels merged.
    #[must_use]
    pub fn without_labels(&self) -> Self {
        let mut merged = crate::profile::Builder::new();
        for stack in &self.stacks {
            merged.add(&[], &stack.frames, stack.weight);
        }
        let (stacks, _) = merged.finish();
        Self { kind: self.kind, stacks, facts: self.facts.clone() }
    }
}

//! What is seen, what is sampled, and what is not seen.

use crate::http::About;
use crate::http::dto::Shown;
use crate::snapshot::{Place, Snapshot};
use serde::Serialize;

/// Coverage.
#[derive(Debug, Serialize)]
pub(crate) struct CoverageDto {
    enabled: bool,
    tasks: TasksDto,
    resources: ResourcesDto,
    looks: LooksDto,
    sampled: Vec<SampledDto>,
    dropped: Vec<DroppedDto>,
    uncovered: Vec<UncoveredDto>,
}

/// Live tasks.
#[derive(Debug, Serialize)]
struct TasksDto {
    /// That are shown by this API.
    seen: usize,
    /// For which everything that can wake them is visible.
    covered: usize,
    /// That the runtimes count and the agent does not see; unknown if no runtime is.
    unseen: Option<u64>,
}

#[derive(Debug, Serialize)]
struct ResourcesDto {
    seen: usize,
    covered: usize,
}

/// Looks for findings: the dearer they are, the fewer there are, so that they stay inside the budget. Most findings take two.
#[derive(Debug, Serialize)]
struct LooksDto {
    every_seconds: Option<f64>,
    cpu_seconds: Option<f64>,
    /// None while looks come often themselves.
    glances: Option<GlancesDto>,
}

/// Looks for what is certain alone, which come between the others if these are dear.
#[derive(Debug, Serialize)]
struct GlancesDto {
    every_seconds: f64,
    cpu_seconds: f64,
    /// Those that might have been stuck, of which it took a closer look.
    tasks: usize,
}

#[derive(Debug, Serialize)]
struct SampledDto {
    what: &'static str,
    one_in: u32,
}

#[derive(Debug, Serialize)]
struct DroppedDto {
    kind: &'static str,
    count: u64,
}

#[derive(Debug, Serialize)]
struct UncoveredDto {
    at: Shown<Place>,
    why: &'static str,
}

impl CoverageDto {
    pub(crate) fn new(snapshot: &Snapshot, about: &About) -> CoverageDto {
        let spawned =
            snapshot.tasks.iter().filter(|t| snapshot.group_of(t).kind.is_counted_by_runtime()).count()
                as u64;
        let alive: u64 = snapshot.runtimes.iter().map(|r| r.alive_tasks).sum();
        CoverageDto {
            enabled: snapshot.agent.enabled,
            tasks: TasksDto {
                seen: snapshot.tasks.len(),
                covered: snapshot.tasks.iter().filter(|t| t.covered).count(),
                unseen: (!snapshot.runtimes.is_empty()).then(|| alive.saturating_sub(spawned)),
            },
            resources: ResourcesDto {
                seen: snapshot.resources.len(),
                covered: snapshot.resources.iter().filter(|r| r.covered).count(),
            },
            looks: LooksDto {
                every_seconds: about.look_every,
                cpu_seconds: about.look_cpu,
                glances: about.glances.map(|glances| GlancesDto {
                    every_seconds: glances.every,
                    cpu_seconds: glances.cpu,
                    tasks: glances.tasks,
                }),
            },
            sampled: about.sampled.iter().map(|s| SampledDto { what: s.what, one_in: s.one_in }).collect(),
            dropped: snapshot
                .agent
                .dropped
                .iter()
                .map(|(kind, count)| DroppedDto { kind, count: *count })
                .collect(),
            uncovered: snapshot
                .agent
                .uncovered
                .iter()
                .map(|(at, why)| UncoveredDto { at: Shown(*at), why })
                .collect(),
        }
    }
}

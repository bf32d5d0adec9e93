//! What the agent's own threads cost.

use std::fs;

/// How the names of the agent's threads begin.
const PREFIX: &str = "taskscope-";

/// CPU time of the agent's threads that are alive, in nanoseconds; `None` where the system does not say.
pub fn agent_cpu() -> Option<u64> {
    let mut total = 0;
    for thread in fs::read_dir("/proc/self/task").ok()?.flatten() {
        let read = |file: &str| fs::read_to_string(thread.path().join(file)).ok();
        // A thread may end between the listing and the reading.
        if read("comm").is_some_and(|name| name.starts_with(PREFIX)) {
            total += read("schedstat").and_then(|s| s.split(' ').next()?.parse::<u64>().ok()).unwrap_or(0);
        }
    }
    Some(total)
}

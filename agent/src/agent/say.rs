//! What the agent says when it starts.

/// Logs a line; without anybody who listens to logs, it goes to the standard error.
pub(super) fn say(line: &str, warning: bool) {
    if !tracing::dispatcher::has_been_set() {
        #[expect(clippy::print_stderr, reason = "the contract: where to look must not get lost")]
        {
            eprintln!("{line}");
        }
    } else if warning {
        tracing::warn!("{line}");
    } else {
        tracing::info!("{line}");
    }
}

//! The agent of either mode.

use crate::RECORDS;
use std::time::Duration;
use taskscope::{Agent, Config};

#[test]
fn an_agent_starts_and_listens_if_there_is_something_to_show() {
    let builder = || Agent::builder().addr("127.0.0.1:0".parse().ok()).enabled(true).lock_order(false);
    let agent = builder().start().unwrap();
    assert_eq!(agent.local_addr().is_some(), RECORDS);
    assert!(builder().start().unwrap_err().is_already_running());
    taskscope::set_enabled(true);
    drop(agent);
    drop(builder().start().unwrap());
}

#[test]
fn settings_are_checked_in_both_modes() {
    assert!(Agent::builder().stuck_after(Duration::ZERO).start().unwrap_err().is_config());
    assert!(Agent::builder().addr("0.0.0.0:0".parse().ok()).start().unwrap_err().is_config());
    let bad = |name: &str| (name == "TASKSCOPE_BUDGET").then(|| "lots".into());
    assert!(Config::from_lookup(bad).unwrap_err().to_string().contains("TASKSCOPE_BUDGET"));
    assert!(taskscope::VARIABLES.iter().any(|variable| variable.name == "TASKSCOPE_ADDR"));
}

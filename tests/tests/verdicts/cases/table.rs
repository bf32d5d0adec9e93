//! The table of programs.

use super::{actors, arcs, futures, healthy, healthy_load, locks, polls, pools, queues, stopping};
use std::future::Future;
use std::pin::Pin;

/// A program.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What is wrong with it; `None` if nothing is.
    pub(crate) kind: Option<&'static str>,
    /// Whether it must be proven.
    pub(crate) proven: bool,
    pub(crate) file: &'static str,
    source: &'static str,
    pub(crate) run: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

impl Case {
    /// The lines of which a finding must name one: each that is marked at its end, or on the next line.
    pub(crate) fn lines(&self) -> Vec<usize> {
        let mark = format!("// found: {}", self.name);
        let lines = (1..).zip(self.source.lines()).filter(|(_, line)| line.ends_with(&mark));
        lines.map(|(number, line)| if line.trim() == mark { number - 1 } else { number }).collect()
    }
}

macro_rules! case {
    ($file:ident, $name:ident, $kind:expr, $proven:expr) => {
        Case {
            name: stringify!($name),
            kind: $kind,
            proven: $proven,
            file: concat!("verdicts/cases/", stringify!($file), ".rs"),
            source: include_str!(concat!(stringify!($file), ".rs")),
            run: || Box::pin($file::$name::run()),
        }
    };
}

/// All programs.
pub(crate) const CASES: &[Case] = &[
    case!(actors, ask_each_other, Some("deadlock"), false),
    case!(actors, wrong_order_of_stopping, Some("deadlock"), true),
    case!(actors, a_few_are_left, Some("pool_exhausted"), true),
    case!(actors, ended_by_its_handle, None, false),
    case!(actors, answered_by_another, None, false),
    case!(arcs, nobody_takes_the_rest, Some("leaked_task"), false),
    case!(arcs, follows_itself, Some("leaked_task"), false),
    case!(arcs, one_is_missing, Some("leaked_task"), false),
    case!(queues, never_its_turn, Some("starved_task"), false),
    case!(queues, laps_its_reader, Some("queue_saturated"), false),
    case!(locks, two_locks, Some("deadlock"), true),
    case!(locks, lock_twice, Some("deadlock"), true),
    case!(locks, read_write_read, Some("deadlock"), true),
    case!(locks, join_under_lock, Some("deadlock"), true),
    case!(locks, send_under_lock, Some("deadlock"), false),
    case!(locks, single_file, Some("lock_convoy"), false),
    case!(locks, only_tries, Some("starved_task"), false),
    case!(futures, unpolled_lock, Some("futurelock"), true),
    case!(futures, unpolled_permit, Some("futurelock"), true),
    case!(futures, forgotten_waker, Some("lost_waker"), true),
    case!(futures, own_sender, Some("leaked_task"), true),
    case!(futures, more_and_more, Some("leaked_task"), false),
    case!(futures, some_never_answered, Some("leaked_task"), false),
    case!(pools, two_connections, Some("pool_exhausted"), true),
    case!(pools, passed_on, None, false),
    case!(pools, two_each, Some("pool_exhausted"), false),
    case!(pools, no_thread_left, Some("pool_exhausted"), false),
    case!(polls, sleepy, Some("blocking_poll"), true),
    case!(polls, heavy, Some("blocking_poll"), true),
    case!(polls, endless, Some("blocking_poll"), true),
    case!(polls, closed_channel, Some("busy_loop"), true),
    case!(polls, nobody_drives, Some("starved_task"), false),
    case!(queues, too_fast, Some("queue_growing"), false),
    case!(queues, a_task_each, Some("queue_saturated"), false),
    case!(arcs, all_or_none, Some("leaked_task"), false),
    case!(arcs, missed_condition, Some("leaked_task"), false),
    case!(arcs, echo_to_nobody, Some("leaked_task"), false),
    case!(arcs, somebody_else_has_it, None, false),
    case!(stopping, a_set_that_waits_for_more, Some("deadlock"), true),
    case!(stopping, a_set_that_gets_more, None, false),
    case!(stopping, permits_gone_for_good, Some("pool_exhausted"), false),
    case!(stopping, a_late_refill, None, false),
    case!(stopping, joined_before_closed, Some("deadlock"), true),
    case!(stopping, a_runtime_inside, Some("deadlock"), true),
    case!(stopping, enough_is_enough, Some("deadlock"), false),
    case!(stopping, both_hand_over_first, Some("deadlock"), true),
    case!(healthy, ended_by_handle, None, false),
    case!(healthy, idle_actor, None, false),
    case!(healthy, friends, None, false),
    case!(healthy, slow_answers, None, false),
    case!(healthy, shutdown_listeners, None, false),
    case!(healthy, permits_handed_on, None, false),
    case!(healthy, permits_lent_for_ever, None, false),
    case!(healthy, permits_sent_to_workers, None, false),
    case!(healthy, rate_limiter, None, false),
    case!(healthy, long_jobs, None, false),
    case!(healthy, long_lock, None, false),
    case!(healthy_load, tries_in_between, None, false),
    case!(healthy_load, tries_then_waits, None, false),
    case!(healthy_load, tries_or_does_without, None, false),
    case!(healthy_load, back_pressure, None, false),
    case!(healthy_load, burst, None, false),
    case!(healthy_load, chunks, None, false),
    case!(healthy_load, flood, None, false),
    case!(healthy_load, workers_in_turn, None, false),
    case!(healthy_load, patient_select, None, false),
];

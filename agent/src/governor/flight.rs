//! When events are recorded for the time around a verdict, and when what was recorded is kept.
//!
//! To note every event costs the program more than anything else that the agent does, so it does not happen all the time
//! unless somebody asks for it. What stands still is suspected on the first look that shows it and found on the second:
//! events are recorded from the one to the other. A verdict that comes without a suspicion is followed by a moment of
//! recording instead. A suspicion that comes to nothing is not followed by another recording for a while.

/// How long a suspicion is waited for to become a verdict, in nanoseconds.
const DOUBT: u64 = 2_000_000_000;
/// For so many times as long as a suspicion was recorded that came to nothing, none is recorded.
const REST: u64 = 100;
/// How long is recorded after a verdict that came without a suspicion, in nanoseconds.
const AFTER: u64 = 500_000_000;
/// Verdicts that come within so many nanoseconds share a recording.
const TOGETHER: u64 = 10_000_000_000;

/// What the recorder does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// What it does already.
    Nothing,
    /// Keeps in mind what happens from now on, or, if it records all the time, what has happened so far.
    Begin,
    /// Forgets it.
    Drop,
    /// Keeps it for these findings.
    Keep(Vec<u64>),
    /// These findings share what was kept last.
    Share(Vec<u64>),
}

/// Decides when events are recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flight {
    /// Whether events are recorded all the time.
    always: bool,
    /// Since when something is kept in mind, and for which findings; none for a suspicion.
    open: Option<(u64, Vec<u64>)>,
    /// No suspicion is recorded before.
    rests_until: u64,
    /// When something was kept last.
    kept_at: Option<u64>,
}

impl Flight {
    pub(crate) fn new(always: bool) -> Self {
        Self { always, ..Self::default() }
    }

    /// A look at time `at` shows a suspicion that the one before did not, or not, and these new findings.
    pub(crate) fn look(&mut self, at: u64, suspicion: bool, fresh: &[u64]) -> Step {
        let shares = self.kept_at.is_some_and(|kept| at < kept.saturating_add(TOGETHER));
        if shares && !fresh.is_empty() {
            return Step::Share(fresh.to_vec());
        }
        let Some((since, findings)) = &mut self.open else {
            if !fresh.is_empty() && self.always {
                return self.keep(at, fresh.to_vec());
            }
            if shares || fresh.is_empty() && (!suspicion || at < self.rests_until) {
                return Step::Nothing;
            }
            self.open = Some((at, fresh.to_vec()));
            return Step::Begin;
        };
        let was_suspicion = findings.is_empty();
        findings.extend(fresh);
        let lasted = at.saturating_sub(*since);
        if was_suspicion && !findings.is_empty() || !was_suspicion && lasted >= AFTER {
            let findings = std::mem::take(findings);
            return self.keep(at, findings);
        }
        if was_suspicion && lasted >= DOUBT {
            self.rests_until = at.saturating_add(lasted.saturating_mul(REST));
            self.open = None;
            return Step::Drop;
        }
        Step::Nothing
    }

    fn keep(&mut self, at: u64, findings: Vec<u64>) -> Step {
        self.open = None;
        self.kept_at = Some(at);
        Step::Keep(findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_suspicion_is_recorded_until_it_is_a_verdict() {
        let mut flight = Flight::new(false);
        assert_eq!(flight.look(SECOND, false, &[]), Step::Nothing);
        assert_eq!(flight.look(2 * SECOND, true, &[]), Step::Begin);
        assert_eq!(flight.look(3 * SECOND, false, &[7]), Step::Keep(vec![7]));
        assert_eq!(flight.look(4 * SECOND, false, &[]), Step::Nothing);
    }

    #[test]
    fn a_suspicion_that_comes_to_nothing_is_followed_by_a_rest() {
        let mut flight = Flight::new(false);
        assert_eq!(flight.look(SECOND, true, &[]), Step::Begin);
        assert_eq!(flight.look(2 * SECOND, true, &[]), Step::Nothing);
        assert_eq!(flight.look(3 * SECOND, false, &[]), Step::Drop);
        assert_eq!(flight.look(4 * SECOND, true, &[]), Step::Nothing, "it rests");
        assert_eq!(flight.look(5 * SECOND, true, &[1]), Step::Begin, "a verdict does not wait for that");
        assert_eq!(flight.look(6 * SECOND, false, &[]), Step::Keep(vec![1]));
        assert_eq!(flight.look(204 * SECOND, true, &[]), Step::Begin, "it has rested");
    }

    #[test]
    fn a_verdict_without_a_suspicion_is_followed_by_a_moment() {
        let mut flight = Flight::new(false);
        assert_eq!(flight.look(SECOND, false, &[1, 2]), Step::Begin);
        assert_eq!(flight.look(SECOND + AFTER / 2, false, &[3]), Step::Nothing);
        assert_eq!(flight.look(SECOND + AFTER, false, &[]), Step::Keep(vec![1, 2, 3]));
    }

    #[test]
    fn verdicts_that_follow_each_other_share_a_recording() {
        let mut flight = Flight::new(false);
        assert_eq!(flight.look(SECOND, true, &[]), Step::Begin);
        assert_eq!(flight.look(2 * SECOND, false, &[1]), Step::Keep(vec![1]));
        assert_eq!(flight.look(3 * SECOND, true, &[2]), Step::Share(vec![2]));
        assert_eq!(flight.look(4 * SECOND, true, &[]), Step::Nothing);
        assert_eq!(flight.look(13 * SECOND, true, &[3]), Step::Begin);
    }

    #[test]
    fn a_recorder_that_never_stops_keeps_what_led_to_the_verdict() {
        let mut flight = Flight::new(true);
        assert_eq!(flight.look(SECOND, false, &[1]), Step::Keep(vec![1]));
        assert_eq!(flight.look(20 * SECOND, true, &[]), Step::Begin);
        assert_eq!(flight.look(21 * SECOND, false, &[2]), Step::Keep(vec![2]));
    }
}

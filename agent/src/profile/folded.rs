//! Folded stacks: one line per stack, frames joined by semicolons, then a space and the weight.

use crate::profile::{Profile, plain};
use std::fmt::Write;

/// The profile as folded text, which `flamegraph.pl`, inferno and speedscope read.
pub fn folded(profile: &Profile) -> String {
    let mut text = String::new();
    for stack in &profile.stacks {
        let names = stack.labels.iter().chain(&stack.frames);
        for (place, name) in names.enumerate() {
            if place > 0 {
                text.push(';');
            }
            text.push_str(&plain(name));
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, " {}", stack.weight);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Facts, Kind, Stack};

    fn folded_of(labels: &[&str], frames: &[&str], weight: u64) -> String {
        let list = |names: &[&str]| names.iter().map(|name| (*name).into()).collect();
        let stacks = vec![Stack { labels: list(labels), frames: list(frames), weight }];
        folded(&Profile { kind: Kind::Cpu, stacks, facts: Facts::default() })
    }

    #[test]
    fn labels_come_before_frames() {
        assert_eq!(folded_of(&["worker"], &["main", "work"], 3), "worker;main;work 3\n");
        assert_eq!(folded_of(&[], &["main"], 1), "main 1\n");
        assert_eq!(folded_of(&["worker"], &[], 1), "worker 1\n");
    }

    #[test]
    fn a_name_cannot_break_the_line() {
        assert_eq!(folded_of(&["a;b\n9"], &["f::<[u8; 4]>", "x\r\ty"], 2), "a:b?9;f::<[u8: 4]>;x??y 2\n");
    }

    #[test]
    fn a_number_at_the_end_of_a_name_is_not_taken_for_a_weight() {
        assert_eq!(folded_of(&["worker 1"], &[], 5), "worker_1 5\n");
        assert_eq!(folded_of(&[], &["f 1.5"], 5), "f_1.5 5\n");
    }

    #[test]
    fn an_empty_profile_is_empty_text() {
        assert_eq!(folded(&Profile { kind: Kind::Cpu, stacks: Vec::new(), facts: Facts::default() }), "");
    }
}

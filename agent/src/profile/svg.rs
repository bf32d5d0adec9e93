//! A profile as a flamegraph that a browser shows.

use crate::profile::{Facts, Kind, Profile, folded};
use inferno::flamegraph::{self, Options};

/// Frames narrower than this share of the picture, in percent, are left out: they could not be seen, and an
/// application with many stacks would make a file of tens of megabytes.
const MIN_WIDTH: f64 = 0.1;

/// The flamegraph. It is always a picture: an empty profile gives one that says why it is empty.
pub fn svg(profile: &Profile) -> String {
    if profile.total() == 0 {
        return notice(&title(profile), &nothing(profile), &details(&profile.facts));
    }
    let text = folded(profile);
    let mut options = Options::default();
    options.title = title(profile);
    options.subtitle = Some(details(&profile.facts));
    options.count_name = "samples".to_owned();
    options.min_width = MIN_WIDTH;
    // The same function has the same colour in each picture, so that two can be compared.
    options.deterministic = true;
    let mut picture = Vec::new();
    match flamegraph::from_lines(&mut options, text.lines(), &mut picture) {
        Ok(()) => String::from_utf8_lossy(&picture).into_owned(),
        Err(error) => notice(&title(profile), "the flamegraph could not be drawn", &error.to_string()),
    }
}

fn title(profile: &Profile) -> String {
    let what = match profile.kind {
        Kind::Cpu => "CPU",
    };
    format!("{what} for {:.1} s", profile.facts.seconds)
}

/// What a reader must know to trust the picture.
fn details(facts: &Facts) -> String {
    let mut text = format!(
        "{:.2} s of CPU used; {} samples of {} expected ({} at {} Hz)",
        facts.cpu_seconds,
        facts.taken,
        facts.expected(),
        facts.engine,
        facts.hz
    );
    if facts.agent_threads > 0 {
        text.push_str(&format!("; {} in taskscope's own threads left out", facts.agent_threads));
    }
    if facts.agent_wrappers > 0 {
        text.push_str(&format!("; {} in its wrappers, counted for their callers", facts.agent_wrappers));
    }
    if facts.truncated > 0 {
        text.push_str(&format!("; {} truncated", facts.truncated));
    }
    if facts.unnamed * 2 > facts.taken {
        text.push_str("; no symbols: build with debug = \"line-tables-only\" and do not strip");
    }
    text
}

fn nothing(profile: &Profile) -> String {
    match profile.kind {
        Kind::Cpu if profile.facts.cpu_seconds < 1.0 / f64::from(profile.facts.hz.max(1)) => {
            "No CPU was used: the program was waiting all the time.".to_owned()
        }
        Kind::Cpu => "No sample fell on the program's own threads. Ask for more seconds.".to_owned(),
    }
}

/// A picture of three lines of text.
fn notice(title: &str, message: &str, details: &str) -> String {
    let [title, message, details] = [title, message, details].map(escaped);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"120\" viewBox=\"0 0 1200 120\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#f8f8f8\"/>\n\
         <g font-family=\"monospace\" text-anchor=\"middle\" fill=\"#000\">\n\
         <text x=\"600\" y=\"32\" font-size=\"17\">{title}</text>\n\
         <text x=\"600\" y=\"66\" font-size=\"15\">{message}</text>\n\
         <text x=\"600\" y=\"96\" font-size=\"12\" fill=\"#555\">{details}</text>\n\
         </g>\n</svg>\n"
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push('?'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Stack;

    fn facts() -> Facts {
        Facts { engine: "test", hz: 99, seconds: 5.0, cpu_seconds: 2.0, taken: 190, ..Facts::default() }
    }

    fn profile(frames: &[&[&str]]) -> Profile {
        let stacks = frames
            .iter()
            .map(|frames| Stack {
                labels: vec!["worker".into()],
                frames: frames.iter().map(|name| (*name).into()).collect(),
                weight: 10,
            })
            .collect();
        Profile { kind: Kind::Cpu, stacks, facts: facts() }
    }

    #[test]
    fn the_picture_names_functions_and_how_it_was_measured() {
        let svg = svg(&profile(&[&["main", "app::hot"], &["main", "app::cold"]]));
        for part in [
            "CPU for 5.0 s",
            "2.00 s of CPU used; 190 samples of 198 expected (test at 99 Hz)",
            "app::hot (10 samples, 50.00%)",
            "worker (20 samples, 100.00%)",
        ] {
            assert!(svg.contains(part), "{part} is missing in {svg}");
        }
        assert!(!svg.contains("left out"));
        assert!(svg.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn what_is_missing_is_said() {
        let mut profile = profile(&[&["main"]]);
        profile.facts.agent_threads = 3;
        profile.facts.agent_wrappers = 4;
        profile.facts.truncated = 5;
        profile.facts.unnamed = 180;
        let svg = svg(&profile);
        for part in ["3 in taskscope", "4 in its wrappers", "5 truncated", "no symbols"] {
            assert!(svg.contains(part), "{part} is missing");
        }
    }

    #[test]
    fn names_cannot_become_markup() {
        let svg = svg(&profile(&[&["</title><script>alert(1)</script>", "a\"b&c;d"]]));
        assert!(!svg.contains("<script>alert"));
        assert!(svg.contains("&lt;script&gt;alert(1)"));
    }

    #[test]
    fn an_idle_program_gets_a_picture_that_says_so() {
        let mut idle = profile(&[]);
        idle.facts.cpu_seconds = 0.0001;
        idle.facts.taken = 0;
        let picture = svg(&idle);
        assert!(picture.contains("No CPU was used"), "{picture}");
        assert!(picture.starts_with("<?xml") && picture.ends_with("</svg>\n"));
        idle.facts.cpu_seconds = 0.5;
        assert!(svg(&idle).contains("Ask for more seconds"));
    }

    #[test]
    fn a_notice_escapes_its_text() {
        assert!(notice("<a>", "b&c", "\"d\"").contains("&lt;a&gt;</text>"));
    }

    #[test]
    fn many_narrow_stacks_make_a_small_picture() {
        let names: Vec<String> = (0..5_000).map(|i| format!("app::function_{i}")).collect();
        let stacks: Vec<Vec<&str>> = names.iter().map(|name| vec!["main", name.as_str()]).collect();
        let stacks: Vec<&[&str]> = stacks.iter().map(Vec::as_slice).collect();
        assert!(svg(&profile(&stacks)).len() < 100_000);
    }
}

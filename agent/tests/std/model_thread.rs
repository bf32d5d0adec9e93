//! Random programs do the same with the drop-in threads as with std's own. When a step is over, no thread of it is left.

use proptest::prelude::*;
use std::panic::resume_unwind;
use std::time::Duration;
use taskscope::snapshot::{Detail, Snapshot};

/// How a thread is made, and how it ends.
#[derive(Clone, Copy, Debug)]
enum Step {
    Spawn(Way, End),
    Scoped(Way, End),
    /// A park that ends at once: somebody has called before, or it has no time.
    Park {
        called: bool,
        timed: bool,
    },
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Plain,
    Named,
    Dropped,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Returns,
    Panics,
    Parks,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let how = || {
        let way = prop::sample::select(vec![Way::Plain, Way::Named, Way::Dropped]);
        (way, prop::sample::select(vec![End::Returns, End::Panics, End::Parks]))
    };
    let step = prop_oneof![
        how().prop_map(|(way, end)| Step::Spawn(way, end)),
        how().prop_map(|(way, end)| Step::Scoped(way, end)),
        any::<(bool, bool)>().prop_map(|(called, timed)| Step::Park { called, timed }),
    ];
    prop::collection::vec(step, 0..8)
}

/// What a program sees of each step.
macro_rules! run {
    ($($thread:ident)::+, $steps:expr) => {{
        use $($thread)::+ as thread;
        let mut seen = Vec::new();
        let body = |number: usize, end: End| move || {
            match end {
                End::Returns => {}
                End::Panics => resume_unwind(Box::new(number)),
                End::Parks => {
                    thread::current().unpark();
                    thread::park();
                }
            }
            (number, thread::current().name().map(str::to_owned))
        };
        let builder = |way| match way {
            Way::Named => thread::Builder::new().name("one".to_owned()).stack_size(1 << 20),
            Way::Plain | Way::Dropped => thread::Builder::new(),
        };
        for (number, step) in $steps.iter().copied().enumerate() {
            let payload = |payload: Box<dyn std::any::Any + Send>| payload.downcast::<usize>().unwrap();
            let done = match step {
                Step::Spawn(Way::Plain, end) => {
                    format!("{:?}", thread::spawn(body(number, end)).join().map_err(payload))
                }
                Step::Spawn(way, end) => {
                    let handle = builder(way).spawn(body(number, end)).unwrap();
                    let name = handle.thread().name().map(str::to_owned);
                    match way {
                        Way::Dropped => format!("{name:?}"),
                        _ => format!("{name:?} {:?}", handle.join().map_err(payload)),
                    }
                }
                Step::Scoped(way, end) => {
                    let all = std::panic::catch_unwind(|| thread::scope(|scope| {
                        let handle = match way {
                            Way::Plain => scope.spawn(body(number, end)),
                            _ => builder(way).spawn_scoped(scope, body(number, end)).unwrap(),
                        };
                        match way {
                            // The scope waits for it, and panics if it did.
                            Way::Dropped => String::new(),
                            _ => format!("{:?}", handle.join().map_err(payload)),
                        }
                    }));
                    format!("{:?}", all.map_err(|_| "panicked"))
                }
                Step::Park { called, timed } => {
                    if called {
                        thread::current().unpark();
                    }
                    match (called, timed) {
                        (true, false) => thread::park(),
                        _ => thread::park_timeout(Duration::ZERO),
                    }
                    String::new()
                }
            };
            seen.push(done);
        }
        seen
    }};
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn threads_are_those_of_std(steps in steps()) {
        let expected = run!(std::thread, steps);
        prop_assert_eq!(run!(taskscope::std::thread, steps), expected);
        // Those that nobody joined end as well.
        let here = |snapshot: &Snapshot| {
            let in_file = |task: &&taskscope::snapshot::Task| snapshot.group_of(task).place.file.ends_with("model_thread.rs");
            snapshot.tasks.iter().filter(in_file).count()
        };
        while here(&Snapshot::read(Detail::Light)) > 0 {
            std::thread::yield_now();
        }
    }
}

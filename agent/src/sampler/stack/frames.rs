//! A stack as it is shown: the functions of the program inside of the poll, with names and lines.

use crate::profile::{Frame, readable};
use crate::sampler::{Symbol, Symbols, default_engine, edges};
use std::fmt;

/// Names for the stacks that are asked for together.
#[derive(Default)]
pub(crate) struct Names {
    symbols: Option<Box<dyn Symbols>>,
}

impl Names {
    /// The functions at the addresses of a stack, innermost first. Slow, above all for the first one: it may read debug
    /// information.
    pub(crate) fn frames(&mut self, addresses: &[usize]) -> Vec<Frame> {
        let symbols = self.symbols.get_or_insert_with(|| default_engine().symbols());
        named(addresses, &mut **symbols)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}

impl Drop for Names {
    /// What was read of the debug information can be as large as the program, and stacks are rarely asked for.
    fn drop(&mut self) {
        #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
        if self.symbols.is_some() {
            crate::sampler::symbols::forget();
        }
    }
}

fn named(addresses: &[usize], symbols: &mut dyn Symbols) -> Vec<Frame> {
    let mut all: Vec<Option<Symbol>> = Vec::new();
    for (place, address) in addresses.iter().enumerate() {
        let found = symbols.resolve(*address, place == 0);
        if found.is_empty() {
            all.push(None);
        }
        all.extend(found.into_iter().map(Some));
    }
    let outermost = |is: fn(&str) -> bool| all.iter().rposition(|s| s.as_ref().is_some_and(|s| is(&s.name)));
    // A worker thread of tokio's is a job of its own outwards of the task.
    let innermost = |is: fn(&str) -> bool| all.iter().position(|s| s.as_ref().is_some_and(|s| is(&s.name)));
    // The agent calls the future or the closure of the task; outwards of that is the runtime.
    let end = outermost(edges::is_wrapper)
        .or_else(|| innermost(edges::is_runtime))
        .or_else(|| outermost(edges::is_entry));
    if let Some(end) = end {
        all.truncate(end);
    }
    let mut frames: Vec<Frame> = all
        .into_iter()
        .filter(|symbol| symbol.as_ref().is_none_or(|symbol| !edges::is_own(&symbol.name)))
        .map(|symbol| match symbol {
            Some(Symbol { name, file, line }) => Frame { function: Some(readable(&name)), file, line },
            None => Frame { function: None, file: None, line: None },
        })
        .collect();
    frames.dedup_by(|a, b| a.function.is_none() && b.function.is_none());
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names the addresses 1, 2, ... and knows nothing else.
    struct Named(&'static [&'static [&'static str]]);

    impl Symbols for Named {
        fn resolve(&mut self, address: usize, _leaf: bool) -> Vec<Symbol> {
            let names = self.0.get(address - 1).copied().unwrap_or_default();
            names.iter().map(|name| Symbol { name: (*name).to_owned(), ..Symbol::default() }).collect()
        }
    }

    fn shown(names: &'static [&'static [&'static str]], addresses: &[usize]) -> Vec<String> {
        let frames = named(addresses, &mut Named(names));
        frames.into_iter().map(|frame| frame.function.unwrap_or_else(|| "?".to_owned())).collect()
    }

    #[test]
    fn what_is_shown_is_inside_of_the_task() {
        let names: &[&[&str]] = &[
            &["clock_nanosleep"],
            &["std::thread::sleep", "app::run"],
            &["<taskscope::task::tracked::Tracked<app::F> as core::future::future::Future>::poll"],
            &["tokio::runtime::task::core::poll"],
            &["std::sys::backtrace::__rust_begin_short_backtrace::<app::main, ()>"],
        ];
        assert_eq!(shown(names, &[1, 2, 3, 4, 5]), ["clock_nanosleep", "std::thread::sleep", "app::run"]);
        let without = shown(names, &[1, 2, 4, 5]);
        assert_eq!(
            without,
            ["clock_nanosleep", "std::thread::sleep", "app::run", "tokio::runtime::task::core::poll"]
        );
    }

    #[test]
    fn without_debug_information_the_task_ends_where_tokio_polls_it() {
        let names: &[&[&str]] = &[
            &["clock_nanosleep"],
            &["app::run"],
            &["<tokio::runtime::task::core::Core<Tracked<app::F>, S>>::poll"],
            &["tokio::runtime::scheduler::multi_thread::worker::run"],
            &["<tokio::runtime::task::core::Core<BlockingTask<app::G>, S>>::poll"],
        ];
        assert_eq!(shown(names, &[1, 2, 3, 4, 5]), ["clock_nanosleep", "app::run"]);
    }

    #[test]
    fn of_a_task_inside_of_another_both_are_shown_without_the_agent() {
        let names: &[&[&str]] = &[
            &["syscall"],
            &["<taskscope::std::sync::mutex::Mutex<u32>>::lock"],
            &["app::inner"],
            &["taskscope::task::tracked::poll"],
            &["tokio::runtime::Runtime::block_on"],
            &["app::outer"],
            &["taskscope::task::tracked::poll"],
            &["tokio::runtime::task::core::poll"],
        ];
        let all: Vec<usize> = (1..=names.len()).collect();
        assert_eq!(
            shown(names, &all),
            ["syscall", "app::inner", "tokio::runtime::Runtime::block_on", "app::outer"]
        );
    }

    #[test]
    fn what_has_no_name_is_not_hidden() {
        assert_eq!(shown(&[&["app::f"]], &[9, 9, 1, 8]), ["?", "app::f", "?"]);
        assert!(shown(&[], &[]).is_empty());
    }
}

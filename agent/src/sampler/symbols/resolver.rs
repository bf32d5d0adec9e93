//! Puts the names together: debug information, symbol table, place.

use super::place;
use super::table::Table;
use crate::sampler::{Symbol, Symbols};
use std::path::PathBuf;

/// Finds names while one profile is made.
pub(in crate::sampler) struct Resolver {
    table: Option<Table>,
}

/// One function at an address, as the debug information has it.
struct Function {
    name: Option<String>,
    file: Option<PathBuf>,
    line: Option<u32>,
}

impl Resolver {
    /// Reads the symbol table of the running program, if it has one.
    pub(in crate::sampler) fn new() -> Self {
        Self { table: Table::of_this_process() }
    }
}

impl Symbols for Resolver {
    fn resolve(&mut self, address: usize, leaf: bool) -> Vec<Symbol> {
        // The code before a return address is the call; the function may end with it.
        let inside = if leaf { address } else { address.wrapping_sub(1) };
        let mut functions = Vec::new();
        // The crate takes every address for one that a call returns to, and looks one byte before it.
        backtrace::resolve(std::ptr::without_provenance_mut(inside.wrapping_add(1)), |symbol| {
            functions.push(Function {
                name: symbol.name().map(|name| format!("{name:#}")),
                file: symbol.filename().map(Into::into),
                line: symbol.lineno(),
            });
        });
        let outermost = self.table.as_ref().and_then(|table| table.name(inside));
        if functions.is_empty() {
            return outermost.into_iter().map(|name| Symbol { name, ..Symbol::default() }).collect();
        }
        let last = functions.len() - 1;
        let inlined = functions.into_iter().enumerate();
        inlined
            .filter_map(|(place, function)| {
                let full = function.name.as_deref().is_some_and(place::is_full);
                match &outermost {
                    Some(name) if place == last && !full => Some(function.called(name.clone())),
                    _ => function.qualified(),
                }
            })
            .collect()
    }
}

impl Function {
    fn qualified(mut self) -> Option<Symbol> {
        let name = self.name.take()?;
        let name = match &self.file {
            Some(file) if !place::is_full(&name) => place::qualified(&name, file, self.line),
            _ => name,
        };
        Some(self.called(name))
    }

    fn called(self, name: String) -> Symbol {
        let file = self.file.map(|file| file.to_string_lossy().into_owned());
        // Line 0 stands for code that no line was written for.
        Symbol { name, file, line: self.line.filter(|line| *line > 0) }
    }
}

/// Gives the memory back in which debug information was read.
pub(in crate::sampler) fn forget() {
    backtrace::clear_symbol_cache();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn a_function_to_be_found() -> usize {
        std::hint::black_box(a_function_to_be_found as *const () as usize)
    }

    #[test]
    fn a_function_of_this_program_has_its_full_name() {
        let found = Resolver::new().resolve(a_function_to_be_found(), true);
        let expected = "taskscope::sampler::symbols::resolver::tests::a_function_to_be_found";
        assert_eq!(found.last().map(|symbol| symbol.name.as_str()), Some(expected), "{found:?}");
    }

    #[test]
    fn the_address_after_a_function_is_a_call_in_it() {
        let start = a_function_to_be_found();
        let mut resolver = Resolver::new();
        // The first byte behind its code; a call that never returns may be the last thing in it.
        let mut name = |at, leaf| resolver.resolve(at, leaf).pop().map(|symbol| symbol.name);
        let end = (start..start + 4_096).find(|at| name(*at, true) != name(start, true));
        assert_eq!(name(end.unwrap(), false), name(start, true));
    }

    #[test]
    fn no_code_no_name() {
        assert!(Resolver::new().resolve(16, true).is_empty());
        assert!(Resolver::new().resolve(usize::MAX, true).is_empty());
        assert!(Resolver::new().resolve(0, false).is_empty());
    }
}

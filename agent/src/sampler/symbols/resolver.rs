//! Puts the names together: debug information, symbol table, place.

use super::place;
use super::table::Table;
use crate::sampler::Symbols;
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
    fn resolve(&mut self, address: usize, leaf: bool) -> Vec<String> {
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
            return outermost.into_iter().collect();
        }
        let last = functions.len() - 1;
        let inlined = functions.into_iter().enumerate();
        inlined
            .filter_map(|(place, function)| {
                let full = function.name.as_deref().is_some_and(place::is_full);
                match &outermost {
                    Some(name) if place == last && !full => Some(name.clone()),
                    _ => function.qualified(),
                }
            })
            .collect()
    }
}

impl Function {
    fn qualified(self) -> Option<String> {
        let name = self.name?;
        match self.file {
            Some(file) if !place::is_full(&name) => Some(place::qualified(&name, &file, self.line)),
            _ => Some(name),
        }
    }
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
        let names = Resolver::new().resolve(a_function_to_be_found(), true);
        let expected = "taskscope::sampler::symbols::resolver::tests::a_function_to_be_found";
        assert_eq!(names.last().map(String::as_str), Some(expected), "{names:?}");
    }

    #[test]
    fn the_address_after_a_function_is_a_call_in_it() {
        let start = a_function_to_be_found();
        let mut resolver = Resolver::new();
        // The first byte behind its code; a call that never returns may be the last thing in it.
        let end =
            (start..start + 4_096).find(|at| resolver.resolve(*at, true) != resolver.resolve(start, true));
        let end = end.unwrap();
        assert_eq!(resolver.resolve(end, false).last(), resolver.resolve(start, true).last());
    }

    #[test]
    fn no_code_no_name() {
        assert!(Resolver::new().resolve(16, true).is_empty());
        assert!(Resolver::new().resolve(usize::MAX, true).is_empty());
        assert!(Resolver::new().resolve(0, false).is_empty());
    }
}

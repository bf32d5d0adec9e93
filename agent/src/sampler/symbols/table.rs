//! The symbol table of the running program.

use crate::sampler::maps;
use object::read::elf::ElfFile64;
use object::{NativeEndian, Object, ObjectSegment, ObjectSymbol, ReadCache, SymbolKind};
use std::fs::File;

/// Functions of the program by their addresses in memory.
pub(super) struct Table {
    /// In the order of their starts.
    functions: Vec<Function>,
}

struct Function {
    start: u64,
    end: u64,
    /// As the linker has it.
    name: Vec<u8>,
}

impl Table {
    /// Reads it; none if the program was stripped or cannot be read.
    pub(super) fn of_this_process() -> Option<Self> {
        let cache = ReadCache::new(File::open(maps::PROGRAM).ok()?);
        let file = ElfFile64::<NativeEndian, _>::parse(&cache).ok()?;
        let linked_at = file.segments().find(|segment| segment.file_range().0 == 0)?.address();
        let bias = loaded_at()?.wrapping_sub(linked_at);
        let mut functions: Vec<Function> = file
            .symbols()
            .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0 && symbol.is_definition())
            .filter_map(|symbol| {
                let start = symbol.address().wrapping_add(bias);
                let name = symbol.name_bytes().ok()?.to_vec();
                Some(Function { start, end: start.wrapping_add(symbol.size()), name })
            })
            .collect();
        functions.sort_by_key(|function| function.start);
        Some(Self { functions })
    }

    /// The demangled name of the function that holds an address.
    pub(super) fn name(&self, address: usize) -> Option<String> {
        let address = address as u64;
        let behind = self.functions.partition_point(|function| function.start <= address);
        let function = self.functions[..behind].last().filter(|function| address < function.end)?;
        Some(format!("{:#}", backtrace::SymbolName::new(&function.name)))
    }
}

/// The address of the first byte of the program's file in memory.
fn loaded_at() -> Option<u64> {
    let path = maps::program()?;
    let first = maps::read().into_iter().find(|mapping| mapping.path == path && mapping.offset == 0)?;
    Some(first.range.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_belongs_to_the_function_around_it() {
        let function = |start, end, name: &str| Function { start, end, name: name.as_bytes().to_vec() };
        let table = Table { functions: vec![function(10, 20, "_ZN1a1bE"), function(30, 40, "c")] };
        let found: Vec<_> = [9, 10, 19, 20, 30, 40].iter().map(|at| table.name(*at)).collect();
        let names: Vec<_> = found.iter().map(Option::as_deref).collect();
        assert_eq!(names, [None, Some("a::b"), Some("a::b"), None, Some("c"), None]);
    }
}

//! The symbol table of the running program.

use object::read::elf::ElfFile64;
use object::{NativeEndian, Object, ObjectSegment, ObjectSymbol, ReadCache, SymbolKind};
use std::fs::File;

/// The program's file. It can be opened even when it was replaced or deleted since the start.
const EXECUTABLE: &str = "/proc/self/exe";

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
        let cache = ReadCache::new(File::open(EXECUTABLE).ok()?);
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
    let executable = std::fs::read_link(EXECUTABLE).ok()?;
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    start_of(&maps, executable.to_str()?)
}

/// The start of the mapping of a file's first byte, in the format of `/proc/PID/maps`.
fn start_of(maps: &str, file: &str) -> Option<u64> {
    maps.lines().find_map(|line| {
        // 55d0c8a00000-55d0c8b52000 r--p 00000000 fe:01 1234     /path/of the/file
        let mut fields = line.splitn(6, ' ');
        let range = fields.next()?;
        let offset = fields.nth(1)?;
        let path = fields.nth(2)?.trim_start();
        let is_first = path == file && u64::from_str_radix(offset, 16) == Ok(0);
        if is_first { u64::from_str_radix(range.split_once('-')?.0, 16).ok() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mapping_of_the_file_is_found() {
        let maps = "\
7f0000001000-7f0000002000 r--p 00000000 fe:01 12                         /lib/libc.so.6
55d0c8a01000-55d0c8b52000 r-xp 00001000 fe:01 1234                       /home/a b/app (deleted)
55d0c8a00000-55d0c8a01000 r--p 00000000 fe:01 1234                       /home/a b/app (deleted)
7ffd00000000-7ffd00001000 rw-p 00000000 00:00 0                          [stack]
7ffd00002000-7ffd00003000 rw-p 00000000 00:00 0 
";
        assert_eq!(start_of(maps, "/home/a b/app (deleted)"), Some(0x55d0_c8a0_0000));
        assert_eq!(start_of(maps, "/home/a b/app"), None);
        assert_eq!(start_of("", "/app"), None);
    }

    #[test]
    fn an_address_belongs_to_the_function_around_it() {
        let function = |start, end, name: &str| Function { start, end, name: name.as_bytes().to_vec() };
        let table = Table { functions: vec![function(10, 20, "_ZN1a1bE"), function(30, 40, "c")] };
        let found: Vec<_> = [9, 10, 19, 20, 30, 40].iter().map(|at| table.name(*at)).collect();
        let names: Vec<_> = found.iter().map(Option::as_deref).collect();
        assert_eq!(names, [None, Some("a::b"), Some("a::b"), None, Some("c"), None]);
    }
}

//! The program's file and its libraries, as far as they have functions in a stack: how to unwind these.

use crate::sampler::maps::{self, Mapping};
use framehop::{ExplicitModuleSectionInfo, Module, Unwinder, UnwinderNative};
use object::elf::{FileHeader64, PT_LOAD, SectionHeader64};
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};
use object::{NativeEndian, ReadCache};
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// A file and where it is in memory.
#[derive(Debug, PartialEq, Eq)]
struct Loaded {
    path: String,
    range: Range<u64>,
    code: Vec<Range<u64>>,
}

/// An unwinder for stacks in which there may be these addresses. What it does not know it takes to have frame pointers.
pub(super) fn unwinder<I: Iterator<Item = u64>>(
    addresses: impl Fn() -> I,
) -> UnwinderNative<Vec<u8>, MayAllocate> {
    let mut unwinder = UnwinderNative::new();
    for loaded in loaded(maps::read()) {
        let within = |address| loaded.code.iter().any(|code| code.contains(&address));
        if addresses().any(within)
            && let Some(module) = loaded.module()
        {
            unwinder.add_module(module);
        }
    }
    unwinder
}

type MayAllocate = framehop::MayAllocateDuringUnwind;

/// The files of these mappings: each begins with its first byte.
fn loaded(mappings: Vec<Mapping>) -> Vec<Loaded> {
    let mut all: Vec<Loaded> = Vec::new();
    for Mapping { range, executable, offset, path } in mappings {
        match all.last_mut().filter(|last| last.path == path && offset > 0) {
            Some(last) => last.range.end = range.end,
            None if offset == 0 => all.push(Loaded { path, range: range.clone(), code: Vec::new() }),
            // A part of a file that is no program.
            None => continue,
        }
        if let Some(last) = all.last_mut().filter(|_| executable) {
            last.code.push(range);
        }
    }
    all.retain(|loaded| !loaded.code.is_empty());
    all
}

impl Loaded {
    /// What its file says; `None` if it cannot be read.
    fn module(&self) -> Option<Module<Vec<u8>>> {
        let is_program = maps::program().as_ref() == Some(&self.path);
        let file = File::open(if is_program { maps::PROGRAM } else { &self.path }).ok()?;
        let cache = ReadCache::new(&file);
        let header = FileHeader64::<NativeEndian>::parse(&cache).ok()?;
        let endian = header.endian().ok()?;
        let segments = header.program_headers(endian, &cache).ok()?;
        let mut loads = segments.iter().filter(|segment| segment.p_type(endian) == PT_LOAD);
        let linked_at = loads.find(|segment| segment.p_offset(endian) == 0)?.p_vaddr(endian);
        let sections = header.sections(endian, &cache).ok()?;
        let section = |name: &[u8]| sections.section_by_name(endian, name).map(|(_, section)| section);
        let place = |section: &SectionHeader64<NativeEndian>| {
            let start = section.sh_addr(endian);
            start..start + section.sh_size(endian)
        };
        let data = |section: &SectionHeader64<NativeEndian>| {
            let mut bytes = vec![0; usize::try_from(section.sh_size(endian)).ok()?];
            file.read_exact_at(&mut bytes, section.sh_offset(endian)).ok()?;
            Some(bytes)
        };
        let (frames, index) = (section(b".eh_frame"), section(b".eh_frame_hdr"));
        let sections = ExplicitModuleSectionInfo {
            base_svma: 0,
            text_svma: section(b".text").map(place),
            got_svma: section(b".got").map(place),
            eh_frame_svma: frames.map(place),
            eh_frame: frames.and_then(data),
            eh_frame_hdr_svma: index.map(place),
            eh_frame_hdr: index.and_then(data),
            ..ExplicitModuleSectionInfo::default()
        };
        let bias = self.range.start.wrapping_sub(linked_at);
        Some(Module::new(self.path.clone(), self.range.clone(), bias, sections))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_file_belong_together() {
        let part = |path: &str, start, executable, offset| Mapping {
            range: start..start + 10,
            executable,
            offset,
            path: path.to_owned(),
        };
        let mappings = vec![
            part("/app", 100, false, 0),
            part("/app", 110, true, 10),
            part("/app", 120, false, 20),
            part("/data", 200, false, 0),
            part("/font", 250, true, 30),
            part("/lib", 300, false, 0),
            part("/lib", 310, true, 10),
            part("/lib", 400, true, 0),
        ];
        let file = |path: &str, range, code| Loaded { path: path.to_owned(), range, code: vec![code] };
        let expected = [
            file("/app", 100..130, 110..120),
            file("/lib", 300..320, 310..320),
            file("/lib", 400..410, 400..410),
        ];
        assert_eq!(loaded(mappings), expected);
    }

    #[test]
    fn this_program_can_be_unwound() {
        let code = the_parts_of_a_file_belong_together as *const () as u64;
        let program = loaded(maps::read()).into_iter().find(|loaded| loaded.range.contains(&code)).unwrap();
        assert!(program.module().is_some(), "{program:?}");
        assert!(program.code.iter().any(|range| range.contains(&code)));
    }
}

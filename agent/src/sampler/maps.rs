//! The files that are mapped into this process.

use std::fs;
use std::ops::Range;

/// The program's file. It can be opened even when it was replaced or deleted since the start.
pub(super) const PROGRAM: &str = "/proc/self/exe";

/// A part of a file in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mapping {
    /// Where it is.
    pub(super) range: Range<u64>,
    /// Whether it is code.
    pub(super) executable: bool,
    /// Where it begins in the file.
    pub(super) offset: u64,
    /// The file, with ` (deleted)` behind it if it is not there any more.
    pub(super) path: String,
}

/// The name of the program's file, as mappings have it.
pub(super) fn program() -> Option<String> {
    fs::read_link(PROGRAM).ok()?.into_os_string().into_string().ok()
}

/// All of them, in the order of their addresses; none if the system does not say.
pub(super) fn read() -> Vec<Mapping> {
    fs::read_to_string("/proc/self/maps").map_or_else(|_| Vec::new(), |text| parse(&text))
}

/// Those of a text in the format of `/proc/PID/maps`; what is no file is left out.
fn parse(text: &str) -> Vec<Mapping> {
    text.lines().filter_map(mapping).filter(|mapping| mapping.path.starts_with('/')).collect()
}

fn mapping(line: &str) -> Option<Mapping> {
    // 55d0c8a00000-55d0c8b52000 r--p 00000000 fe:01 1234     /path/of the/file
    let mut fields = line.splitn(6, ' ');
    let hexadecimal = |text: &str| u64::from_str_radix(text, 16).ok();
    let (start, end) = fields.next()?.split_once('-')?;
    let executable = fields.next()?.contains('x');
    let offset = hexadecimal(fields.next()?)?;
    let path = fields.nth(2)?.trim_start().to_owned();
    Some(Mapping { range: hexadecimal(start)?..hexadecimal(end)?, executable, offset, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_from_what_is_none() {
        let maps = "\
55d0c8a00000-55d0c8a01000 r--p 00000000 fe:01 1234                       /home/a b/app (deleted)
55d0c8a01000-55d0c8b52000 r-xp 00001000 fe:01 1234                       /home/a b/app (deleted)
7ffd00000000-7ffd00001000 rw-p 00000000 00:00 0                          [stack]
7ffd00002000-7ffd00003000 rw-p 00000000 00:00 0 
nothing of this kind
";
        let part = |range, executable, offset| Mapping {
            range,
            executable,
            offset,
            path: "/home/a b/app (deleted)".to_owned(),
        };
        let expected = [
            part(0x55d0_c8a0_0000..0x55d0_c8a0_1000, false, 0),
            part(0x55d0_c8a0_1000..0x55d0_c8b5_2000, true, 0x1000),
        ];
        assert_eq!(parse(maps), expected);
    }

    #[test]
    fn this_program_is_mapped() {
        let code = files_are_told_from_what_is_none as *const () as u64;
        let mapping = read().into_iter().find(|mapping| mapping.range.contains(&code)).unwrap();
        assert!(mapping.executable, "{mapping:?}");
    }
}

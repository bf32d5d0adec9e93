//! Names for code addresses of this process.

/// The functions at an address as demangled names, innermost first when some were inlined; empty if unknown.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) fn resolve(address: usize, leaf: bool) -> Vec<String> {
    let mut names = Vec::new();
    // The crate takes every address for one that a call returns to, and looks one byte before it.
    let lookup = if leaf { address.wrapping_add(1) } else { address };
    backtrace::resolve(std::ptr::without_provenance_mut(lookup), |symbol| {
        if let Some(name) = symbol.name() {
            names.push(format!("{name:#}"));
        }
    });
    names
}

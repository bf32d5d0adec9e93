//! Exists for `links`: cargo refuses a second copy of the agent in one program. And it asks how much of std there is.

use std::env;
use std::process::Command;

/// The first compiler with `std::sync::RwLockWriteGuard::downgrade`.
const DOWNGRADES: u32 = 92;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(taskscope_std_downgrades)");
    if minor_version().is_some_and(|minor| minor >= DOWNGRADES) {
        println!("cargo:rustc-cfg=taskscope_std_downgrades");
    }
}

/// The 92 of `rustc 1.92.0 (..)`.
fn minor_version() -> Option<u32> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    version.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

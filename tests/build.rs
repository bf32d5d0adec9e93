//! Writes the source of many pools, each with a place that spawns and a place that makes a resource: `tests/scale/`
//! includes it. A place is a line of a file, so no macro can make them.
#![forbid(unsafe_code)]

use std::fmt::Write;
use std::path::Path;
use std::{env, fs, io};

/// How many pools.
const POOLS: usize = 10_000;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut source = String::new();
    for pool in 0..POOLS {
        let line = writeln!(
            source,
            "#[taskscope::instrument_pool(name = \"p{pool}\")] fn p{pool}(gate: &Gate) -> Made {{ (tokio::spawn(gate.pass()), Semaphore::new(1)) }}"
        );
        line.map_err(io::Error::other)?;
    }
    let names: Vec<String> = (0..POOLS).map(|pool| format!("p{pool}")).collect();
    let table = writeln!(source, "static POOLS: &[fn(&Gate) -> Made] = &[{}];", names.join(", "));
    table.map_err(io::Error::other)?;
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo says where to write"))?;
    fs::write(Path::new(&folder).join("pools.rs"), source)
}

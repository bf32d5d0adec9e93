//! Exists for `links`: cargo refuses a second copy of the agent in one program.
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
}

//! Names for code addresses of this process.
//!
//! Debug information says what was inlined where, and the symbol table says what a function is called. With
//! `debug = "line-tables-only"`, which is what programs in production have if they have anything, the debug
//! information holds bare names only (`poll`, `{closure#0}`). So the name of the function that the code belongs to
//! comes from the symbol table, and an inlined one gets the path of the file it was written in.

mod place;
mod resolver;
mod table;

pub(super) use resolver::{Resolver, forget};

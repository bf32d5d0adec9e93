//! What the running program is called.

use std::env;
use std::path::Path;

/// File name of the running program, `?` if it was started without one.
pub(crate) fn program() -> String {
    let path = env::args_os().next().unwrap_or_default();
    Path::new(&path).file_name().map_or_else(|| "?".to_owned(), |name| name.to_string_lossy().into_owned())
}

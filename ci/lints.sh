#!/usr/bin/env bash
# The lints are warnings while one writes and errors here: a new compiler breaks nobody's build, and nothing is merged
# with a warning. Among them `incompatible_msrv`, which knows the oldest compiler from the manifest.
set -euo pipefail
cargo clippy --locked --workspace --all-targets -- -D warnings

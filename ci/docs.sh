#!/usr/bin/env bash
# The documentation builds without a warning: no link leads nowhere. (Its examples are run by the tests.)
set -euo pipefail
RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps

#!/usr/bin/env bash
# One form for all code, so that a change shows what it changes.
set -euo pipefail
cargo fmt --all --check

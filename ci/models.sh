#!/usr/bin/env bash
# The models of the lock-free parts, under every interleaving of their threads that loom finds.
set -euo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# No hash of these flags meets that of the other jobs, so the folder is a separate one.
RUSTFLAGS='--cfg taskscope_loom' LOOM_MAX_PREEMPTIONS="${LOOM_MAX_PREEMPTIONS:-3}" \
    cargo test --locked --release --target-dir "${CARGO_TARGET_DIR:-target}/loom" --package taskscope --lib loom \
    2>&1 | tee "$log"
if ! grep -q '^test result: ok\. [1-9]' "$log"; then
    echo 'no model ran' >&2
    exit 1
fi

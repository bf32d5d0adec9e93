#!/usr/bin/env bash
# The agent mirrors tokio's features and forces none: it builds with none of them, with each alone, and with all.
# Warnings are for the lints job: with a feature off, what only its drop-ins use is dead.
set -euo pipefail
manifest=agent/Cargo.toml
features=$(sed -n '/^\[features\]/,/^\[dep/s/^\([a-z][a-z0-9_-]*\) = .*/\1/p' "$manifest" | grep -vx -e default -e full)
[ -n "$features" ]

check() {
    printf -- '--- %s\n' "$*"
    cargo clippy --locked --quiet --package taskscope --lib "$@" -- --cap-lints allow
}
check --no-default-features
for feature in $features; do
    check --no-default-features --features "$feature"
done
check
check --all-features

#!/usr/bin/env bash
# The agent mirrors tokio's features and forces none: it builds with none of them, with each alone, and with all; each time
# without recording and with it. And a program that instruments itself does the same without recording as with it.
# Warnings are for the lints job: with a feature off, what only its drop-ins use is dead.
set -euo pipefail
manifest=agent/Cargo.toml
features=$(sed -n '/^\[features\]/,/^\[dep/s/^\([a-z][a-z0-9_-]*\) = .*/\1/p' "$manifest" | grep -vx -e default -e full -e record)
[ -n "$features" ]

check() {
    printf -- '--- %s\n' "$*"
    cargo clippy --locked --quiet --package taskscope --lib "$@" -- --cap-lints allow
}
check --no-default-features
check --no-default-features --features record
for feature in $features; do
    check --no-default-features --features "$feature"
    check --no-default-features --features "record,$feature"
done
check
check --all-features

# Without recording nothing is dead but what `agent/src/lib.rs` says.
all=full,test-util,tokio-util,tokio-stream,parking-lot,crossbeam-channel,rayon
printf -- '--- without recording: warnings, documentation, tests, the example\n'
cargo clippy --locked --quiet --package taskscope --lib --no-default-features --features "$all" -- -D warnings
RUSTDOCFLAGS='-D warnings' cargo doc --locked --quiet --package taskscope --no-deps --no-default-features --features "$all"
# That it does so with recording is for the tests job.
cargo test --locked --package taskscope-tests --no-default-features --test modes

data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
cargo run --locked --quiet --package taskscope-examples --no-default-features --bin thumbnails -- \
    --rounds 1 --images 24 --data "$data" 2>&1 | tee "$data/log"
grep -q 'taskscope records nothing and listens nowhere' "$data/log"
made=$(find "$data/small" -type f | wc -l)
echo "$made thumbnails"
[ "$made" -ge 24 ]

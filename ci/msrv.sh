#!/usr/bin/env bash
# The oldest compiler that the manifest promises builds the packages that are published.
set -euo pipefail
msrv=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
[ -n "$msrv" ] || { echo 'Cargo.toml names no rust-version' >&2 && exit 1; }

installed() {
    rustup toolchain list 2>/dev/null | grep -o "^$msrv\(\.[0-9]*\)\?-[a-z0-9_-]*" | head -n 1
}

# `rust-version` may be the very compiler that runs, without a toolchain of that name.
if [ "$(rustc --version | sed 's/^rustc \([0-9]*\.[0-9]*\).*/\1/')" = "$msrv" ]; then
    toolchain=()
elif [ -n "$(installed)" ] || timeout 300 rustup toolchain install "$msrv" --profile minimal >/dev/null 2>&1; then
    toolchain=("+$(installed)")
else
    cat >&2 <<EOF
*** Rust $msrv is not here and cannot be installed: nobody has built with the oldest promised compiler in this run.
*** What was checked without it: the lints know $msrv and refuse what std got later, and the tests refuse a dependency that
*** asks for a later compiler.
EOF
    exit 77
fi
cargo "${toolchain[@]}" check --locked --package taskscope --package taskscope_tokio
cargo "${toolchain[@]}" check --locked --package taskscope --all-features

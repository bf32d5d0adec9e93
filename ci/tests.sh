#!/usr/bin/env bash
# The tests of each package, alone: a package that only builds because a neighbour turned a feature on fails here.
set -euo pipefail
packages=$(cargo tree --locked --workspace --depth 0 --prefix none --format '{p}' | awk 'NF { print $1 }')
[ -n "$packages" ]

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
for package in $packages; do
    printf -- '--- %s\n' "$package"
    cargo test --locked --package "$package" 2>&1 | tee -a "$log" || status=1
done
awk '/^test result:/ { passed += $4; failed += $6; ignored += $8 }
    END { printf "tests: %d passed, %d failed, %d ignored\n", passed, failed, ignored; exit passed == 0 }' "$log"
exit "$status"

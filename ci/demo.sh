#!/usr/bin/env bash
# The first thing that anyone runs works on a fresh clone: the example draws its images, makes thumbnails, and ends.
set -euo pipefail
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
TASKSCOPE_ADDR=127.0.0.1:0 cargo demo --rounds 1 --images 24 --data "$data" 2>&1 | tee "$data/log"
grep -q '^taskscope listening on http://127.0.0.1:' "$data/log"
made=$(find "$data/small" -type f | wc -l)
echo "$made thumbnails"
[ "$made" -ge 24 ]

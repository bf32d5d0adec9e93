#!/usr/bin/env bash
# The first thing that anyone runs works on a fresh clone: the example draws its images, makes thumbnails, and ends.
set -euo pipefail
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
TASKSCOPE_ADDR=127.0.0.1:0 cargo demo --rounds 1 --images 24 --data "$data"
made=$(find "$data/small" -type f | wc -l)
echo "$made thumbnails"
[ "$made" -ge 24 ]

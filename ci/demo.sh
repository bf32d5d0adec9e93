#!/usr/bin/env bash
# The first thing that anyone runs works on a fresh clone: the example draws its images, makes thumbnails, and ends. With a
# fault it says what is wrong, and what README.md shows of that is what it says.
set -euo pipefail
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
export TASKSCOPE_ADDR=127.0.0.1:0
cargo demo --rounds 1 --images 24 --data "$data" 2>&1 | tee "$data/log"
grep -q '^taskscope listening on http://127.0.0.1:' "$data/log"
made=$(find "$data/small" -type f | wc -l)
echo "$made thumbnails"
[ "$made" -ge 24 ]

# What the example logs of a fault, and the verdict that is expected. Some of them stop all work, so it is ended from here.
program=${CARGO_TARGET_DIR:-target}/release/thumbnails
verdict() {
    local fault=$1 kind=$2 line='' tries=0
    "$program" --fault "$fault" --images 24 --data "$data" >"$data/log" 2>&1 &
    local running=$!
    until line=$(grep -m 1 "kind=\"$kind\" certainty=\"proven\"" "$data/log"); do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] && kill -0 "$running" || break
        sleep 0.2
    done
    { kill -KILL "$running" && wait "$running"; } 2>/dev/null || true
    if [ -z "$line" ]; then
        echo "--fault $fault: no $kind that is proven was told" >&2
        cat "$data/log" >&2
        return 1
    fi
    echo "--fault $fault: $kind"
    # The places of README.md's quote, if it has one.
    local place
    for place in $(sed -n "/^\`cargo demo --fault $fault\`/,/^> /p" README.md | grep -o 'examples/[^ `:]*:[0-9]*:[0-9]*'); do
        grep -qF "$place" <<<"$line" || { echo "README.md says $place of --fault $fault; it is: $line" >&2; return 1; }
    done
}
verdict leak lost_waker
verdict jam deadlock
verdict futurelock futurelock
verdict stall deadlock

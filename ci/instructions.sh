#!/usr/bin/env bash
# Counts with callgrind how many instructions the drop-ins add to tokio's own operations, and fails above the marks.
# Counts do not depend on how busy the machine is, so the hot path cannot become dearer unseen.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v valgrind >/dev/null; then
    sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
    if ! { $sudo apt-get update -qq && $sudo apt-get install -y -qq valgrind; } >/dev/null 2>&1; then
        echo "valgrind is not here and cannot be installed: no instructions are counted" >&2
        exit 77
    fi
fi

# Operation, and the most instructions that may be added to it: when it is recorded, and when recording is switched off.
marks=(
    spawn:400:75 poll:110:15 mpsc:110:45 mutex:65:20 rwlock:95:20
    semaphore:85:10 oneshot:150:45 notify:55:40 watch:100:45 broadcast:95:50
    std_mutex:40:20 std_rwlock:95:15 std_mpsc:100:40 parking_lot:40:20 crossbeam:35:0
)
few=1280
many=6400

# An incremental build would inline less and count more.
bench=$(CARGO_INCREMENTAL=0 cargo bench --locked --no-run -p taskscope --bench pairs --message-format=json 2>/dev/null |
    sed -n 's/.*"executable":"\([^"]*pairs[^"]*\)".*/\1/p' | tail -1)

# Instructions of a whole run.
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" run "$1" "$2" "$3" 2>&1 |
        sed -n 's/.*Collected : *//p'
}

# Instructions of one operation: what start and end cost is the same in both runs.
each() {
    echo $((($(count "$1" "$2" $many) - $(count "$1" "$2" $few)) / (many - few)))
}

failed=0
printf '%-12s %8s %8s %8s %8s %8s %8s\n' operation raw seen added mark off mark
for row in "${marks[@]}"; do
    IFS=: read -r name mark off_mark <<<"$row"
    raw=$(each "$name" raw)
    seen=$(each "$name" seen)
    added=$((seen - raw))
    off=$(($(each "$name" off) - raw))
    printf '%-12s %8d %8d %8d %8d %8d %8d\n' "$name" "$raw" "$seen" "$added" "$mark" "$off" "$off_mark"
    [ "$added" -le "$mark" ] && [ "$off" -le "$off_mark" ] || failed=$((failed + 1))
done
[ "$failed" -eq 0 ]

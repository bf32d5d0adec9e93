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

# Operation; the most instructions that may be added to it when it is recorded, and when recording is switched off; and how
# many calls of a drop-in it makes, the polls and drops of its futures and guards included (docs/performance.md names them).
marks=(
    spawn:410:25:5 poll:110:5:1 mpsc:110:30:6 mutex:65:20:4 rwlock:95:20:4
    semaphore:85:10:4 oneshot:150:20:4 notify:45:20:4 watch:85:25:5 broadcast:85:20:4
    std_mutex:40:10:2 std_rwlock:95:10:2 std_mpsc:95:10:2 parking_lot:40:10:2 crossbeam:45:0:2
)
few=1280
many=6400

# The bench, built with these options. An incremental build would inline less and count more.
build() {
    CARGO_INCREMENTAL=0 cargo bench --locked --no-run -p taskscope --bench pairs --message-format=json "$@" 2>/dev/null |
        sed -n 's/.*"executable":"\([^"]*pairs[^"]*\)".*/\1/p' | tail -1
}
with=$(build)
without=$(build --no-default-features --features full,parking-lot,crossbeam-channel)

# Instructions of a whole run.
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" run "$2" "$3" "$4" 2>&1 |
        sed -n 's/.*Collected : *//p'
}

# Instructions of the operations that one run has more than the other: what start and end cost is the same in both.
more() {
    echo $(($(count "$1" "$2" "$3" $many) - $(count "$1" "$2" "$3" $few)))
}

# Instructions of one operation.
each() {
    echo $(($(more "$@") / (many - few)))
}

failed=0
printf '%-12s %8s %8s %8s %8s %8s %8s %8s %8s %8s\n' operation raw seen added mark off mark calls 'a call' without
for row in "${marks[@]}"; do
    IFS=: read -r name mark off_mark calls <<<"$row"
    raw=$(each "$with" "$name" raw)
    seen=$(each "$with" "$name" seen)
    added=$((seen - raw))
    off=$(($(each "$with" "$name" off) - raw))
    tenths=$((off * 10 / calls))
    call=$(printf '%s%d.%d' "$([ $tenths -ge 0 ] || echo -)" $((${tenths#-} / 10)) $((${tenths#-} % 10)))
    # Without the feature `record` the drop-in is the original.
    bare=$((($(more "$without" "$name" seen) - $(more "$without" "$name" raw)) / (many - few)))
    printf '%-12s %8d %8d %8d %8d %8d %8d %8d %8s %8d\n' \
        "$name" "$raw" "$seen" "$added" "$mark" "$off" "$off_mark" "$calls" "$call" "$bare"
    [ "$added" -le "$mark" ] && [ "$off" -le "$off_mark" ] && [ "$bare" -le 0 ] || failed=$((failed + 1))
done
[ "$failed" -eq 0 ]

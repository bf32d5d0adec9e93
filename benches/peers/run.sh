#!/usr/bin/env bash
# Compares taskscope with tokio alone and with its peers, and prints the tables of docs/performance.md.
#
#   benches/peers/run.sh instructions [PEER ...]   instructions of one operation, by callgrind; needs valgrind
#   benches/peers/run.sh http [PAIRS] [PEER ...]   requests per second and CPU per request, in pairs with tokio alone
set -euo pipefail
cd "$(dirname "$0")"
target=${CARGO_TARGET_DIR:-$PWD/target}
mode=${1:-}
all=(taskscope tokio-metrics await-tree async-backtrace fastrace tracing hotpath dial9)

build() {
    cargo build --release --quiet --features "$1" --target-dir "$target/peers"
    mkdir -p "$target/peers/bin"
    cp "$target/peers/release/taskscope-peers" "$target/peers/bin/$1"
}

# Instructions of a whole run: of the thread that runs the tasks, and of all threads.
count() {
    local folder
    folder=$(mktemp -d)
    valgrind --tool=callgrind --separate-threads=yes --callgrind-out-file="$folder/out" \
        "$target/peers/bin/$1" run "$2" "$3" >"$folder/said" 2>"$folder/log"
    if grep -q 'not covered' "$folder/said"; then
        echo '- -'
    else
        echo "$(awk '/^totals:/ {print $2}' "$folder/out-01") $(sed -n 's/.*Collected : *//p' "$folder/log" | tail -1)"
    fi
    rm -rf "$folder"
}

# The middle one of three counts, each number for itself: what a peer's own threads do, and how often its queue to them is
# full, differs from run to run.
middle() {
    local runs
    runs=$(for _ in 1 2 3; do count "$@"; done)
    echo "$(sort -n <<<"$runs" | awk 'NR == 2 {print $1}') $(sort -n -k 2 <<<"$runs" | awk 'NR == 2 {print $2}')"
}

# Instructions of one operation on the thread that runs the tasks, and on the others.
each() {
    local few many
    read -r few_main few_all <<<"$(middle "$1" "$2" 6400)"
    read -r many_main many_all <<<"$(middle "$1" "$2" 25600)"
    if [ "$few_main" = - ]; then echo '- -'; else
        few=$(((many_main - few_main) / 19200)) many=$(((many_all - few_all) / 19200))
        echo "$few $((many - few))"
    fi
}

instructions() {
    local peers=("$@") workload peer base main other cell
    [ ${#peers[@]} -gt 0 ] || peers=("${all[@]}")
    for peer in bare "${peers[@]}"; do build "$peer"; done
    declare -A bare
    printf '| peer | spawn | poll | message | mutex |\n|---|---:|---:|---:|---:|\n| tokio alone |'
    for workload in spawn poll message mutex; do
        read -r base _ <<<"$(each bare "$workload")"
        bare[$workload]=$base
        printf ' %d |' "$base"
    done
    printf '\n'
    for peer in "${peers[@]}"; do
        printf '| %s |' "$peer"
        for workload in spawn poll message mutex; do
            read -r main other <<<"$(each "$peer" "$workload")"
            if [ "$main" = - ]; then cell='not seen'; else
                printf -v cell '%+d' $((main - bare[$workload]))
                [ "$other" -lt 5 ] || cell="$cell, and $other on other threads"
            fi
            printf ' %s |' "$cell"
        done
        printf '\n'
    done
}

# CPU time of a process so far, in hundredths of a second.
cpu() {
    awk '{print $14 + $15}' "/proc/$1/stat"
}

# Requests per second and CPU microseconds per request of one run.
serve_once() {
    local seconds=3 address answers before after
    coproc SERVER { exec env PEERS_AGENT=1 "$target/peers/bin/$1" serve; }
    local pid=$SERVER_PID out=${SERVER[0]} in=${SERVER[1]}
    read -r -u "$out" address
    "$target/peers/bin/bare" ask "$address" 1 >/dev/null
    before=$(cpu "$pid")
    answers=$("$target/peers/bin/bare" ask "$address" "$seconds")
    after=$(cpu "$pid")
    exec {in}>&-
    wait "$pid" 2>/dev/null || true
    awk -v n="$answers" -v s="$seconds" -v c="$((after - before))" 'BEGIN {printf "%.1f %.3f\n", n / s, c * 10000 / n}'
}

http() {
    local pairs=${1:-12} peer pair one other
    shift || true
    local peers=("$@")
    [ ${#peers[@]} -gt 0 ] || peers=(taskscope)
    for peer in bare "${peers[@]}"; do build "$peer"; done
    printf '| peer | requests/s, of tokio alone | CPU per request, of tokio alone |\n|---|---:|---:|\n'
    for peer in "${peers[@]}"; do
        for ((pair = 0; pair < pairs; pair++)); do
            # Who is first takes turns.
            if ((pair % 2)); then
                one=$(serve_once bare)
                other=$(serve_once "$peer")
            else
                other=$(serve_once "$peer")
                one=$(serve_once bare)
            fi
            echo "$other $one" | awk '{print $1 / $3, $2 / $4}'
        done | python3 -c "
import random, statistics, sys
rows = [tuple(map(float, line.split())) for line in sys.stdin]
random.seed(1)
def cell(values):
    medians = sorted(statistics.median(random.choices(values, k=len(values))) for _ in range(10000))
    return f'{statistics.median(values):.3f} (95 %: {medians[250]:.3f} to {medians[9750]:.3f})'
print(f'| $peer | {cell([r for r, _ in rows])} | {cell([c for _, c in rows])} |')"
    done
}

case $mode in
instructions) shift && instructions "$@" ;;
http) shift && http "$@" ;;
*)
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

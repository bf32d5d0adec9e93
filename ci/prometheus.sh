#!/usr/bin/env bash
# A real Prometheus scrapes a real program: what is exported is valid, and every query that is shipped returns data.
#
# PROMETHEUS_TARGET is the program, with its arguments; the default is the example, with a fault that gives findings. It
# has to print its address as `http://127.0.0.1:PORT` somewhere. Debian's package `prometheus` is installed if it is
# missing and this may be done.
set -euo pipefail

if ! command -v promtool >/dev/null || ! command -v prometheus >/dev/null; then
    echo 'installing the package prometheus'
    if [ "$(id -u)" -ne 0 ] || ! apt-get update -qq ||
        ! DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends prometheus >/dev/null; then
        echo 'NEEDED: promtool and prometheus, and this could not install them (apt-get install prometheus)' >&2
        exit 77
    fi
fi

work=$(mktemp -d)
pids=()
cleanup() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT

passed=0
failed=0
check() {
    local name=$1
    shift
    if "$@" >"$work/check.log" 2>&1; then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$name"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s\n' "$name"
        sed 's/^/    /' "$work/check.log"
    fi
}

# Waits until a command succeeds, for at most $1 seconds.
within() {
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.2
    done
}

fetch() {
    python3 -c '
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], headers={"Accept": sys.argv[2]})
with urllib.request.urlopen(request, timeout=10) as answer:
    sys.stdout.buffer.write(answer.read())
' "$1" "$2"
}

address_in() {
    address=$(grep -ohE 'http://127\.0\.0\.1:[0-9]+' "$1" | head -n 1)
    [ -n "$address" ]
}

rules=(dashboards/prometheus/rules/*.yml)
check 'rules are valid' promtool check rules --lint=all "${rules[@]}"
check 'alerts fire when they should' promtool test rules dashboards/prometheus/tests/*.yml
check 'the configuration of compose.yaml is valid' promtool check config dashboards/prometheus/prometheus.yml

if [ -z "${PROMETHEUS_TARGET:-}" ]; then
    cargo build --locked --release --package taskscope-examples --bin thumbnails
    PROMETHEUS_TARGET="${CARGO_TARGET_DIR:-target}/release/thumbnails --images 24 --queue 4 --data $work/images --fault leak"
fi
read -ra target <<<"$PROMETHEUS_TARGET"
TASKSCOPE_ADDR=127.0.0.1:0 "${target[@]}" >"$work/target.log" 2>&1 &
pids+=($!)
if ! within 60 address_in "$work/target.log"; then
    echo 'FAILED  the program does not say where it listens:' >&2
    cat "$work/target.log" >&2
    exit 1
fi
program=$address

text='text/plain;version=0.0.4'
open='application/openmetrics-text;version=1.0.0'
valid() { fetch "$program/metrics" "$text" | promtool check metrics; }
complete() { fetch "$program/metrics" "$open" | tail -n 1 | grep -qx '# EOF'; }
check 'the text format is valid' valid
check 'OpenMetrics is complete' complete

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
server=http://127.0.0.1:$port
{
    echo 'global: {scrape_interval: 1s, evaluation_interval: 1s}'
    echo 'rule_files:'
    printf '  - "%s"\n' "${rules[@]/#/$PWD/}"
    echo 'scrape_configs:'
    echo '  - job_name: program'
    echo "    static_configs: [{targets: [\"${program#http://}\"]}]"
} >"$work/prometheus.yml"
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" \
    --web.listen-address="127.0.0.1:$port" >"$work/prometheus.log" 2>&1 &
pids+=($!)

# Enough scrapes for every rate, and an evaluation of every rule.
scraped() {
    fetch "$server/api/v1/query?query=count_over_time(up%5B5m%5D)%20%3E%2030" '*/*' 2>/dev/null | grep -q '"value"'
}
if ! within 120 scraped; then
    echo 'FAILED  Prometheus does not scrape:' >&2
    tail -n 20 "$work/prometheus.log" >&2
    exit 1
fi
up() { fetch "$server/api/v1/query?query=min_over_time(up%5B5m%5D)%20%3D%3D%201" '*/*' | grep -q '"value"'; }
check 'every scrape succeeded' up
status=0
python3 ci/query_all.py "$server" dashboards/grafana/*.json "${rules[@]}" | tee "$work/queries.log" || status=1
last=$(tail -n 1 "$work/queries.log")
passed=$((passed + $(sed -E 's/.* ([0-9]+) passed.*/\1/' <<<"$last")))
failed=$((failed + $(sed -E 's/.* ([0-9]+) failed/\1/' <<<"$last")))

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$status" -eq 0 ]

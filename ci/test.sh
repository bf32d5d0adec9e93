#!/usr/bin/env bash
# Runs every job of the project, as CI does; `./ci/test.sh format models` runs two of them.
#
# A job is a script beside this one. It ends with 0 if it passed and with 77 if this machine lacks what it needs,
# which is said at the end and never counts as passed. The other jobs run even if one fails.
set -euo pipefail
cd "$(dirname "$0")/.."

# One target folder, one set of flags: a job finds what an earlier one built. Debug information is only what a
# backtrace needs, and nothing is built a second time that could use incremental builds.
export CARGO_INCREMENTAL=0
export CARGO_PROFILE_DEV_DEBUG=line-tables-only
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"
# The tests set what they need; what the caller has set is for the caller's own programs.
unset "${!TASKSCOPE_@}"

jobs=(format lints tests docs features msrv models instructions demo soak prometheus)
if [ $# -gt 0 ]; then
    jobs=("$@")
fi

passed=0
failed=0
report=()
for job in "${jobs[@]}"; do
    printf '\n=== %s ===\n' "$job"
    started=$SECONDS
    status=0
    "ci/$job.sh" || status=$?
    took=$((SECONDS - started))
    case $status in
    0) passed=$((passed + 1)) && verdict=passed ;;
    77) verdict='NOT RUN, see above' ;;
    *) failed=$((failed + 1)) && verdict="FAILED with $status" ;;
    esac
    report+=("$(printf '%-12s %5d s  %s' "$job" "$took" "$verdict")")
done

printf '\n=== summary ===\n'
printf '%s\n' "${report[@]}"
printf 'all jobs     %5d s\n' "$SECONDS"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]

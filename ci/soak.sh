#!/usr/bin/env bash
# A mixed workload under the agent: its memory stays flat, and its counts are those of the program. `SOAK_SECONDS` says
# for how long.
set -euo pipefail
cargo soak --seconds "${SOAK_SECONDS:-75}"

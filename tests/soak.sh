#!/bin/bash
# tests/soak.sh: repetitions and long runs, on demand. Appends what it found to soak_results.md.
#
#   tests/soak.sh endings [RUNS]       loadgen killed, terminated or interrupted at random instants
#   tests/soak.sh suites [RUNS]        the system tests, again and again
#   tests/soak.sh memory [SECONDS]     resident memory of `loadgen http` through a long run
#   tests/soak.sh promotions [RUNS]    a Postgres primary killed, its standby promoted: lost writes
#   tests/soak.sh demo [RUNS]          the demo without its fault: never FAILED or DEGRADED
#   tests/soak.sh cluster [RUNS]       what may befall a run from several processes
#   tests/soak.sh all                  each with its default
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cmake --preset release >/dev/null
cmake --build --preset release
export LOADGEN_BIN=$PWD/build/release/loadgen/cli/loadgen PYTHONDONTWRITEBYTECODE=1
if [[ ${1:-} == all ]]; then
  for what in endings suites memory promotions demo cluster; do
    python3 tests/system/soak.py "$what"
  done
else
  exec python3 tests/system/soak.py "$@"
fi

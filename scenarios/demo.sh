#!/bin/bash
# One whole experiment on real servers, on a bare Debian 12 or 13: installs what is missing, builds
# loadgen, starts two deployments of a Flask and Postgres service, runs scenarios/demo.toml against
# them (zone a of one is killed), stops everything, and says where the report is.
#   scenarios/demo.sh [options of loadgen run]
# Exit code 0: the experiment ran to its end and there is a report, whatever the verdict on the
# system. 13 (the measurement itself can't be trusted) and loadgen's other codes are handed on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
loadgen=build/release/loadgen/cli/loadgen
stack=scenarios/demo/stack.sh
LOADGEN_DEMO_STATE=$(realpath -m "${LOADGEN_DEMO_STATE:-build/demo}")
export LOADGEN_DEMO_STATE # absolute, since loadgen runs the hooks in scenarios/
base=${LOADGEN_DEMO_PORT_BASE:-8080}
out=results/demo-$(date -u +%Y%m%dT%H%M%SZ)

step() { printf '\n==> %s\n' "$*" >&2; }

step "1/5 packages"
scenarios/demo/packages.sh build demo

step "2/5 building loadgen (preset release)"
mkdir -p build
log=build/demo-configure.log
cmake --preset release -DLOADGEN_TESTS=OFF >"$log" 2>&1 || { cat "$log" >&2 && exit 1; }
cmake --build --preset release --target loadgen

step "3/5 starting both deployments (control and experimental)"
trap 'step "stopping both deployments"; "$stack" down' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$stack" up all --data large

step "4/5 the experiment: 75 s, zone a of the experimental group dies at 30 s for 10 s"
"$loadgen" run scenarios/demo.toml --out "$out" \
  --set "groups.control.base_url=http://127.0.0.1:$((base + 1))" \
  --set "groups.experimental.base_url=http://127.0.0.1:$((base + 2))" "$@" &
run=$!
# Ctrl-C reaches loadgen by itself; it then reverts the fault and writes its report, so wait for
# that.
trap : INT
trap 'kill -TERM "$run" 2>/dev/null || true' TERM
code=0
wait "$run" || code=$?
while kill -0 "$run" 2>/dev/null; do
  code=0
  wait "$run" || code=$?
done

step "5/5 result"
case $code in
  0) meaning="PASS: the hypothesis held." ;;
  10) meaning="FAILED: a check was refuted. That is a finding of the experiment, no error." ;;
  11) meaning="DEGRADED: worse than a margin allows. That is a finding, no error." ;;
  12) meaning="INCONCLUSIVE: the evidence decides neither way. The reasons are in the report." ;;
  13) meaning="INVALID: the measurement itself is not to be trusted; the report says why." ;;
  130 | 143) meaning="Interrupted. The fault was reverted, and the report is marked aborted." ;;
  *) meaning="loadgen could not finish the experiment (exit code $code)." ;;
esac
echo "$meaning"
report=$out/report.html
if [[ -s $report ]]; then
  echo "The report: $PWD/$report"
  echo "It is one file that needs no network: open it in any browser, or copy it to where one is."
  echo "The servers' own log of each request: $LOADGEN_DEMO_STATE/{control,experimental}/access.log"
elif ((code == 0)); then
  echo "but there is no report at $report"
  code=1
fi
case $code in 10 | 11 | 12) [[ ! -s $report ]] || code=0 ;; esac
exit "$code"

# An experiment in one command: what demo.sh, postgres.sh and node_loss.sh share. Sourced by them,
# at the top of the tree: prepare, start_stacks, conduct and conclude, in that order.
# shellcheck shell=bash

# LOADGEN_BIN names another loadgen than the one that would be built, LOADGEN_DEMO_RESULTS another
# place for the results than results.
loadgen=${LOADGEN_BIN:-build/release/loadgen/cli/loadgen}
stack=scenarios/demo/stack.sh
LOADGEN_DEMO_STATE=$(realpath -m "${LOADGEN_DEMO_STATE:-build/demo}")
export LOADGEN_DEMO_STATE # absolute, since loadgen runs the hooks in scenarios/
base=${LOADGEN_DEMO_PORT_BASE:-8080}

conductor=("$loadgen" run) # the command that conducts the experiment
load_cores= # where loadgen runs, as taskset takes them; empty: anywhere

step() { printf '\n==> %s\n' "$*" >&2; }

# prepare: packages and loadgen.
prepare() {
  step "1/5 packages"
  scenarios/demo/packages.sh build demo

  if [[ ${LOADGEN_BIN:-} ]]; then return; fi
  step "2/5 building loadgen (preset release)"
  mkdir -p build
  local log=build/demo-configure.log
  cmake --preset release -DLOADGEN_TESTS=OFF >"$log" 2>&1 || { cat "$log" >&2 && exit 1; }
  cmake --build --preset release --target loadgen
}

# start_stacks OPTION…: both deployments, with these options of `stack.sh up`. They are stopped
# when the script ends.
start_stacks() {
  step "3/5 starting both deployments (control and experimental)"
  trap 'step "stopping both deployments"; "$stack" down' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  "$stack" up all "$@"
}

# conduct TITLE NAME ARGUMENT…: the conductor with these arguments, its results in results/NAME.
# Sets code.
conduct() {
  step "4/5 $1"
  out=${LOADGEN_DEMO_RESULTS:-results}/$2
  ${load_cores:+taskset --cpu-list "$load_cores"} "${conductor[@]}" --out "$out" "${@:3}" &
  local run=$!
  # Ctrl-C reaches loadgen by itself; it then reverts the fault and writes its report, so wait for
  # that.
  trap : INT
  # shellcheck disable=SC2064 # this run's
  trap "kill -TERM $run 2>/dev/null || true" TERM
  code=0
  wait "$run" || code=$?
  while kill -0 "$run" 2>/dev/null; do
    code=0
    wait "$run" || code=$?
  done
}

# conclude: says what came out and where it is, and exits. Exit code 0: the experiment ran to its
# end and there is a report, whatever the verdict on the system.
conclude() {
  step "5/5 result"
  local meaning report=$out/report.html
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
  if [[ -s $report ]]; then
    echo "The report: $(realpath "$report")"
    echo "It is one file that needs no network: open it in any browser, or copy it to where one is."
    echo "The servers' own logs: $LOADGEN_DEMO_STATE/{control,experimental}/*.log"
  elif ((code == 0)); then
    echo "but there is no report at $report"
    code=1
  fi
  case $code in 10 | 11 | 12) [[ ! -s $report ]] || code=0 ;; esac
  exit "$code"
}

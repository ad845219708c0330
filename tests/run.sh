#!/bin/bash
# tests/run.sh [--only PATTERN]: sets the machine up (as root), builds, runs every test once.
#
# Works from any directory, on a bare Debian 12 or 13 as on a developer's machine; without root it
# uses what is installed. PATTERN is an extended regular expression on the names of the test
# programs. Prints a line per program, the whole output of those that fail, at the end the failed
# cases again, and at last exactly "N passed, N failed"; the exit status is 1 when any failed.
# A program that failed while a hypervisor took the machine away proves nothing: it runs once more,
# at most twice, and what was wrong is printed each time.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
exec </dev/null

only=.
if [[ ${1:-} == --only && $# == 2 ]]; then
  only=$2
elif (($#)); then
  echo "usage: tests/run.sh [--only PATTERN]" >&2
  exit 2
fi

readonly preset=dev limit_s=600 most_runs=3
passed=0 failed=0 running= watching=
logs=$(mktemp -d)
# Where the tests have their files. What they started is known by it, whoever it runs as.
readonly scratch=$logs/scratch
chmod 755 "$logs"
mkdir -m 1777 "$scratch"
export PYTHONDONTWRITEBYTECODE=1
export LOADGEN_STALLS=$logs/stalls
unset LOADGEN_BIN LOADGEN_UPDATE_GOLDENS

# Ids of the processes that tests started, servers in sessions of their own among them.
started_by_tests() {
  local process
  for process in /proc/[0-9]*; do
    if grep -qsF "$scratch" "$process/cmdline" "$process/environ"; then echo "${process##*/}"; fi
  done
}

# Ends what a test left behind when it was ended itself; scripts get the time to clean up.
end_what_is_left() {
  local left tries
  left=$(started_by_tests)
  [[ $left ]] || return 0
  xargs kill -TERM <<<"$left" 2>/dev/null
  for ((tries = 0; tries < 100; ++tries)); do
    left=$(started_by_tests)
    [[ $left ]] || return 0
    sleep 0.2
  done
  xargs kill -KILL <<<"$left" 2>/dev/null
}

clean_up() {
  # `timeout` hands the signal on to the whole group that it started.
  [[ -z $running ]] || { kill -TERM "$running" && wait "$running"; } 2>/dev/null
  end_what_is_left
  [[ -z $watching ]] || { kill -KILL "$watching" && wait "$watching"; } 2>/dev/null
  rm -rf "$logs"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

finish() {
  cat "$logs/failures" 2>/dev/null
  echo "$passed passed, $failed failed"
  ((failed == 0))
  exit
}

now_ms() { date +%s%3N; }

# line WORD NAME RESULT SINCE_MS
line() {
  local took=$(($(now_ms) - $4))
  printf '%-5s %-34s %-28s %4d.%d s\n' "$1" "$2" "$3" $((took / 1000)) $((took % 1000 / 100))
}

# step NAME COMMAND…: a step without which nothing else can run.
step() {
  local name=$1 since
  since=$(now_ms)
  shift
  "$@" >"$logs/step" 2>&1 &
  running=$!
  if wait "$running"; then
    running=
    line ok "$name" "" "$since"
    return
  fi
  running=
  cat "$logs/step"
  line FAIL "$name" "" "$since"
  failed=1
  finish
}

# The number behind the last KEY= in the log's last line that unittest ends with, or 0.
unittest_count() {
  sed -nE "s/^(FAILED|OK) \(.*\b$1=([0-9]+).*/\2/p" "$logs/test" | tail -n 1 | grep . || echo 0
}

# Sets cases, bad and skipped from what the program in $logs/test printed and its exit status. A
# doctest case that a hypervisor kept from its answer prints a line "skipped: …".
count() {
  local status=$1 summary
  cases=1 bad=0 skipped=0
  summary=$(sed -E 's/\x1b\[[0-9;]*m//g' "$logs/test" |
    grep -E '^\[doctest\] test cases:' | tail -n 1)
  if [[ $summary =~ ([0-9]+)\ *\|\ *([0-9]+)\ passed\ *\|\ *([0-9]+)\ failed ]]; then
    cases=${BASH_REMATCH[1]} bad=${BASH_REMATCH[3]}
    skipped=$(grep -c '^skipped: ' "$logs/test")
  elif summary=$(grep -E '^Ran [0-9]+ tests? in ' "$logs/test" | tail -n 1) && [[ $summary ]]; then
    cases=${summary#Ran } cases=${cases%% *}
    skipped=$(unittest_count skipped)
    bad=$(($(unittest_count failures) + $(unittest_count errors)))
  fi
  # A program that crashed, hung, or ran nothing has failed, whatever it said before.
  if ((bad == 0)) && { ((status != 0)) || ((cases == 0)); }; then
    bad=1
  fi
  # unittest counts each failed part of a test as a failure of its own.
  ((cases - skipped >= bad)) || cases=$((bad + skipped))
}

# The failed cases of the program that printed $logs/test, each with the first thing it found wrong.
failures() {
  sed -E 's/\x1b\[[0-9;]*m//g' "$logs/test" | awk '
    /^TEST CASE:|^(FAIL|ERROR): / { failed = $0; wrong = 0 }
    / ERROR: / || (/^[A-Za-z.]*(Error|Exception|Expired)(:|$)/ && failed ~ /^[FE]/) {
      if (failed != "" && !wrong++) print "  " failed "\n    " substr($0, 1, 200)
    }
    / values: / && wrong == 1 { print "    " $0 }'
}

# run_once COMMAND…: to its end or to the time limit; sets status, and what `count` sets.
run_once() {
  TMPDIR=$scratch timeout --kill-after=10 "$limit_s" "$@" >"$logs/test" 2>&1 &
  running=$!
  wait "$running"
  status=$?
  running=
  count "$status"
  ((status < 124)) || end_what_is_left
}

# run_test NAME COMMAND…: one test program.
run_test() {
  local name=$1 since status result mark runs
  shift
  [[ $name =~ $only ]] || return 0
  for ((runs = 1; ; ++runs)); do
    since=$(now_ms)
    mark=$(python3 tests/system/disturbance.py now)
    run_once "$@"
    result="$((cases - skipped - bad)) passed"
    ((skipped == 0)) || result+=", $skipped skipped"
    ((bad > 0)) || break
    result+=", $bad failed"
    # No machine is the reason for what hangs or crashes.
    ((runs < most_runs && status == 1)) || break
    python3 tests/system/disturbance.py since "$mark" >"$logs/taken" || break
    line again "$name" "$result" "$since"
    echo "  $(<"$logs/taken"):"
    failures
  done
  passed=$((passed + cases - skipped - bad)) failed=$((failed + bad))
  if ((bad == 0)); then
    line ok "$name" "$result" "$since"
    return
  fi
  cat "$logs/test"
  ((status != 124)) || echo "$name: stopped after $limit_s s"
  ((status <= 128)) || echo "$name: ended by signal $((status - 128))"
  line FAIL "$name" "$result" "$since"
  { echo "$name" && failures; } >>"$logs/failures"
}

# One line per test that CMake knows: its name, a tab, and the command that runs it.
built_tests() {
  ctest --test-dir "build/$preset" --show-only=json-v1 | python3 -c '
import json, shlex, sys
for test in json.load(sys.stdin)["tests"]:
    properties = {each["name"]: each["value"] for each in test.get("properties", [])}
    directory = shlex.quote(properties.get("WORKING_DIRECTORY", "."))
    program = shlex.join(test["command"])
    print(test["name"], f"cd {directory} && exec {program}", sep="\t")
'
}

((EUID != 0)) || step packages scenarios/demo/packages.sh build demo test
step configure cmake --preset "$preset"
step build cmake --build --preset "$preset"
: >"$LOADGEN_STALLS"
python3 tests/system/stalls.py "$LOADGEN_STALLS" &
watching=$!
built_tests >"$logs/built" || { failed=1 && finish; }
while IFS=$'\t' read -r name command; do
  run_test "$name" bash -c "$command"
done <"$logs/built"
run_test tidy_test python3 tests/tidy_test.py
for suite in tests/system/*_test.py; do
  run_test "system/$(basename "$suite" .py)" python3 "$suite"
done
if ((passed + failed == 0)); then
  echo "no test program's name matches '$only'"
  failed=1
fi
finish

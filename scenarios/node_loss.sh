#!/bin/bash
# A host dies with everything on it, the load's own worker included, on a bare Debian 12 or 13:
# installs what is missing, builds loadgen, makes hosts out of network namespaces (demo/hosts.sh),
# starts two deployments, three workers and a coordinator on them, runs node_loss.toml, removes
# everything, and says where the report is. Needs root.
#   scenarios/node_loss.sh [options of loadgen coordinator]
# Exit code 0: the experiment ran to its end and there is a report, whatever the verdict on the
# system. 13 (the measurement itself can't be trusted) and loadgen's other codes are handed on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if ((EUID != 0)) || ! unshare --net true 2>/dev/null; then
  echo "node_loss.sh: needs root, and the right to make network namespaces" >&2
  exit 1
fi
LOADGEN_DEMO_STATE=${LOADGEN_DEMO_STATE:-build/demo-hosts}
# shellcheck source=demo/experiment.sh
. scenarios/demo/experiment.sh
# shellcheck source=demo/processes.sh
. scenarios/demo/processes.sh
export LOADGEN_DEMO_HOSTS=${LOADGEN_DEMO_HOSTS:-demo}
hosts=scenarios/demo/hosts.sh
# The first one lives on the host that dies; the others have a host of their own.
worker_hosts=(experimental-a worker-a worker-b)
token=$LOADGEN_DEMO_STATE/token
channel=7400

# url_of GROUP PORT
url_of() { echo "http://$("$hosts" address "$1-front"):$2"; }

# remove_all: by name and id, nothing else. Harmless when repeated.
remove_all() {
  local worker
  step "stopping the workers and both deployments, removing the hosts"
  for worker in "${!worker_hosts[@]}"; do signal "$LOADGEN_DEMO_STATE" "worker-$worker" TERM; done
  for worker in "${!worker_hosts[@]}"; do settle "$LOADGEN_DEMO_STATE" "worker-$worker" 5; done
  "$stack" down || true
  "$hosts" down
  rm -f "$token"
}

# start_workers ADDRESS: they dial it.
start_workers() {
  local worker allowed=()
  for group in control experimental; do
    allowed+=(--allow-target "$("$hosts" address "$group-front")")
  done
  for worker in "${!worker_hosts[@]}"; do
    : >"$LOADGEN_DEMO_STATE/worker-$worker.log"
    rm -rf "$LOADGEN_DEMO_STATE/spool-$worker"
    # The index: which worker it is to be, as a Job's pods are told.
    JOB_COMPLETION_INDEX=$worker launch "$LOADGEN_DEMO_STATE" "worker-$worker" \
      "$hosts" run "${worker_hosts[worker]}" "$loadgen" worker --coordinator "$1:$channel" \
      --token-file "$token" --spool "$LOADGEN_DEMO_STATE/spool-$worker" "${allowed[@]}"
  done
}

prepare
mkdir -p "$LOADGEN_DEMO_STATE"
exec 8>"$LOADGEN_DEMO_STATE/experiment.lock"
if ! flock -n 8; then
  echo "node_loss.sh: another one runs with $LOADGEN_DEMO_STATE" >&2
  exit 1
fi
trap remove_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
step "3/5 making hosts; starting both deployments (control and experimental) and three workers"
"$hosts" up 8>&-
"$stack" up all --data small --standby none --cores shared 8>&-
(umask 077 && head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$token")
coordinator=$("$hosts" address coordinator)
start_workers "$coordinator" 8>&-
conductor=("$hosts" run coordinator "$loadgen" coordinator --listen "$coordinator:$channel"
  --workers "${#worker_hosts[@]}" --token-file "$token")
conduct "the experiment: 85 s, a host with one worker of three dies at 30 s for 20 s" \
  "node-loss-$(date -u +%Y%m%dT%H%M%SZ)" scenarios/node_loss.toml \
  --set "groups.control.base_url=$(url_of control $((base + 1)))" \
  --set "groups.experimental.base_url=$(url_of experimental $((base + 2)))" "$@"
conclude

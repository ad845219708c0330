#!/bin/bash
# The Postgres experiments, each one command on a bare Debian 12 or 13: installs what is missing,
# builds loadgen, starts two deployments, lets pgbench's load run on both while the database of one
# suffers, stops everything, and says where the report is.
#   scenarios/postgres.sh restart             one server, stopped as by a crash and started again
#   scenarios/postgres.sh primary_kill async  the primary is killed, its standby takes over
#   scenarios/postgres.sh primary_kill sync   the same, and each COMMIT waits for the standby
#   scenarios/postgres.sh primary_kill cut    as async, but in its last 2 s the primary reaches its
#                                             standby no more: writes are lost
# Options of loadgen run may follow; the scenarios are postgres_restart.toml and
# postgres_primary_kill.toml. Exit code 0: the experiment ran to its end and there is a report,
# whatever the verdict on the system. 13 (the measurement itself can't be trusted) and loadgen's
# other codes are handed on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=demo/experiment.sh
. scenarios/demo/experiment.sh
# shellcheck source=demo/processes.sh
. scenarios/demo/processes.sh

misuse() {
  echo "postgres.sh: $1" >&2
  sed -n 's/^#   //p' scenarios/postgres.sh >&2
  exit 2
}

# dsn_of PORT…: all of a group's servers. Their ports follow LOADGEN_DEMO_PORT_BASE.
dsn_of() {
  local hosts=${*/*/127.0.0.1} ports=$*
  echo "host=${hosts// /,} port=${ports// /,} dbname=bench user=bench" \
    "target_session_attrs=read-write"
}

experiment=${1:-}
case $experiment in
  restart)
    shift
    standby=none
    control=$(dsn_of $((base + 13)))
    experimental=$(dsn_of $((base + 23)))
    title="the experiment: 95 s, the experimental group's Postgres stops at 40 s for 5 s"
    settings=()
    ;;
  primary_kill)
    variant=${2:-}
    standby=${variant/cut/async}
    [[ $standby == async || $standby == sync ]] || misuse "primary_kill is async, sync or cut"
    shift 2
    control=$(dsn_of $((base + 13)) $((base + 14)))
    experimental=$(dsn_of $((base + 23)) $((base + 24)))
    title="the experiment: 105 s, the experimental group's primary is killed at 40 s"
    settings=(--set "experiment.labels.replication=$variant")
    cut_and_kill="./demo/stack.sh replication experimental cut && sleep 2"
    cut_and_kill+=" && ./demo/stack.sh kill experimental primary"
    [[ $variant != cut ]] ||
      settings+=(--set "faults.kill-primary.inject=['sh', '-c', '$cut_and_kill']"
        --set faults.promote-standby.at=12s)
    ;;
  *) misuse "no experiment named '$experiment'" ;;
esac

prepare
load_cores=$(cores_for load)
start_stacks --data small --standby "$standby" --cores own
conduct "$title" "postgres-$experiment${variant:+-$variant}-$(date -u +%Y%m%dT%H%M%SZ)" \
  "scenarios/postgres_$experiment.toml" --set "groups.control.dsn=$control" \
  --set "groups.experimental.dsn=$experimental" "${settings[@]}" "$@"
conclude

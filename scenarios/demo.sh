#!/bin/bash
# One whole experiment on real servers, on a bare Debian 12 or 13: installs what is missing, builds
# loadgen, starts two deployments of a Flask and Postgres service, runs scenarios/demo.toml against
# them (zone a of one is killed), stops everything, and says where the report is.
#   scenarios/demo.sh [options of loadgen run]
# Exit code 0: the experiment ran to its end and there is a report, whatever the verdict on the
# system. 13 (the measurement itself can't be trusted) and loadgen's other codes are handed on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=demo/experiment.sh
. scenarios/demo/experiment.sh

prepare
start_stacks --data large --standby none --cores shared
conduct "the experiment: 75 s, zone a of the experimental group dies at 30 s for 10 s" \
  "demo-$(date -u +%Y%m%dT%H%M%SZ)" scenarios/demo.toml \
  --set "groups.control.base_url=http://127.0.0.1:$((base + 1))" \
  --set "groups.experimental.base_url=http://127.0.0.1:$((base + 2))" "$@"
conclude

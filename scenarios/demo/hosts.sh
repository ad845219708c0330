#!/bin/bash
# Several machines on one: hosts made of network namespaces, in zones, whose cables can be pulled.
usage() {
  cat <<'END'
hosts.sh up                  makes the hosts that network.sh lists; those of an earlier run first go
hosts.sh down                kills what runs on them, and removes them
hosts.sh list                one line per host: its name, zone, address, processes
hosts.sh address HOST        its address
hosts.sh run HOST COMMAND…   on that host, which is what it takes this machine's name to be
hosts.sh cut HOST|zone-Z     nothing crosses its cable any more, in either direction; nobody is told
hosts.sh mend HOST|zone-Z    it does again
hosts.sh kill HOST           SIGKILL to everything that runs there; returns when it is gone

LOADGEN_DEMO_HOSTS  default demo: what the namespaces' names begin with. One set of hosts for each.
Needs root. A host has the file system, users and clock of this machine, and a network of its own.
END
}
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin LOADGEN_DEMO_HOSTS=${LOADGEN_DEMO_HOSTS:-demo}
# shellcheck source=network.sh
. "$here/network.sh"
switch=$demo_hosts-switch

say() { echo "hosts: $*" >&2; }
misuse() {
  say "$1"
  usage >&2
  exit 2
}

# need_host NAME
need_host() {
  host_at "${1:-}" || misuse "no host named '${1:-}'"
}

# exists NAMESPACE
exists() { [[ -e /run/netns/$1 ]]; }

# kill_all NAMESPACE: everything that runs in it, and what that forks meanwhile.
kill_all() {
  local pids patience=200
  while pids=$(ip netns pids "$1" 2>/dev/null) && [[ $pids ]]; do
    ((patience-- > 0)) || { say "can't kill in $1: ${pids//$'\n'/ }" && return 1; }
    # shellcheck disable=SC2086 # one word each
    kill -KILL $pids 2>/dev/null || true
    sleep 0.01
  done
}

down() {
  local entry namespace
  for entry in "${host_table[@]}" switch; do
    namespace=$demo_hosts-${entry%:*}
    exists "$namespace" || continue
    kill_all "$namespace" || true
    ip netns del "$namespace" # its cables go with it
  done
}

# plug BRIDGE INTERFACE: both of the switch.
plug() { ip -n "$switch" link set "$2" master "$1" up; }

up() {
  local entry namespace zone address number
  down
  ip netns add "$switch"
  ip -n "$switch" link add core type bridge
  ip -n "$switch" link set core up
  for zone in "${zones[@]}"; do
    ip -n "$switch" link add "zone-$zone" type bridge
    ip -n "$switch" link set "zone-$zone" up
    ip -n "$switch" link add "trunk-$zone" type veth peer name "core-$zone"
    plug "zone-$zone" "trunk-$zone"
    plug core "core-$zone"
  done
  for entry in "${host_table[@]}"; do
    host_at "${entry%:*}"
    ip netns add "$namespace"
    ip -n "$namespace" link set lo up
    ip -n "$switch" link add "port-$number" type veth peer name eth0 netns "$namespace"
    plug "zone-$zone" "port-$number"
    ip -n "$namespace" address add "$address/16" dev eth0
    ip -n "$namespace" link set eth0 up
  done
  say "${#host_table[@]} hosts in ${#zones[@]} zones are up"
}

list() {
  local entry namespace zone address number
  for entry in "${host_table[@]}"; do
    host_at "${entry%:*}"
    exists "$namespace" || continue
    printf '%-20s zone %s  %-12s %3d processes\n' "${entry%:*}" "$zone" "$address" \
      "$(ip netns pids "$namespace" | wc -l)"
  done
}

# set_cable HOST|zone-Z up|down
set_cable() {
  local namespace zone address number
  if [[ $1 == zone-[a-z] && " ${zones[*]} " == *" ${1#zone-} "* ]]; then
    ip -n "$switch" link set "trunk-${1#zone-}" "$2"
  else
    need_host "$1"
    ip -n "$switch" link set "port-$number" "$2"
  fi
}

main() {
  local verb=${1:-} namespace zone address number
  (($# == 0)) || shift
  [[ $demo_hosts =~ ^[a-z][a-z0-9-]{0,30}$ ]] || misuse "LOADGEN_DEMO_HOSTS is no name"
  case $verb in
    help | -h | --help | '') usage && return ;;
    address) need_host "${1:-}" && echo "$address" && return ;;
    up | down | list | run | cut | mend | kill) ;;
    *) misuse "no command named '$verb'" ;;
  esac
  ((EUID == 0)) || { say "needs root, for network namespaces" && exit 1; }
  case $verb in
    up) up ;;
    down) down ;;
    list) list ;;
    cut) set_cable "${1:-}" down ;;
    mend) set_cable "${1:-}" up ;;
    kill) need_host "${1:-}" && kill_all "$namespace" ;;
    run)
      need_host "${1:-}"
      (($# > 1)) || misuse "run needs a command"
      # shellcheck disable=SC2016 # expanded there
      exec ip netns exec "$namespace" unshare --uts -- \
        bash -c 'echo "$0" >/proc/sys/kernel/hostname && exec "$@"' "$@"
      ;;
  esac
}

main "$@"

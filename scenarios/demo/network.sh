# The hosts of the demo: a network namespace each, with a cable to the switch of its zone. Sourced
# by hosts.sh and stack.sh.
#
# LOADGEN_DEMO_HOSTS names them: with "demo" the host worker-a is the namespace demo-worker-a.
# Empty: there are none, and everything is on loopback. The switches stand in a namespace of their
# own, so that nothing of the machine's own network is touched, and nothing outside can reach the
# hosts:
#
#   zone a ─┐        ┌─ host      demo-switch: a bridge for each zone, and one that joins them;
#   zone b ─┼─ core  └─ host      port-N leads to host N, trunk-a from zone a to the core
#   zone c ─┘
# shellcheck shell=bash

demo_hosts=${LOADGEN_DEMO_HOSTS:-}

# HOST:ZONE. The coordinator stands apart from everything that may die.
host_table=(
  coordinator:c
  control-front:b control-a:a control-b:b
  experimental-front:b experimental-a:a experimental-b:b
  worker-a:a worker-b:b
)
zones=(a b c)

# host_at NAME: sets namespace, zone, address and number. Exit code 1: there is none of that name.
host_at() {
  local entry
  number=0
  for entry in "${host_table[@]}"; do
    number=$((number + 1))
    [[ ${entry%:*} == "$1" ]] || continue
    zone=${entry#*:}
    namespace=$demo_hosts-$1
    # The third number is the zone's: that is how a scenario knows it, too.
    printf -v address '10.77.%d.%d' "$(($(printf %d "'$zone") - 96))" "$number"
    return 0
  done
  return 1
}

# place_of GROUP PART: sets address, and inside: the words that run a command on its host.
place_of() {
  address=127.0.0.1 inside=()
  [[ $demo_hosts ]] || return 0
  local zone namespace number
  case $2 in
    nginx) host_at "$1-front" ;;
    app-a | db) host_at "$1-a" ;;
    app-b | standby) host_at "$1-b" ;;
  esac
  inside=(ip netns exec "$namespace")
}

#!/bin/bash
# The demo's two deployments, on loopback or on hosts of their own. A group is nginx in front of two
# application instances (zones a and b) and one Postgres, which lives in zone a; and in zone b, if
# asked for, a standby of it.
usage() {
  cat <<'END'
stack.sh up [control|experimental|all] [--data large|small] [--standby none|async|sync]
            [--cores shared|own]  starts what is not running, returns when it is healthy
stack.sh down                stops everything it ever started
stack.sh status              one line per process
stack.sh kill GROUP PART…    SIGKILL, children included; returns when they are gone
stack.sh immediate-stop GROUP PART…  only databases: clients are told, nothing is finished
stack.sh revive GROUP PART…  starts what is dead; returns at once (see wait)
stack.sh wait GROUP [PART…]  returns when healthy; exit code 1 after 30 s
stack.sh healthy GROUP [PART…]   exit code 0 if all of them run and answer, else 1
stack.sh dead GROUP [PART…]      exit code 0 if none of them runs, else 1
stack.sh promote GROUP       the replica of a dead primary becomes primary; returns when it takes
                             writes
stack.sh rejoin GROUP        whatever happened: there is a primary, and the other one streams from
                             it again, as a fresh copy if it was the primary itself
stack.sh replication GROUP cut|heal  the replica stops receiving; goes on and is streaming

GROUP is control or experimental. PART is nginx, app-a, app-b, db, standby, primary or replica
(whichever of db and standby is that now), zone-a (app-a and db), zone-b (app-b and standby) or all,
the default of the last three. A replica is healthy while it streams. A group keeps what it was last
told by --data (at first large; generated once), --standby (none; with sync a COMMIT waits for the
replica) and --cores (shared; own: so that neither is faster while the other one is down. With three
cores or more some are left for the load).

LOADGEN_DEMO_PORT_BASE  default 8080. control: nginx +1, apps +11 and +12, Postgres +13, its
                        standby +14; experimental: nginx +2, apps +21 and +22, Postgres +23, +24
LOADGEN_DEMO_STATE      default build/demo beside the sources: clusters, pid files, logs.
                        GROUP/access.log has a line for every request since the group's nginx
                        was started (its fields: nginx.conf)

LOADGEN_DEMO_HOSTS      default none: all is on loopback. Else the hosts that `hosts.sh up` made
                        under this name: GROUP-front (nginx), GROUP-a (app-a, db), GROUP-b
                        (app-b, standby), with a state of their own. Whether a part is healthy
                        is asked from the coordinator's host

For pgbench there is a database bench, without tables, and a role bench that owns it:
  pgbench -i "host=127.0.0.1,127.0.0.1 port=8093,8094 user=bench dbname=bench
              target_session_attrs=read-write"
END
}
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${LOADGEN_DEMO_STATE:-$here/../../build/demo}
base=${LOADGEN_DEMO_PORT_BASE:-8080}
all_groups=(control experimental)
all_parts=(db standby app-a app-b nginx)

say() { echo "stack: $*" >&2; }
die() {
  say "$*"
  exit 1
}
misuse() {
  say "$1"
  usage >&2
  exit 2
}

# shellcheck source=network.sh
. "$here/network.sh"
# shellcheck source=processes.sh
. "$here/processes.sh"
# shellcheck source=cluster.sh
. "$here/cluster.sh"
# shellcheck source=replication.sh
. "$here/replication.sh"

# port_of GROUP PART: sets port.
port_of() {
  local group_offset=0
  [[ $1 == control ]] || group_offset=1
  case $2 in
    nginx) port=$((base + 1 + group_offset)) ;;
    app-a) port=$((base + 11 + 10 * group_offset)) ;;
    app-b) port=$((base + 12 + 10 * group_offset)) ;;
    db) port=$((base + 13 + 10 * group_offset)) ;;
    standby) port=$((base + 14 + 10 * group_offset)) ;;
  esac
}

# parts_of GROUP: sets parts to all that it has, in the order in which they start.
parts_of() {
  local mode primary replica part
  read_replication "$1"
  parts=("$primary")
  [[ ! $replica ]] || parts+=("$replica")
  parts+=(app-a app-b nginx)
}

# read_group [WORD]: sets group.
read_group() {
  group=${1:-}
  [[ $group == control || $group == experimental ]] || misuse "no group named '$group'"
}

# read_parts WORD…: sets parts, in the order in which they start. Without a word: all of the group.
read_parts() {
  local word wanted=" " mode primary replica
  read_replication "$group"
  for word in "${@:-all}"; do
    case $word in
      nginx | app-a | app-b | db) wanted+="$word " ;;
      standby) need_standby "$group" && wanted+="standby " ;;
      primary) wanted+="$primary " ;;
      replica) need_standby "$group" && wanted+="$replica " ;;
      zone-a) wanted+="app-a db " ;;
      zone-b) wanted+="app-b standby " ;;
      all) wanted+="${all_parts[*]} " ;;
      *) misuse "no part named '$word'" ;;
    esac
  done
  parts_of "$group"
  for word in "${!parts[@]}"; do
    [[ $wanted == *" ${parts[word]} "* ]] || unset "parts[word]"
  done
}

launch_app() {
  local dir=$state/$1 zone=zone-${2#app-} port address inside become=()
  port_of "$1" db
  place_of "$1" db
  local dsn="host=$address port=$port dbname=demo user=demo"
  dsn+=" connect_timeout=2 tcp_user_timeout=2000 application_name=$zone"
  port_of "$1" "$2"
  place_of "$1" "$2"
  # Read as root, then served as nobody in particular: app.py may lie where only root can read.
  ((EUID != 0)) || become=(--preload --user www-data --group www-data)
  launch "$dir" "$2" "${inside[@]}" env -u PYTHONPATH -u PYTHONHOME PYTHONDONTWRITEBYTECODE=1 \
    DEMO_ZONE="$zone" DEMO_DSN="$dsn" \
    /usr/bin/python3 -s /usr/bin/gunicorn --chdir "$here" "${become[@]}" \
    --bind "$address:$port" --backlog 2048 --worker-class gthread --workers 1 --threads 8 \
    --keep-alive 75 --timeout 60 --graceful-timeout 1 --log-level warning app:app
}

launch_nginx() {
  local dir=$state/$1 port address inside user='' at=()
  for part in app-a app-b nginx; do
    port_of "$1" "$part"
    place_of "$1" "$part"
    at+=("$address:$port")
  done
  ((EUID != 0)) || user='user www-data;'
  sed -e "s/@APP_A@/${at[0]}/; s/@APP_B@/${at[1]}/; s/@LISTEN@/${at[2]}/; s/@USER@/$user/" \
    "$here/nginx.conf" >"$dir/nginx.conf"
  : >"$dir/access.log"
  launch "$dir" nginx "${inside[@]}" nginx -e "$dir/error.log" -p "$dir/" -c "$dir/nginx.conf"
}

# start GROUP PART: unless it is alive.
start() {
  local port pid address inside
  alive "$state/$1" "$2" && return
  port_of "$1" "$2"
  place_of "$1" "$2"
  if listening "$address" "$port"; then
    die "port $port ($1 $2) is taken by another program; choose others with LOADGEN_DEMO_PORT_BASE"
  fi
  case $2 in
    db | standby) start_database "$1" "$2" ;;
    app-?) launch_app "$1" "$2" ;;
    nginx) launch_nginx "$1" ;;
  esac
}

# ensure_cores GROUP shared|own|"": "" keeps what is there. Stops what runs elsewhere.
ensure_cores() {
  local file=$state/$1/cores wanted='' held=''
  [[ $2 ]] || return 0
  [[ $2 == shared ]] || wanted=$(cores_for "$1")
  [[ ! -r $file ]] || held=$(<"$file")
  [[ $wanted != "$held" ]] || return 0
  stop "$1" "${all_parts[@]}"
  if [[ $wanted ]]; then echo "$wanted" >"$file"; else rm -f "$file"; fi
}

# stop GROUP PART…: asks all of them to end, at once, and waits until they have.
stop() {
  local group=$1 part
  shift
  for part in "$@"; do
    case $part in
      nginx) signal "$state/$group" nginx TERM ;;
      app-?) signal "$state/$group" "$part" QUIT ;;
      db | standby) signal "$state/$group" "$part" INT ;;
    esac
  done
  for part in "$@"; do settle "$state/$group" "$part" 5; done
}

# immediate_stop GROUP PART…: as a crash, but the server tells its clients (57P02).
immediate_stop() {
  local group=$1 part
  shift
  for part in "$@"; do signal "$state/$group" "$part" QUIT; done
  for part in "$@"; do settle "$state/$group" "$part" 10; done
}

# healthy GROUP PART. nginx need only listen: what it answers is the applications' health.
healthy() {
  local port pid address inside mode primary replica
  alive "$state/$1" "$2" || return 1
  port_of "$1" "$2"
  place_of "$1" "$2"
  case $2 in
    db | standby)
      read_replication "$1"
      accepts "$address" "$port" || return 1
      [[ $replica ]] || return 0
      if [[ $2 == "$primary" ]]; then takes_writes "$1" "$2"; else streams "$1"; fi
      ;;
    app-?) answers "$address" "$port" ;;
    nginx) listening "$address" "$port" ;;
  esac
}

# await GROUP PART SECONDS
await() {
  local deadline=$((SECONDS + $3))
  until healthy "$1" "$2"; do
    if ! alive "$state/$1" "$2"; then
      tail -n 5 "$state/$1/$2.log" >&2 || true
      say "$1 $2 is not running; its log is $state/$1/$2.log"
      return 1
    fi
    if ((SECONDS >= deadline)); then
      say "$1 $2 is not healthy after $3 s; its log is $state/$1/$2.log"
      return 1
    fi
    sleep 0.05
  done
}

up() {
  local size='' standby='' cores='' groups=()
  while (($#)); do
    case $1 in
      control | experimental) groups+=("$1") ;;
      all) groups=("${all_groups[@]}") ;;
      --data)
        size=${2:-}
        [[ $size == large || $size == small ]] || misuse "--data takes large or small"
        shift
        ;;
      --standby)
        standby=${2:-}
        [[ $standby == none || $standby == async || $standby == sync ]] ||
          misuse "--standby takes none, async or sync"
        shift
        ;;
      --cores)
        cores=${2:-}
        [[ $cores == shared || $cores == own ]] || misuse "--cores takes shared or own"
        shift
        ;;
      *) misuse "up does not know '$1'" ;;
    esac
    shift
  done
  ((${#groups[@]})) || groups=("${all_groups[@]}")
  local group part parts address inside mode primary replica
  for group in "${groups[@]}"; do
    mkdir -p "$state/$group"
    ensure_cores "$group" "$cores"
    ensure_cluster "$group" "$size"
    ensure_replication "$group" "$standby"
    read_replication "$group"
    [[ ! $replica ]] || rejoin "$group"
    parts_of "$group"
    for part in "${parts[@]}"; do start "$group" "$part"; done
  done
  for group in "${groups[@]}"; do
    parts_of "$group"
    for part in "${parts[@]}"; do await "$group" "$part" 30 || exit 1; done
    port_of "$group" nginx
    place_of "$group" nginx
    read -r size _ <"$clusters/$group.stamp"
    read_replication "$group"
    say "$group is up at http://$address:$port ($size data, ${mode/none/no} standby)"
  done
}

down() {
  local group
  for group in "${all_groups[@]}"; do
    stop "$group" nginx app-a app-b db standby
    forget_dead "$group" db
    forget_dead "$group" standby
  done
  stop template db # of a load that was interrupted
}

status() {
  local group part parts pid port word address inside mode primary replica name
  for group in "${all_groups[@]}"; do
    parts_of "$group"
    for part in "${parts[@]}"; do
      port_of "$group" "$part"
      place_of "$group" "$part"
      read_replication "$group"
      word=dead
      pid=-
      if alive "$state/$group" "$part"; then
        word=unhealthy
        healthy "$group" "$part" && word=healthy
      fi
      name=$part
      [[ $part != "$replica" ]] || name+=", $mode replica"
      [[ $part != "$primary" || ! $replica ]] || name+=', primary'
      printf '%-13s %-22s %-16s %-10s pid %s\n' "$group" "$name" "$address:$port" "$word" "$pid"
    done
  done
}

# databases_only COMMAND PART…
databases_only() {
  local command=$1 part
  shift
  for part in "$@"; do
    [[ $part == db || $part == standby ]] || misuse "$command is for databases, not for $part"
  done
}

main() {
  local verb=${1:-} part group parts=()
  (($# == 0)) || shift
  case $verb in
    help | -h | --help | '') usage && exit ;;
    up | down | status) ;;
    kill | immediate-stop | revive)
      (($# > 1)) || misuse "$verb needs a group and what of it"
      read_group "$@"
      ;;
    replication)
      [[ $# == 2 && ($2 == cut || $2 == heal) ]] || misuse "replication needs a group, cut or heal"
      read_group "$@"
      ;;
    wait | healthy | dead | promote | rejoin) read_group "$@" ;;
    *) misuse "no command named '$verb'" ;;
  esac
  export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
  unset ${!PG@} # nothing of the user's Postgres settings
  mkdir -p "$state"
  state=$(cd "$state" && pwd)
  cd /
  if [[ $demo_hosts && $(ip netns identify) != "$demo_hosts-coordinator" ]]; then
    LOADGEN_DEMO_STATE=$state exec ip netns exec "$demo_hosts-coordinator" "$here/stack.sh" \
      "$verb" "$@"
  fi
  find_postgres
  find_clusters
  case $verb in up | down | kill | immediate-stop | revive | promote | rejoin | replication)
    exec 9>"$state/lock"
    flock -w 60 9 || die "another stack.sh holds $state/lock"
    ;;
  esac
  case $verb in kill | immediate-stop | revive | wait | healthy | dead) read_parts "${@:2}" ;; esac
  case $verb in
    up) up "$@" ;;
    down) down ;;
    status) status ;;
    kill)
      for part in "${parts[@]}"; do
        kill_tree "$state/$group" "$part" || say "$group $part was dead"
      done
      ;;
    immediate-stop)
      databases_only "$verb" "${parts[@]}"
      immediate_stop "$group" "${parts[@]}"
      ;;
    revive) for part in "${parts[@]}"; do start "$group" "$part"; done ;;
    wait) for part in "${parts[@]}"; do await "$group" "$part" 30 || exit 1; done ;;
    healthy) for part in "${parts[@]}"; do healthy "$group" "$part" || exit 1; done ;;
    dead) for part in "${parts[@]}"; do ! alive "$state/$group" "$part" || exit 1; done ;;
    promote) promote "$group" ;;
    rejoin) rejoin "$group" ;;
    replication) replication "$group" "$2" ;;
  esac
}

main "$@"

# The streaming standby that a group may have. Sourced by stack.sh, after cluster.sh.
#
# Two servers, db and standby. db is the primary and the standby the replica until promote; then
# they have changed roles, and stay so.
#
# $clusters/GROUP.replication   "MODE PRIMARY": async or sync, db or standby. No file: no standby
# DATA/replication.conf         included by postgresql.conf
# DATA/standby.signal           Postgres' own; only who has it may follow. One that was a primary
#                               has writes that the new one never saw: it is copied anew. pg_rewind
#                               would copy less, but needs crash recovery first, page images in all
#                               of the WAL, and a fresh copy anyway when it was interrupted
#
# synchronous means what Patroni makes of it unless told to be strict: a COMMIT waits for the
# replica, also while that one can't be reached; but a primary that was just promoted takes writes
# alone until it has a replica again.
# shellcheck shell=bash

# read_replication GROUP: sets mode (none, async, sync), primary and replica (empty: it has none).
read_replication() {
  mode=none primary=db replica=
  [[ -r $clusters/$1.replication ]] || return 0
  read -r mode primary <"$clusters/$1.replication"
  replica=standby
  [[ $primary == db ]] || replica=db
}

# record_replication GROUP MODE PRIMARY: in one piece, since a hook may be killed at any time.
record_replication() {
  echo "$2 $3" >"$clusters/$1.replication.new"
  mv "$clusters/$1.replication.new" "$clusters/$1.replication"
}

need_standby() {
  [[ $replica ]] || die "$1 has no standby; give it one: stack.sh up $1 --standby async"
}

# ask GROUP PART SQL: what that server answers.
ask() {
  local port
  port_of "$1" "$2"
  as_postgres timeout 40 "$pg_bin/psql" -XqAt -h "$clusters" -p "$port" -U postgres -d postgres \
    -c "$3" </dev/null 2>>"$state/$1/$2.log"
}

# configure GROUP PART [FOLLOWED [AWAITED]]: which part that server follows, and which one its
# COMMITs wait for.
configure() {
  local data port address inside conninfo=
  data_of "$1" "$2"
  if [[ ${3:-} ]]; then
    port_of "$1" "$3"
    place_of "$1" "$3"
    # Between hosts replication takes the cable, and is cut with it.
    [[ $demo_hosts ]] || address=$clusters
    conninfo="host=''$address'' port=$port user=postgres"
  fi
  as_postgres tee "$data/replication.conf.new" >/dev/null <<END
wal_level = replica
max_wal_senders = 10
# A replica that was cut off finds what it missed.
wal_keep_size = 512MB
max_wal_size = 512MB
wal_retrieve_retry_interval = 200ms
cluster_name = '$2'
primary_conninfo = '$conninfo'
synchronous_standby_names = '${4:-}'
END
  mv "$data/replication.conf.new" "$data/replication.conf"
  signal "$state/$1" "$2" HUP
}

# streams GROUP: exit code 0 if the replica receives what the primary writes.
streams() {
  local mode primary replica
  read_replication "$1"
  [[ $(ask "$1" "$replica" "SELECT status FROM pg_stat_wal_receiver") == streaming ]]
}

# takes_writes GROUP PART
takes_writes() {
  [[ $(ask "$1" "$2" "SELECT pg_is_in_recovery()") == f ]]
}

# within SECONDS COMMAND…: until it succeeds.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# start_database GROUP PART: one that is dead. A replica without anything to start from waits for
# its primary and copies it.
start_database() {
  local mode primary replica data port address inside
  read_replication "$1"
  data_of "$1" "$2"
  forget_dead "$1" "$2"
  [[ $2 != "$replica" || -e $data/standby.signal ]] || copy_primary "$1"
  port_of "$1" "$2"
  place_of "$1" "$2"
  launch_postgres "$state/$1" "$2" "$data" "$port" "$address" "${inside[@]}"
}

# copy_primary GROUP: makes the dead replica a copy of the primary.
copy_primary() {
  local mode primary replica data port address inside
  read_replication "$1"
  data_of "$1" "$replica"
  port_of "$1" "$primary"
  place_of "$1" "$primary"
  within 30 accepts "$address" "$port" || die "$1 has no primary to copy"
  rm -rf "$data"
  as_postgres nice -n 5 "$pg_bin/pg_basebackup" -h "$clusters" -p "$port" -U postgres -D "$data" \
    --checkpoint=fast --no-sync >>"$state/$1/$replica.log" 2>&1 ||
    die "copying $1 $primary failed, see $state/$1/$replica.log"
  configure "$1" "$replica" "$primary"
  as_postgres touch "$data/standby.signal" # last: from here on it is whole
}

# ensure_replication GROUP MODE: MODE "" keeps what is there. A primary with the other WAL format
# needs a restart, so everything that uses it is stopped.
ensure_replication() {
  local group=$1 wanted=$2 mode primary replica data=$clusters/$1
  read_replication "$group"
  [[ ${wanted:-$mode} != "$mode" ]] || return 0
  if [[ $wanted == none ]]; then
    stop "$group" app-a app-b db standby
    if [[ $primary == standby && -d $data-standby ]]; then
      rm -rf "$data"
      mv "$data-standby" "$data"
    fi
    rm -rf "$data/replication.conf" "$data-standby" "$data.replication"
    return
  fi
  if [[ $mode == none ]]; then
    stop "$group" app-a app-b db
    configure "$group" db
  fi
  record_replication "$group" "$wanted" "$primary"
}

# finish_promotion GROUP: makes the primary take writes, should it not.
finish_promotion() {
  local mode primary replica port address inside
  read_replication "$1"
  port_of "$1" "$primary"
  place_of "$1" "$primary"
  within 30 accepts "$address" "$port" || die "$1 $primary does not answer"
  if takes_writes "$1" "$primary"; then return; fi
  ask "$1" "$primary" "SELECT pg_promote(true, 30)" >/dev/null || true
  takes_writes "$1" "$primary" || die "$1 $primary could not be promoted, see its log"
  configure "$1" "$primary"
}

# promote GROUP: the replica takes over from a dead primary; returns when it takes writes. Doing
# it twice changes nothing.
promote() {
  local group=$1 mode primary replica pid
  read_replication "$group"
  need_standby "$group"
  if alive "$state/$group" "$primary"; then
    if alive "$state/$group" "$replica"; then
      die "$group $primary is alive; kill it first: two primaries would both take writes"
    fi
    say "$group $primary is the primary already"
  else
    alive "$state/$group" "$replica" || die "$group has no living standby to promote"
    # First, so that whoever finishes an interrupted promotion knows of it.
    record_replication "$group" "$mode" "$replica"
  fi
  finish_promotion "$group"
}

# follow GROUP: the replica follows the primary, which answers. Exit code 1: it can't.
follow() {
  local mode primary replica data pid
  read_replication "$1"
  data_of "$1" "$replica"
  if [[ -e $data/standby.signal ]]; then
    configure "$1" "$replica" "$primary"
  else
    stop "$1" "$replica" # was a primary
  fi
  start "$1" "$replica"
  within 15 streams "$1"
}

# rejoin GROUP: whatever happened before, the primary takes writes and the replica streams from it.
rejoin() {
  local group=$1 mode primary replica data awaited=
  read_replication "$group"
  need_standby "$group"
  start "$group" "$primary"
  finish_promotion "$group"
  if ! follow "$group"; then
    say "$group $replica can't follow $primary any more: copying anew"
    stop "$group" "$replica"
    data_of "$group" "$replica"
    rm -f "$data/standby.signal"
    follow "$group" || die "$group $replica does not follow, see $state/$group/$replica.log"
  fi
  [[ $mode != sync ]] || awaited=$replica
  configure "$group" "$primary" '' "$awaited"
  [[ $mode != sync ]] || within 10 waits_for_replica "$group" ||
    die "$group $primary does not wait for its standby, see $state/$group/$primary.log"
}

waits_for_replica() {
  local mode primary replica
  read_replication "$1"
  [[ $(ask "$1" "$primary" "SELECT sync_state FROM pg_stat_replication") == sync ]]
}

# replication GROUP cut|heal: the replica stops receiving, and goes on. Not by SIGSTOP: promotion
# would wait for the frozen receiver for ever, and awake it would first take in what its socket
# holds.
replication() {
  local group=$1 mode primary replica data
  read_replication "$group"
  need_standby "$group"
  data_of "$group" "$replica"
  [[ -e $data/standby.signal ]] || die "$group $replica follows nobody; see rejoin"
  if [[ $2 == heal ]]; then
    configure "$group" "$replica" "$primary"
    within 30 streams "$group" || die "$group $replica does not receive; see rejoin"
    return
  fi
  configure "$group" "$replica"
  within 10 receives_nothing "$group" || die "$group $replica still receives"
}

receives_nothing() {
  local mode primary replica count
  read_replication "$1"
  count=$(ask "$1" "$replica" "SELECT count(*) FROM pg_stat_wal_receiver") || return 0
  [[ $count == 0 ]]
}

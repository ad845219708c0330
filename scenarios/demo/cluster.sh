# The Postgres clusters of the demo. Sourced by stack.sh, after processes.sh.
#
# $clusters/template-SIZE   loaded once, stopped cleanly, never started again
# $clusters/GROUP           a copy of one of them; GROUP.stamp says of which
# $clusters/GROUP-standby   the second server's, if the group has one (replication.sh)
# $clusters/.s.PGSQL.PORT   the sockets, in a directory that only the clusters' owner can enter
# shellcheck shell=bash

# Rows of hash_name, filename_instrument and filepair_similarity.
declare -A rows=([large]="178561 69262 51878" [small]="16000 6205 447")

# Postgres refuses to run as root.
as_postgres() {
  if ((EUID == 0)); then
    setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
  else
    "$@"
  fi
}

find_postgres() {
  local found
  found=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -1)
  [[ -x $found ]] || die "no Postgres server below /usr/lib/postgresql (apt install postgresql)"
  pg_bin=${found%/initdb}
}

# Sets clusters: a directory inside $state, unless that is where user postgres can't go (below
# /root) or too long for the name of a socket (107 characters); then one below /var/tmp, which
# clusters.path remembers.
find_clusters() {
  clusters=$state/clusters
  [[ -r $state/clusters.path ]] && clusters=$(<"$state/clusters.path")
  [[ -d $clusters ]] && return
  clusters=$state/clusters
  if ((${#clusters} > 90)) || ! as_postgres test -x "$state"; then
    clusters=$(mktemp -d /var/tmp/loadgen-demo.XXXXXX)
    echo "$clusters" >"$state/clusters.path"
    say "Postgres can't live in $state: its clusters are in $clusters, yours to remove"
  fi
  mkdir -p "$clusters"
  ((EUID != 0)) || chown postgres: "$clusters"
  chmod 700 "$clusters"
}

# data_of GROUP PART: sets data.
data_of() {
  data=$clusters/$1
  [[ $2 == db ]] || data+=-standby
}

# launch_postgres DIR PART DATA PORT LISTEN [WORD…]: the words run a command on the right host.
launch_postgres() {
  local become=()
  ((EUID != 0)) || become=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  launch "$1" "$2" "${@:6}" "${become[@]}" "$pg_bin/postgres" -D "$3" -p "$4" -k "$clusters" \
    -c listen_addresses="$5"
}

accepts() {
  as_postgres "$pg_bin/pg_isready" -q -t 1 -h "$1" -p "$2" -U demo -d demo
}

# What makes a template out of date.
template_stamp() {
  echo "$1 ${rows[$1]} $pg_bin $(cat "$here"/{schema.sql,postgresql.conf,pg_hba.conf} | cksum)"
}

# ensure_template SIZE: makes $clusters/template-SIZE unless it is there and up to date.
ensure_template() {
  local size=$1 made=$clusters/template-$1 port=$((base + 3)) counts started=$SECONDS
  local dir=$state/template
  [[ -r $made.stamp && $(<"$made.stamp") == "$(template_stamp "$size")" ]] && return
  say "loading the $size data set (once)"
  mkdir -p "$dir"
  kill_tree "$dir" db || true # left by an interrupted load
  rm -rf "$made" "$made.stamp"
  {
    as_postgres "$pg_bin/initdb" -D "$made" -U postgres -A trust -E UTF8 --locale=C --no-sync \
      --no-instructions --wal-segsize=1
    cat "$here/postgresql.conf" >>"$made/postgresql.conf"
    cat "$here/pg_hba.conf" >"$made/pg_hba.conf"
  } >>"$dir/db.log" 2>&1 || die "initdb failed, see $dir/db.log"
  launch_postgres "$dir" db "$made" "$port" ""
  until accepts "$clusters" "$port"; do
    alive "$dir" db || die "Postgres did not start, see $dir/db.log"
    sleep 0.05
  done
  read -ra counts <<<"${rows[$size]}"
  local psql=("$pg_bin/psql" -X -q -h "$clusters" -p "$port" -U postgres)
  {
    as_postgres "${psql[@]}" -d postgres -c 'CREATE DATABASE demo'
    as_postgres "${psql[@]}" -d demo -v hash_names="${counts[0]}" \
      -v filename_instruments="${counts[1]}" -v filepairs="${counts[2]}" <"$here/schema.sql"
  } >>"$dir/db.log" 2>&1 || die "loading failed, see $dir/db.log"
  signal "$dir" db INT
  settle "$dir" db 20
  template_stamp "$size" >"$made.stamp"
  say "loaded in $((SECONDS - started)) s"
}

# ensure_cluster GROUP SIZE: makes $clusters/GROUP a copy of that template unless it is one; SIZE
# "" keeps what is there, else takes the large set. A running Postgres with other data is
# stopped, and the applications with it: they hold connections to it.
ensure_cluster() {
  local group=$1 size=$2 data=$clusters/$1 held=''
  [[ -r $data.stamp ]] && held=$(<"$data.stamp")
  size=${size:-${held%% *}}
  size=${size:-large}
  ensure_template "$size"
  [[ $held == "$(template_stamp "$size")" ]] && return
  stop "$group" app-a app-b db standby
  rm -rf "$data.stamp" "$data.replication" "$data" "$data-standby"
  cp -a "$clusters/template-$size" "$data"
  template_stamp "$size" >"$data.stamp"
}

# forget_dead GROUP PART: removes what a killed Postgres left: its lock files, which name a pid that
# may be a zombie or another program's by now, and a page of System V shared memory. Only after
# alive said no and kill_tree saw the children go.
forget_dead() {
  local data port file lines memory
  data_of "$1" "$2"
  port_of "$1" "$2"
  file=$data/postmaster.pid
  if [[ -e $file ]]; then
    mapfile -t lines <"$file"
    read -r _ memory <<<"${lines[6]:-}" # line 7: key and number of the shared memory
    [[ -z $memory ]] || as_postgres ipcrm -m "$memory" 2>/dev/null || true
  fi
  rm -f "$file" "$clusters/.s.PGSQL.$port" "$clusters/.s.PGSQL.$port.lock"
}

# Processes of the demo: started, recognised again, stopped and killed. Sourced by stack.sh.
#
# A process is known by its directory and part, as in "$state/control" app-a. The file PART.pid
# holds "PID START", START being field 22 of /proc/PID/stat (clock ticks since boot): a pid that
# was given to another program since then has another START, and is left alone. Each process
# leads a session of its own, so it neither gets the terminal's Ctrl-C nor dies with the hook
# that started it.
# shellcheck shell=bash

# Sets stat_state, stat_parent, stat_session and stat_start of a pid. Fails when there is no such
# process, a zombie counting as none: whoever should reap it may never do so.
read_stat() {
  local line fields
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -ra fields <<<"${line##*) }" # behind the name, which may hold anything
  stat_state=${fields[0]} stat_parent=${fields[1]}
  stat_session=${fields[3]} stat_start=${fields[19]}
  [[ $stat_state != [ZX] ]]
}

# launch DIR PART COMMAND…: runs it in the background, its output in DIR/PART.log, on the cores that
# DIR/cores names if there is such a file. Descriptor 9 is the script's lock, which must not live as
# long as a server. All servers are equally nice, so that on a saturated machine the load generator
# beside them still gets its turn at once.
launch() {
  local dir=$1 part=$2
  shift 2
  [[ ! -r $dir/cores ]] || set -- taskset --cpu-list "$(<"$dir/cores")" "$@"
  setsid -- nice -n 5 "$@" </dev/null >>"$dir/$part.log" 2>&1 9>&- &
  local pid=$!
  read_stat "$pid" || stat_start=0
  echo "$pid $stat_start" >"$dir/$part.pid"
  disown "$pid" # nobody waits for it, and its end is no news of the shell's
}

# alive DIR PART: exit code 0 if what launch started is still there; sets pid.
alive() {
  local start
  { read -r pid start <"$1/$2.pid"; } 2>/dev/null || return 1
  read_stat "$pid" && [[ $stat_start == "$start" ]]
}

# family_of PID: sets family to its children and to the members of the session that it leads or
# led. (Postgres gives each child a session of its own; those of nginx and gunicorn stay in the
# parent's.)
family_of() {
  local other
  family=()
  for other in /proc/[0-9]*; do
    other=${other#/proc/}
    [[ $other != "$1" ]] && read_stat "$other" || continue
    [[ $stat_parent == "$1" || $stat_session == "$1" ]] && family+=("$other")
  done
  return 0
}

# kill_tree DIR PART: SIGKILL to the process and all of its children; returns when none is left.
# Exit code 1 when it was not alive.
kill_tree() {
  alive "$1" "$2" || return 1
  kill -STOP "$pid" # it can't fork while we look for its children
  family_of "$pid"
  kill -KILL "$pid" "${family[@]}" 2>/dev/null || true
  local other patience=200
  for other in "$pid" "${family[@]}"; do
    while read_stat "$other" && ((patience-- > 0)); do sleep 0.01; done
  done
}

# signal DIR PART NAME: asks the process to end, if it is alive.
signal() {
  if alive "$1" "$2"; then kill -"$3" "$pid" 2>/dev/null || true; fi
}

# settle DIR PART SECONDS: waits until a signalled process has ended, kills it after that time, and
# clears away children that outlived a leader which something else killed.
settle() {
  local patience=$(($3 * 50))
  while alive "$1" "$2" && ((patience-- > 0)); do sleep 0.02; done
  kill_tree "$1" "$2" || true
  local start
  if { read -r pid start <"$1/$2.pid"; } 2>/dev/null && ! read_stat "$pid"; then
    # While members remain the kernel gives the session's number to nobody else.
    family_of "$pid"
    ((${#family[@]} == 0)) || kill -KILL "${family[@]}" 2>/dev/null || true
  fi
  rm -f "$1/$2.pid"
}

# cores_for control|experimental|load: prints its share of the cores that we may use, as taskset
# takes them: as many for each group, and the rest for the load, but at least the last one. Of two
# cores the load thus shares the experimental group's, always that: wherever it is, a server that
# needs the whole core is a third slower.
cores_for() {
  local list range all=() each last
  list=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status)
  for range in ${list//,/ }; do
    mapfile -t -O "${#all[@]}" all < <(seq "${range%-*}" "${range#*-}")
  done
  last=$((${#all[@]} - 1))
  each=$((last > 2 ? last / 2 : 1))
  local IFS=,
  case $1 in
    control) echo "${all[*]:0:each}" ;;
    experimental) echo "${all[*]:each < last ? each : last:each}" ;;
    load) echo "${all[*]:2 * each < last ? 2 * each : last}" ;;
  esac
}

# listening ADDRESS PORT: exit code 0 if something accepts connections there within a second.
listening() {
  timeout 1 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null
}

# answers ADDRESS PORT: exit code 0 if GET / answers 200 within three seconds.
answers() {
  local status
  listening "$1" "$2" || return 1
  (
    exec 3<>"/dev/tcp/$1/$2"
    printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
    read -r -t 2 _ status _ <&3 && [[ $status == 200 ]]
  ) 2>/dev/null
}

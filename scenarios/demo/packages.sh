#!/bin/bash
# packages.sh build|demo|test…: installs the Debian packages of one or several sets, and does
# nothing when they are there. Needs root, or sudo. Starts no service and creates no Postgres
# cluster.
set -euo pipefail

version_id=$(. /etc/os-release && echo "${ID:-}-${VERSION_ID:-}")
case $version_id in
  debian-12) boost=1.81 ;; # the default there, 1.74, has no Boost.URL
  debian-13) boost=1.83 ;;
  *) boost= ;;
esac
build=(g++ cmake ninja-build
  "libboost$boost-dev" "libboost-json$boost-dev" "libboost-url$boost-dev"
  libcli11-dev libtomlplusplus-dev libssl-dev zlib1g-dev libpq-dev libpqxx-dev
  prometheus-cpp-dev pkg-config)
demo=(iproute2 nginx postgresql gunicorn python3-flask python3-gunicorn python3-psycopg2)
test=(doctest-dev wrk postgresql-client chromium python3-requests openssl
  prometheus)

wanted=()
for set in "$@"; do
  case $set in
    build) wanted+=("${build[@]}") ;;
    demo) wanted+=("${demo[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    *) echo "packages.sh: no set named '$set' (build, demo, test)" >&2 && exit 2 ;;
  esac
done
missing=()
for package in "${wanted[@]}"; do
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
    missing+=("$package")
done
((${#missing[@]})) || exit 0

if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "packages.sh: these are missing; as root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  exec sudo "${BASH_SOURCE[0]}" "$@"
fi

echo "installing ${missing[*]}" >&2
# Services ask this file whether they may start; one that is there already has its reasons.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
# Installing a server otherwise creates a cluster; the demo has its own. Kept, as it is a setting.
settings=/etc/postgresql-common/createcluster.conf
if [[ " ${missing[*]} " == *" postgresql "* && ! -e $settings ]]; then
  mkdir -p "${settings%/*}"
  echo 'create_main_cluster = false' >"$settings"
fi
export DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1
apt-get -q update >&2
apt-get -q -y --no-install-recommends install "${missing[@]}" >&2

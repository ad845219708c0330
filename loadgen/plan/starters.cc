#include "loadgen/plan/starters.h"

#include <array>
#include <string>
#include <utility>

#include "loadgen/core/error.h"
#include "loadgen/plan/nearest_word.h"

namespace loadgen {
namespace {

constexpr std::string_view kSteady =
    R"(# A steady state: one deployment under a constant load, nothing broken.
#   loadgen validate steady.toml && loadgen plan steady.toml && loadgen run steady.toml
schema = 1

[experiment]
name       = "steady"
hypothesis = "Under its usual load the service answers fast and without errors"

[phases]
warmup = "10s"                        # sent, never judged
before = "60s"                        # the baseline: all of this run

[groups.target]
base_url = "http://127.0.0.1:8080"    # change this

[[workloads]]
name    = "home"
kind    = "http"
request = { method = "GET", path = "/" }
rate    = 100                         # per second, whatever the answers do (open loop)
timeout = "10s"                       # of the whole, from the instant at which it was due

[steady_state]

[[steady_state.checks]]
id     = "healthy"
phase  = "before"
assert = ["p99 < 250ms", "error_rate < 0.1%", "achieved_rate > 99%"]
)";

constexpr std::string_view kPodKill =
    R"(# One of two equal deployments loses a pod. Did its users notice?
# Needs kubectl, and the service twice: in the namespaces control and experimental.
schema = 1

[experiment]
name       = "pod-kill"
hypothesis = "Losing one pod costs under 1 % of the requests and leaves no regression"
labels     = { service = "app" }

[phases]
warmup = "30s"
before = "3m"
during = "2m"                         # the fault window
after  = "3m"

[groups.control]                      # never touched: what would have happened anyway
base_url = "http://app.control.svc:5000"
vars     = { namespace = "control" }

[groups.experimental]                 # gets the fault
base_url = "http://app.experimental.svc:5000"
vars     = { namespace = "experimental" }

[[workloads]]
name      = "home"
kind      = "http"
request   = { method = "GET", path = "/" }
rate      = 200                       # per second, to each group
timeout   = "5s"
served_by = "X-Served-By"             # the header in which your pods name themselves, if they do

[[faults]]
name      = "kill-pod"
kind      = "command"
group     = "experimental"
at        = "5s"                      # into `during`
timeout   = "90s"                     # of each hook
# $namespace is the group's variable, $$pod the shell's own. Without sh nothing needs quotes.
require   = ["kubectl", "-n", "$namespace", "get", "pod", "-l", "app=app", "-o", "name"]
inject    = ["sh", "-ec", '''
  pod=$(kubectl -n $namespace get pod -l app=app -o name | head -n 1)
  kubectl -n $namespace delete $$pod --grace-period=0 --force --wait=false''']
recovered = ["kubectl", "-n", "$namespace", "rollout", "status", "deploy/app", "--timeout=2s"]

[steady_state]
abort = ["control: error_rate > 5% for 10s"]    # the experiment itself is in trouble: stop

[[steady_state.checks]]
id     = "healthy-before"
phase  = "before"
assert = ["p99 < 500ms", "error_rate < 0.1%", "achieved_rate > 99%"]
gate   = true                         # not steady: nothing is injected

[[steady_state.checks]]
id     = "hardly-noticed"
phase  = "during"
group  = "experimental"
assert = ["error_rate < 1%", "longest_outage < 3s", "recovery_time < 30s"]

[[steady_state.checks]]
id     = "no-lasting-harm"
phase  = "after"
vs     = "control"                    # the change since before, net of control's
assert = ["p99 ratio < 1.15", "error_rate delta < 0.1pp"]

[[observe]]                           # drawn beside the latency
name    = "ready replicas"
command = ["kubectl", "-n", "$namespace", "get", "deploy", "app",
           "-o", "jsonpath={.status.readyReplicas}"]
)";

constexpr std::string_view kPrimaryKill =
    R"(# The database's primary is killed. How long do its users go without?
# Seen through the service's own HTTP interface, and through pgbench's transactions against the
# database itself: CONTROL_DSN and EXPERIMENTAL_DSN, libpq connection strings, come from the
# environment. Several hosts with target_session_attrs=read-write find the new primary; `loadgen
# pgbench -i -s 20 "$CONTROL_DSN"` makes the tables.
schema = 1

[experiment]
name       = "primary-kill"
hypothesis = "Losing the primary costs under 30 s of the database and no acknowledged write"

[phases]
warmup = "30s"
before = "3m"
during = "3m"
after  = "3m"

[groups.control]
base_url = "http://app.control.svc:5000"
dsn      = "${CONTROL_DSN}"
vars     = { namespace = "control" }

[groups.experimental]
base_url = "http://app.experimental.svc:5000"
dsn      = "${EXPERIMENTAL_DSN}"
vars     = { namespace = "experimental" }

[[workloads]]
name     = "home"
kind     = "http"
request  = { method = "GET", path = "/" }
rate     = 100
timeout  = "5s"

[[workloads]]
name     = "writes"
kind     = "pgbench"
scripts  = ["tpcb-like"]              # or simple-update, select-only, files; weights after @
clients  = 20
rate     = 100
scale    = 20                         # of the tables; fewer than clients measures row-lock queues
protocol = "prepared"
timeout  = "5s"
audit    = true                       # which acknowledged writes are gone: a row per transaction

[[faults]]
name      = "kill-primary"
kind      = "command"
group     = "experimental"
at        = "5s"
timeout   = "150s"
require   = ["kubectl", "-n", "$namespace", "get", "pod",
             "-l", "app=postgres,role=primary", "-o", "name"]
inject    = ["kubectl", "-n", "$namespace", "delete", "pod", "-l", "app=postgres,role=primary",
             "--grace-period=0", "--force", "--wait=false"]
recovered = ["kubectl", "-n", "$namespace", "wait", "pod", "-l", "app=postgres,role=primary",
             "--for=condition=Ready", "--timeout=2s"]

[steady_state]
abort = ["control: error_rate > 5% for 10s"]

[[steady_state.checks]]
id     = "healthy-before"
phase  = "before"
assert = ["p99 < 500ms", "error_rate < 0.1%", "achieved_rate > 99%"]
gate   = true

[[steady_state.checks]]
id       = "bounded-pages"
phase    = "during"
group    = "experimental"
workload = "home"
assert   = ["error_rate < 20%", "longest_outage < 30s", "recovery_time < 60s"]

[[steady_state.checks]]
id       = "bounded-writes"
phase    = "during"
group    = "experimental"
workload = "writes"
assert   = ["longest_outage < 30s", 'healed("kill-primary") < 2m', "acknowledged_writes_lost = 0"]

[[steady_state.checks]]
id     = "no-lasting-harm"
phase  = "after"
vs     = "control"
assert = ["p99 ratio < 1.15", "error_rate delta < 0.1pp"]
)";

constexpr std::string_view kLoadSpike =
    R"(# One of two equal deployments gets three times its load for a minute.
schema = 1

[experiment]
name       = "load-spike"
hypothesis = "Three times the usual load is absorbed, and the latency returns"

[phases]
warmup = "10s"
before = "2m"
during = "90s"
after  = "2m"

[groups.control]
base_url = "http://127.0.0.1:8080"    # change these

[groups.experimental]
base_url = "http://127.0.0.1:8081"

[[workloads]]
name    = "home"
kind    = "http"
request = { method = "GET", path = "/" }
rate    = 100                         # per second, to each group
arrival = "poisson"                   # as independent users would arrive
timeout = "5s"
max_in_flight = 1800                  # 1.2 x rate x timeout of the spike: a cap, never the load

[[faults]]
name     = "spike"
kind     = "load"                     # extra tickets, from a stream of their own
group    = "experimental"
workload = "home"
multiply = 3
at       = "10s"
duration = "60s"

[steady_state]
abort = ["control: error_rate > 5% for 10s"]

[[steady_state.checks]]
id     = "healthy-before"
phase  = "before"
assert = ["p99 < 250ms", "error_rate < 0.1%"]
gate   = true

[[steady_state.checks]]
id     = "absorbed"
phase  = "during"
group  = "experimental"
assert = ["error_rate < 1%", "p99 < 1s", "longest_outage < 2s"]

[[steady_state.checks]]
id     = "no-lasting-harm"
phase  = "after"
vs     = "control"
assert = ["p50 ratio < 1.10", "p99 ratio < 1.15", "error_rate delta < 0.1pp"]
)";

/// The same as scenarios/ci_regression.toml.
constexpr std::string_view kCi =
    R"(# A gate for a pipeline: base (the merge base) and head (the candidate) in one job, in turns:
# a slow neighbour on the machine hits both. Takes 3 min 20 s; two targets to try it on:
#   loadgen target --listen 127.0.0.1:8081 --delay 10ms &
#   loadgen target --listen 127.0.0.1:8082 --delay 10ms &
#   export BASE_URL=http://127.0.0.1:8081 HEAD_URL=http://127.0.0.1:8082
#   loadgen run ci.toml --progress plain --out result
# Exit code 0: no worse; 10: FAILED; 11: DEGRADED; 12: the run can't tell; 13: don't trust it.
schema = 1

[experiment]
name       = "ci"
hypothesis = "The candidate is no slower and no less reliable than its base"
order      = "ABBA"                   # turns: base head | head base | base head …
rounds     = 6                        # the fewest that can decide; more find smaller changes

[phases]
warmup = "20s"                        # half for each
before = "3m"                         # 6 x 2 turns of 15 s, the first 2 s of each not judged

[groups.base]
role     = "control"
base_url = "${BASE_URL}"              # from the environment

[groups.head]
role     = "experimental"
base_url = "${HEAD_URL}"

[[workloads]]
name     = "mixed"
kind     = "http"
rate     = 150                        # p99 decides with 10,000 requests to each: 6 x 13 s of this
timeout  = "2s"
requests = [
  { name = "home", path = "/", weight = 3 },
  { name = "item", path = "/items/{random:1:128}", weight = 1 },
]

[steady_state]
margins = { p50 = "10%", p99 = "15%", error_rate = "1pp" }    # worse by more than this counts

[[steady_state.checks]]
id     = "absolute"
phase  = "before"
assert = ["error_rate < 0.5%", "achieved_rate > 99%"]
)";

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kStarters{
    {{"steady", kSteady},
     {"pod-kill", kPodKill},
     {"primary-kill", kPrimaryKill},
     {"load-spike", kLoadSpike},
     {"ci", kCi}}};

}  // namespace

std::vector<std::string_view> starter_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, text] : kStarters) names.push_back(name);
  return names;
}

std::string_view starter(std::string_view name) {
  for (const auto& [known, text] : kStarters) {
    if (name == known) return text;
  }
  throw UserError("there is no starter '" + std::string(name) + "'" +
                  did_you_mean(name, starter_names()) + "; there are " + listed(starter_names()));
}

}  // namespace loadgen

// The examples of the contract, chapter 4: the smallest scenario and the whole one.
#pragma once

#include <string_view>

namespace loadgen::scenario_example {

constexpr std::string_view kSmallest = R"(schema = 1
[phases]
before = "60s"
[groups.target]
base_url = "http://127.0.0.1:8080"
[[workloads]]
name = "home"
kind = "http"
rate = 100
)";

constexpr std::string_view kWhole = R"(schema = 1

[experiment]
name       = "postgres-primary-kill"
hypothesis = "Losing the primary costs under 20 s of writes and leaves no regression"
labels     = { service = "scale-app", severity = "sev2" }
# order = "ABBA"  rounds = 6

[phases]                          # all optional but before; a run without `during` has no fault
warmup = "60s"                    # sent, never judged
before = "5m"
during = "3m"
after  = "5m"

[groups.control]
base_url = "http://scale-app.control.svc:5000"
dsn      = "${CONTROL_DSN}"       # from the environment; redacted in every output
nodes    = [{ name = "pg-0", dsn = "${PG0}" }]
tls      = { ca = "ca.pem", cert = "c.pem", key = "k.pem", insecure = false }
vars     = { namespace = "control", token = { command = ["./login.sh"], secret = true } }
zones    = { "10.0.1.0/24" = "a", "10.0.2.0/24" = "b" }

[groups.experimental]
base_url = "http://scale-app.experimental.svc:5000"
dsn      = "${EXPERIMENTAL_DSN}"
vars     = { namespace = "experimental" }

[[workloads]]
name          = "test_db"
kind          = "http"
request       = { method = "GET", path = "/test_db", headers = { }, body = "" }

rate          = 500
                                  # or rate = 0, clients = 500, think = "1s": closed loop
arrival       = "constant"        # or "poisson"
timeout       = "10s"
max_in_flight = 6000
on_saturation = "shed"            # or "queue"
connections   = 50
requests_per_connection = 0       # 0 = no limit; keepalive = true
expect        = { status = [200], body_contains = "" }
latency_limit = "250ms"           # what counts as good; default: pooled p99 of before × 1.1
served_by     = "X-Served-By"
reconnect     = { initial = "50ms", max = "1s", per_second = 100 }
traceparent   = true

[[workloads]]
name       = "pgbench"
kind       = "pgbench"
scripts    = ["tpcb-like@1"]      # built-in or file, weight after @
clients    = 100
threads    = 2
rate       = 200                  # 0 = closed loop
scale      = 100
init       = "verify"
protocol   = "prepared"           # simple | extended | prepared
define     = { }                  # like -D
max_tries  = 1
connect_per_transaction = false
audit      = false
probes     = { read = 10, write = 10 }    # per second, on their own connections: RTO by class

[[faults]]
name      = "kill-primary"
kind      = "command"             # command | load | external | kubernetes
group     = "experimental"
at        = "5s"                  # into during
require   = ["…"]
inject    = ["kubectl", "-n", "$namespace", "delete", "pod", "-l", "app=postgres,role=primary",
             "--grace-period=0", "--force", "--wait=false"]
confirm   = ["…"]
recovered = ["kubectl", "-n", "$namespace", "wait", "pod", "-l", "app=postgres,role=primary",
             "--for=condition=Ready", "--timeout=2s"]
revert    = []                    # runs on every way out
duration  = "30s"                 # optional: revert after this long; else at the end of during
timeout   = "150s"                # of each hook; confirm and recovered give up after it


# hooks see $vars and LOADGEN_RUN_ID, LOADGEN_GROUP, LOADGEN_FAULT, LOADGEN_PHASE

[steady_state]
abort       = ["control: error_rate > 5% for 10s"]
on_unsteady = "refuse"
margins     = "default"

[[steady_state.checks]]
id     = "healthy-before"
phase  = "before"
assert = ["p99 < 250ms", "error_rate < 0.1%", "achieved_rate > 99%"]
gate   = true                     # must hold in every group, or nothing is injected

[[steady_state.checks]]
id       = "bounded-during"
phase    = "during"
group    = "experimental"
workload = "pgbench"
assert   = ["error_rate < 15%", "longest_outage < 20s", "recovery_time < 30s",
            "acknowledged_writes_lost = 0"]

[[steady_state.checks]]
id     = "no-lasting-harm"
phase  = "after"
vs     = "control"                # change since before, net of control's; or vs = "before"
assert = ["p99 ratio < 1.15", "error_rate delta < 0.1pp"]

[prometheus]
url = "http://prometheus.monitoring.svc:9090"
[[prometheus.queries]]
name  = "CPU cores"
query = 'sum(rate(container_cpu_usage_seconds_total{namespace="$namespace"}[1m]))'

[[observe]]                       # a number from anywhere, drawn beside the latency, per group
name    = "replicas"
command = ["kubectl", "-n", "$namespace", "get", "deploy", "scale-app",
           "-o", "jsonpath={.status.readyReplicas}"]
every   = "5s"

[distribution]
workers        = 4
join_timeout   = "120s"
on_worker_loss = "tolerate"

[outputs]
dir    = "results/${name}-${start}"
listen = "127.0.0.1:9464"         # /metrics, /v1/events (token), /live
token_file = "…"
linger = "0s"
)";

}  // namespace loadgen::scenario_example

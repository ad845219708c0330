#!/usr/bin/python3
"""What a storm of reconnects does to the connections that live: the steady load's send lag and
response time while 1,000 connections of another workload, all terminated at once, log in again
under SCRAM.

    tests/bench/storm_bench.py [--loadgen PATH] [--clients 1000] [--rate 500] [--rounds 3]

none    the same two workloads, nobody is terminated
own     the crowd's connections are those of the same process, on the same engine thread
other   the crowd is a second loadgen's; the first one has the steady load alone

Demanded: the send lag p99 of own is within 10 % of none's, and its response time is where other
leaves it. Loadgen runs on core 0, the server on the others. A fault's hook terminates the crowd at
the begin of `during`; the figures are those of the storm: of `during`, which is about as long as a
core needs for so many logins (6 ms each). Machines are shared and noisy: only an idle one tells.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))

import postgres  # noqa: E402

BEFORE, AFTER = 15, 6
CROWD = "select 'of the crowd';"


def seconds_of_storm(options):
    return max(3, round(options.clients * 0.007))


def workload(name, clients, rate):
    script = "select-only" if name == "steady" else f"{name}.sql"
    return f"""
[[workloads]]
name      = "{name}"
kind      = "pgbench"
scripts   = ["{script}"]
protocol  = "prepared"
clients   = {clients}
rate      = {rate}
init      = "never"
reconnect = {{ initial = "10ms", max = "1s", per_second = 100000 }}
"""


def scenario(options, cluster, workloads, terminate, before):
    # Each of them has had this text prepared, whether it has run it or not.
    hit = ("select count(pg_terminate_backend(pid)) from pg_stat_activity "
           "where pid <> pg_backend_pid() and query like '%of the crowd%'")
    inject = ([postgres.installed("psql"), "-h", str(cluster.directory), "-p", str(cluster.port),
               "-U", "postgres", "-XAtc", hit] if terminate else ["true"])
    return f"""schema = 1
[phases]
before = "{before}s"
during = "{seconds_of_storm(options)}s"
after  = "{AFTER}s"
[groups.experimental]
dsn = "{cluster.dsn('bench', host='127.0.0.1', user='secretive', password='s3cret')}"
[[faults]]
name   = "storm"
kind   = "command"
group  = "experimental"
inject = {json.dumps(inject)}
{"".join(workloads)}"""


class Process:
    """A loadgen on core 0."""

    def __init__(self, options, cluster, directory, name, workloads, terminate, before=BEFORE):
        self.out = os.path.join(directory, name)
        os.mkdir(self.out)
        with open(os.path.join(self.out, "crowd.sql"), "w", encoding="utf-8") as script:
            script.write(CROWD + "\n")
        path = os.path.join(self.out, "scenario.toml")
        with open(path, "w", encoding="utf-8") as toml:
            toml.write(scenario(options, cluster, workloads, terminate, before))
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", options.loadgen, "run", path, "--out", self.out + "/run",
             "--progress", "none"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def await_load(self):
        """Returns when its connections are open and the load begins."""
        while not os.path.exists(self.out + "/run/journal"):
            if self.process.poll() is not None:
                self.result()
            time.sleep(0.02)

    def result(self):
        _, err = self.process.communicate(timeout=300)
        try:
            with open(self.out + "/run/result.json", encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            sys.exit(f"loadgen ended with {self.process.returncode}: {err}")


def one_run(options, cluster, variant):
    steady = workload("steady", 20, options.rate)
    crowd = workload("crowd", options.clients, 100)
    with tempfile.TemporaryDirectory() as directory:
        if variant == "other":
            others = Process(options, cluster, directory, "crowd", [crowd], True)
            others.await_load()
            # Its own connections take about a second to open.
            own = Process(options, cluster, directory, "steady", [steady], False, BEFORE - 1)
            theirs = others.result()
            result = own.result()
        else:
            result = theirs = Process(options, cluster, directory, "both", [steady, crowd],
                                      variant == "own").result()
    if not result["trust"]["valid"]:
        print(f"  {variant}: not valid: {result['trust']['reasons']}", file=sys.stderr)
    mine = result["groups"]["experimental"]["workloads"]["steady"]["phases"]
    back = theirs["groups"]["experimental"]["workloads"]["crowd"]["phases"]["during"]["connects"]
    return {"before": mine["before"], "during": mine["during"], "back": back["ok"]}


FIGURES = {
    "send lag p50, µs": lambda run: run["during"]["send_lag_us"]["p50"],
    "send lag p99, µs": lambda run: run["during"]["send_lag_us"]["p99"],
    "send lag p99 before": lambda run: run["before"]["send_lag_us"]["p99"],
    "response p50, µs": lambda run: run["during"]["ok_response_us"]["p50"],
    "response p99, µs": lambda run: run["during"]["ok_response_us"]["p99"],
    "response p99 before": lambda run: run["before"]["ok_response_us"]["p99"],
    "not ok": lambda run: run["during"]["planned"] - run["during"]["ok"],
    "logged in again": lambda run: run["back"],
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--loadgen", default=os.path.join(ROOT, "build/release/loadgen/cli/loadgen"))
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    variants = ("none", "own", "other")
    runs = {variant: [] for variant in variants}
    with postgres.Cluster(max_connections=options.clients + 100) as cluster:
        if os.cpu_count() > 1:
            cluster.run_on(range(1, os.cpu_count()))
        cluster.initialise("bench")
        cluster.psql("grant all on all tables in schema public to secretive; vacuum analyze",
                     "bench")
        for number in range(options.rounds):
            for variant in variants[number % 3:] + variants[:number % 3]:
                runs[variant].append(one_run(options, cluster, variant))
    print(f"{options.clients} logins at once beside {options.rate}/s on 20 connections, "
          f"{seconds_of_storm(options)} s, {options.rounds} rounds: medians (each round)")
    print(f"  {'':22}" + "".join(f"{variant:>30}" for variant in variants))
    medians = {}
    for name, figure in FIGURES.items():
        line = f"  {name:22}"
        for variant in variants:
            values = [figure(run) for run in runs[variant]]
            medians[name, variant] = statistics.median(values)
            each = ", ".join(f"{value:g}" for value in values)
            line += f"{f'{statistics.median(values):g} ({each})':>30}"
        print(line)

    def share(name, one, other):
        return medians[name, one] / max(medians[name, other], 1e-9)
    lag, p99, p50 = "send lag p99, µs", "response p99, µs", "response p50, µs"
    print(f"  send lag p99: own / none {share(lag, 'own', 'none'):.2f}, "
          f"other / none {share(lag, 'other', 'none'):.2f}; "
          f"response p99: own / other {share(p99, 'own', 'other'):.2f}, "
          f"p50: own / other {share(p50, 'own', 'other'):.2f}")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""`loadgen pgbench` against pgbench, side by side, on a Postgres server of its own on the other
core, over a Unix socket.

    tests/bench/pgbench_bench.py [--loadgen PATH] [--seconds 10] [--rounds 5] [WHAT ...]

select   1,000/s of -S -M prepared, 100 clients, one thread: the client's CPU per transaction.
update   the same of -N, in the simple protocol.
closed   -S -M prepared, 16 clients, one thread, as fast as it goes: transactions/s, CPU of each.
init     -i at scale 50 (or --scale): seconds and CPU.

CPU is that of the whole process, user and system, by its getrusage: starting, connecting and what
loadgen computes at the end are in it. The two alternate, and the order changes from round to round.
Machines are shared and noisy: only the ratios hold, and only from an otherwise idle machine.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))

import postgres  # noqa: E402

SETTINGS = {"max_connections": 200, "shared_buffers": "'256MB'", "max_wal_size": "'4GB'"}
RATE = 1000


class Measured:
    """A run to its end on core 0. cpu and wall are seconds; the rest is pgbench's summary."""

    def __init__(self, program, arguments, cluster, database):
        begun = time.monotonic()
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = subprocess.Popen(
                ["taskset", "-c", "0", *program, *arguments], stdout=out, stderr=err,
                stdin=subprocess.DEVNULL, env=cluster.environment(database))
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.wall = time.monotonic() - begun
            out.seek(0)
            err.seek(0)
            self.summary = out.read()
            if process.returncode != 0:
                sys.exit(f"{program} {arguments} failed: {err.read()}")
        if "processed: 0\n" in self.summary:
            sys.exit(f"{program} came to no transaction: this machine is too busy to measure on")
        self.cpu = usage.ru_utime + usage.ru_stime

    def number(self, pattern):
        return float(re.search(pattern, self.summary, re.M)[1])

    @property
    def transactions(self):
        return self.number(r"^number of transactions actually processed: (\d+)")

    @property
    def tps(self):
        return self.number(r"^tps = ([\d.]+)")

    @property
    def cpu_us(self):
        return self.cpu / self.transactions * 1e6


def programs(options):
    return {"pgbench": [postgres.installed("pgbench")], "loadgen": [options.loadgen, "pgbench"]}


def alternating(options, cluster, arguments, database="bench", before=lambda: None):
    """{program: [Measured, one per round]}"""
    runs = {name: [] for name in programs(options)}
    for number in range(options.rounds):
        for name in sorted(runs, reverse=number % 2 == 1):
            before()
            runs[name].append(Measured(programs(options)[name], arguments, cluster, database))
    return runs


def show(title, runs, figures):
    """A line per figure: both programs' medians, and the ratios. figures: name to (function of a
    Measured, its format)."""
    print(title)
    print(f"  {'':22} {'pgbench':>12} {'loadgen':>12} {'ratio':>8}  of each round")
    for name, (figure, form) in figures.items():
        theirs, ours = ([figure(run) for run in runs[tool]] for tool in ("pgbench", "loadgen"))
        ratios = [own / other for own, other in zip(ours, theirs)]
        print(f"  {name:22} {statistics.median(theirs):12{form}} "
              f"{statistics.median(ours):12{form}} {statistics.median(ratios):8.2f}  "
              + ", ".join(f"{ratio:.2f}" for ratio in ratios), flush=True)


def paced(options, cluster, title, *script):
    runs = alternating(options, cluster, [
        "-n", *script, "-R", str(RATE), "-c", "100", "-j", "1", "-T", str(options.seconds)])
    show(f"{title}: {RATE}/s, 100 clients, one thread, {options.rounds} × {options.seconds} s",
         runs, {"CPU µs/transaction": (lambda run: run.cpu_us, ".1f"),
          "transactions/s": (lambda run: run.transactions / options.seconds, ".1f")})


def select(options, cluster):
    paced(options, cluster, "-S -M prepared", "-S", "-M", "prepared")


def update(options, cluster):
    paced(options, cluster, "-N", "-N")


def closed(options, cluster):
    runs = alternating(options, cluster, ["-n", "-S", "-M", "prepared", "-c", "16", "-j", "1", "-T",
                                          str(options.seconds)])
    show(f"closed loop: -S -M prepared, 16 clients, one thread, {options.rounds} × "
         f"{options.seconds} s", runs,
         {"transactions/s": (lambda run: run.tps, ".0f"),
          "CPU µs/transaction": (lambda run: run.cpu_us, ".1f")})


def init(options, cluster):
    def afresh():
        cluster.psql("drop database if exists filled")
        cluster.psql("create database filled; checkpoint")

    runs = alternating(options, cluster, ["-i", "-q", "-s", str(options.scale)], "filled", afresh)
    show(f"-i -s {options.scale}, {options.rounds} times", runs,
         {"seconds": (lambda run: run.wall, ".2f"), "CPU s": (lambda run: run.cpu, ".2f")})
    cluster.psql("drop database filled")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--loadgen", default=os.path.join(ROOT, "build/release/loadgen/cli/loadgen"))
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=int, default=50)
    measures = {each.__name__: each for each in (select, update, closed, init)}
    parser.add_argument("what", nargs="*", default=list(measures), metavar="WHAT",
                        help="of " + ", ".join(measures))
    options = parser.parse_args()
    unknown = [what for what in options.what if what not in measures]
    if unknown:
        parser.error(f"{unknown[0]} is none of {', '.join(measures)}")
    with postgres.Cluster(**SETTINGS) as cluster:
        if os.cpu_count() > 1:
            cluster.run_on(range(1, os.cpu_count()))
        cluster.initialise("bench", scale=10)
        cluster.psql("vacuum analyze", "bench")
        for what in options.what:
            measures[what](options, cluster)


if __name__ == "__main__":
    main()

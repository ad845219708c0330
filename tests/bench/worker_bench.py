#!/usr/bin/python3
"""What a worker process costs beside a run in one process: spooling, sending and acknowledging its
parts, at the same rate against the same nginx on the other core.

    LOADGEN_BIN=… tests/bench/worker_bench.py [--pairs 10] [--seconds 10] [--rate 20000]

Demanded: the median of ten alternating pairs is at most 1.05. CPU time is that of all threads of
the process while load is sent, in nanoseconds of the scheduler; the coordinator's stands beside it.
Machines are shared and noisy: only the ratio holds, and only from an otherwise idle machine.
"""

import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("LOADGEN_BIN", str(ROOT / "build/release/loadgen/cli/loadgen"))
sys.path[:0] = [str(ROOT / "tests/system"), str(ROOT / "tests/bench")]

import program  # noqa: E402
from cluster import Coordinator, Process, Worker  # noqa: E402
from http_bench import URL, Nginx, other_core  # noqa: E402

LOAD_CORE = "0"
SETTLING = 1.5  # seconds of load before it is measured: connections and buffers are there then


def cpu_ns(pid):
    """Of all threads that live. None ends while load is sent."""
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def measured(pids, seconds):
    """CPU milliseconds of each process per second of load."""
    time.sleep(SETTLING)
    before, begun = [cpu_ns(pid) for pid in pids], time.monotonic()
    time.sleep(seconds)
    after, ended = [cpu_ns(pid) for pid in pids], time.monotonic()
    return [(b - a) / 1e6 / (ended - begun) for a, b in zip(before, after)]


def scenario(options):
    length = round(SETTLING + options.seconds + 2)
    return program.scenario(URL, before=f"{length}s", rate=options.rate,
                            workload="connections = 64",
                            rest='[steady_state]\nmargins = "none"\n')


def valid(result, what):
    if not result["trust"]["valid"]:
        print(f"  {what}: not valid: {result['trust']['reasons']}", file=sys.stderr)


def one_process(options, directory):
    path, out = directory / "scenario.toml", directory / "out"
    path.write_text(scenario(options))
    with Process(["taskset", "-c", LOAD_CORE, program.BINARY, "run", path, "--out", out,
                  "--progress", "plain"], directory) as run:
        run.says("event phase=")
        cost = measured([run.process.pid], options.seconds)
        run.wait_for_exit()
    valid(program.read_result(out), "one process")
    return cost[0]


def with_worker(options, directory):
    core = int(other_core(), 2).bit_length() - 1
    with Coordinator(directory, scenario(options), 1,
                     before=lambda: os.sched_setaffinity(0, {core})) as coordinator, \
            Worker(directory, coordinator.port, prefix=("taskset", "-c", LOAD_CORE)) as worker:
        coordinator.begun()
        cost = measured([worker.process.pid, coordinator.process.pid], options.seconds)
        finished = coordinator.finished()
        worker.wait_for_exit()
    valid(finished.result, "worker")
    return cost


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rate", type=int, default=20000)
    options = parser.parse_args()
    ratios = []
    print(f"CPU ms per second at {options.rate} requests/s for {options.seconds:g} s")
    with Nginx():
        for pair in range(options.pairs):
            cost = {}
            for variant in (one_process, with_worker) if pair % 2 == 0 else (
                    with_worker, one_process):
                with tempfile.TemporaryDirectory() as directory:
                    cost[variant] = variant(options, pathlib.Path(directory))
            alone, (worker, coordinator) = cost[one_process], cost[with_worker]
            ratios.append(worker / alone)
            print(f"  one process {alone:.1f}, worker {worker:.1f} "
                  f"(coordinator {coordinator:.2f}): {ratios[-1]:.3f}", flush=True)
    print(f"worker / one process: median {statistics.median(ratios):.3f}, "
          f"{min(ratios):.3f} to {max(ratios):.3f}, of {len(ratios)} pairs")


if __name__ == "__main__":
    main()

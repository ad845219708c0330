#!/usr/bin/python3
"""What a coordinator costs: `loadgen coordinator` fed by simulated workers.

    tests/bench/coordinator_bench.py [--build build/release] [--workers 1000 ...] [--seconds 20]
                                     [--metrics]

Each worker has two groups with two workloads, 50 tickets a second of each, and sends one part a
second: all at once, when the second is over. CPU is the coordinator's own, user and system, between
two moments in the run's middle, in percent of one core; memory its largest resident set until then
and until its end; acknowledged: from handing a part to the socket to hearing that it is journalled.
Coordinator and workers have a core each. The largest number of workers has to keep the limits: 50 %
of a core, 1 GiB, one second; else the exit status is 1. A machine that is busy with other things
tells nothing.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
GROUPS, WORKLOADS, TICKETS = 2, 2, 50
TICK = os.sysconf("SC_CLK_TCK")
MOST_CPU, MOST_MIB, MOST_SECONDS = 50, 1024, 1.0


def scenario(workers, seconds, metrics):
    text = f'schema = 1\n[phases]\nbefore = "{seconds}s"\n'
    for group in ("control", "experimental"):
        text += f'[groups.{group}]\nbase_url = "http://127.0.0.1:9"\n'
    for number in range(WORKLOADS):
        text += (f'[[workloads]]\nname = "w{number}"\nkind = "http"\nrate = {workers * TICKETS}\n'
                 'timeout = "1s"\n')
    text += '[distribution]\njoin_timeout = "60s"\n[steady_state]\nmargins = "none"\n'
    return text + ('[outputs]\nlisten = "127.0.0.1:0"\n' if metrics else "")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def most_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def wait_for(pattern, log, process):
    while not (found := re.search(pattern, log.read_text())):
        if process.poll() is not None:
            sys.exit(f"the coordinator ended:\n{log.read_text()}")
        time.sleep(0.02)
    return found


def measure(build, workers, seconds, metrics, directory):
    loadgen = build / "loadgen/cli/loadgen"
    version = subprocess.run([loadgen, "--version"], capture_output=True, text=True, check=True)
    number, commit = re.match(r"loadgen (\S+) \(([^,]+),", version.stdout).groups()
    (directory / "scenario.toml").write_text(scenario(workers, seconds, metrics))
    (directory / "token").write_text("0123456789abcdef\n")
    log = directory / "log"
    cores = sorted(os.sched_getaffinity(0))
    with open(log, "w", encoding="utf-8") as said:
        coordinator = subprocess.Popen(
            ["taskset", "-c", str(cores[0]), loadgen, "coordinator", directory / "scenario.toml",
             "--listen", "127.0.0.1:0", "--workers", str(workers), "--token-file",
             directory / "token", "--out", directory / "out", "--progress", "plain"],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=directory)
    try:
        port = wait_for(r"workers on 127\.0\.0\.1:(\d+)", log, coordinator)[1]
        with subprocess.Popen(
                ["taskset", "-c", str(cores[-1]), build / "tests/bench/simulated_workers", port,
                 "0123456789abcdef", str(workers), str(seconds), str(GROUPS), str(WORKLOADS),
                 str(TICKETS), number, commit],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as simulated:
            wait_for("event phase=before", log, coordinator)
            time.sleep(2.5)
            begun, before = time.monotonic(), cpu_seconds(coordinator.pid)
            time.sleep(seconds - 4)
            cpu = (cpu_seconds(coordinator.pid) - before) / (time.monotonic() - begun)
            mib = most_mib(coordinator.pid)
            figures = dict(line.split() for line in simulated.stdout.read().splitlines())
            if simulated.wait() != 0:
                sys.exit(f"the workers did not end well: {figures}\n{log.read_text()}")
        _, _, usage = os.wait4(coordinator.pid, 0)
        coordinator.returncode = 0
    finally:
        if coordinator.returncode is None:
            coordinator.kill()
            coordinator.wait()
    return {"workers": workers, "cpu": 100 * cpu, "mib": mib, "mib_end": usage.ru_maxrss / 1024,
            "journal_mib": (directory / "out/journal").stat().st_size / 2**20,
            **{key: float(value) for key, value in figures.items()}}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    arguments.add_argument("--workers", type=int, nargs="+", default=[10, 100, 1000])
    arguments.add_argument("--seconds", type=int, default=20)
    arguments.add_argument("--metrics", action="store_true", help="with outputs.listen")
    options = arguments.parse_args()
    print("workers  CPU %/core  MiB in the run, at its end  bytes a part  "
          "acknowledged p50, p99, max s")
    row = {}
    for workers in options.workers:
        with tempfile.TemporaryDirectory(prefix="loadgen-bench-") as name:
            row = measure(options.build.resolve(), workers, options.seconds, options.metrics,
                          pathlib.Path(name))
        print(f"{row['workers']:7d}  {row['cpu']:10.1f}  {row['mib']:14.0f}  "
              f"{row['mib_end']:10.0f}  {row['bytes_mean']:12.0f}  "
              f"{row['acknowledged_s_p50']:8.3f} "
              f"{row['acknowledged_s_p99']:8.3f} {row['acknowledged_s_max']:8.3f}", flush=True)
    sys.exit(row["cpu"] > MOST_CPU or row["mib"] > MOST_MIB or
             row["acknowledged_s_max"] > MOST_SECONDS)


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""loadgen against wrk and npm's loadtest, side by side, against nginx on the other core.

    tests/bench/http_bench.py [--loadgen PATH] [--seconds 8] [--rounds 5] [WHAT ...]

closed       one thread, 64 keep-alive connections: requests/s and CPU per request, alternating
             with wrk (and with loadtest when npm is there); medians and ratios.
open         10,000 requests/s, one thread: send lag quantiles and achieved rate, with full
             recording.
connections  memory of the process per open connection, at 10,000.

Machines are shared and noisy: only the ratios hold, and only from an otherwise idle machine.
"""

import argparse
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PORT = 19480
URL = f"http://127.0.0.1:{PORT}/"

NGINX = """
worker_processes 1;
worker_cpu_affinity {mask};
worker_rlimit_nofile 40000;
pid {dir}/nginx.pid;
error_log {dir}/error.log;
daemon off;
events {{ worker_connections 20000; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ return 200 "hello world\\n"; }} }}
}}
"""


def other_core():
    return "10" if os.cpu_count() > 1 else "1"


class Nginx:
    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="loadgen-bench-")
        conf = os.path.join(self.dir, "nginx.conf")
        with open(conf, "w") as file:
            file.write(NGINX.format(dir=self.dir, port=PORT, mask=other_core()))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", conf, "-p", self.dir])
        time.sleep(0.7)
        return self

    def __exit__(self, *exc):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


def run_measured(argv, **kwargs):
    """Runs on core 0; returns (stdout, stderr, CPU seconds, peak RSS in KiB)."""
    pinned = ["taskset", "-c", "0"] + argv
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(
            pinned, stdout=out, stderr=err, stdin=subprocess.DEVNULL, **kwargs
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return (
            out.read(),
            err.read(),
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss,
            process.returncode,
        )


def wrk(seconds):
    out, _, cpu, _, _ = run_measured(["wrk", "-t1", "-c64", f"-d{seconds}s", URL])
    count = int(re.search(r"(\d+) requests in", out).group(1))
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), cpu / count * 1e6


def loadgen_closed(binary, seconds):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "result.json")
        _, err, cpu, _, code = run_measured(
            [binary, "http", "-c", "64", "-t", str(seconds), "--quiet", "--json", path, URL]
        )
        if code != 0:
            sys.exit(f"loadgen failed: {err}")
        with open(path) as file:
            totals = json.load(file)["groups"]["target"]["workloads"]["http"]["totals"]
    return totals["ok"] / seconds, cpu / totals["ok"] * 1e6


def loadtest(command, seconds):
    out, _, cpu, _, _ = run_measured(
        command + ["-t", str(seconds), "-c", "64", "-k", "--cores", "1", URL]
    )
    count = int(re.search(r"Completed requests:\s+(\d+)", out).group(1))
    rate = float(re.search(r"Effective rps:\s+([\d.]+)", out).group(1))
    return rate, cpu / count * 1e6


def npm_loadtest():
    """The command of npm's loadtest, installed below build/ on first use; None without npm."""
    if shutil.which("npm") is None:
        return None
    where = os.path.join(ROOT, "build", "bench-npm")
    script = os.path.join(where, "node_modules", "loadtest", "bin", "loadtest.js")
    if not os.path.exists(script):
        os.makedirs(where, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--silent", "--prefix", where, "loadtest@8"],
            check=False,
            stdout=subprocess.DEVNULL,
        )
    return [shutil.which("node"), script] if os.path.exists(script) else None


def closed(binary, seconds, rounds):
    tools = {"wrk": lambda: wrk(seconds), "loadgen": lambda: loadgen_closed(binary, seconds)}
    node = npm_loadtest()
    if node:
        tools["loadtest"] = lambda: loadtest(node, seconds)
    else:
        print("npm is not here: loadtest is left out")
    figures = {name: [] for name in tools}
    for _ in range(rounds):
        for name, tool in tools.items():
            figures[name].append(tool())
    print(f"closed loop, 64 keep-alive connections, one thread, {rounds} × {seconds} s, medians")
    print(
        f"{'tool':10} {'requests/s':>12} {'CPU µs/request':>15} "
        f"{'rate / wrk':>11} {'CPU / wrk':>10}"
    )
    medians = {
        n: tuple(statistics.median(column) for column in zip(*rows)) for n, rows in figures.items()
    }
    for name, (rate, cpu) in medians.items():
        print(
            f"{name:10} {rate:12.0f} {cpu:15.2f} "
            f"{rate / medians['wrk'][0]:11.2f} {cpu / medians['wrk'][1]:10.2f}"
        )
    pairs = [ours[1] / theirs[1] for ours, theirs in zip(figures["loadgen"], figures["wrk"])]
    print(
        f"CPU per request, loadgen / wrk, round by round: {', '.join(f'{p:.2f}' for p in pairs)}"
    )
    if "loadtest" in medians:
        print(
            "requests per CPU second, loadgen / loadtest: "
            f"{medians['loadtest'][1] / medians['loadgen'][1]:.1f}"
        )


def open_loop(binary, seconds, rounds):
    print(f"open loop, 10,000 requests/s, one thread, 64 connections, {rounds} × {seconds} s")
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "result.json")
            _, err, cpu, _, code = run_measured(
                [
                    binary,
                    "http",
                    "--rps",
                    "10000",
                    "-t",
                    str(seconds),
                    "--quiet",
                    "--json",
                    path,
                    URL,
                ]
            )
            if code != 0:
                sys.exit(f"loadgen failed: {err}")
            with open(path) as file:
                totals = json.load(file)["groups"]["target"]["workloads"]["http"]["totals"]
        lag = totals["send_lag_us"]
        sent = totals["planned"] - sum(totals["not_sent"].values())
        print(
            f"  send lag p50 {lag['p50']} µs, p99 {lag['p99']} µs, p99.9 {lag['p999']} µs, "
            f"max {lag['max']} µs; sent {sent / (10000 * seconds) * 100:.3f} % of planned; "
            f"CPU {cpu / seconds * 100:.0f} % of a core"
        )


SCENARIO = """
schema = 1
[phases]
before = "{seconds}s"
[groups.target]
base_url = "http://127.0.0.1:{port}"
[[workloads]]
name = "many"
kind = "http"
rate = 2000
max_in_flight = 20000
connections = {connections}
"""


def peak_with(binary, connections, seconds):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "many.toml")
        with open(path, "w") as file:
            file.write(SCENARIO.format(port=PORT, connections=connections, seconds=seconds))
        _, err, _, peak, code = run_measured(
            [binary, "run", path, "--out", os.path.join(directory, "out"), "--progress", "none"]
        )
        if code != 0:
            sys.exit(f"loadgen failed: {err}")
        with open(os.path.join(directory, "out", "result.json")) as file:
            connects = json.load(file)["groups"]["target"]["workloads"]["many"]["totals"][
                "connects"
            ]
        if connects["ok"] < connections:
            sys.exit(f"only {connects['ok']} of {connections} connections were made")
        return peak


def connections(binary, seconds, _):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 40000), hard))
    few, many = peak_with(binary, 100, seconds), peak_with(binary, 10000, seconds)
    print(
        f"peak memory: {few} KiB with 100 connections, {many} KiB with 10,000: "
        f"{(many - few) / 9900:.2f} KiB per connection"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--loadgen", default=os.path.join(ROOT, "build/release/loadgen/cli/loadgen")
    )
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("what", nargs="*", default=["closed", "open", "connections"])
    options = parser.parse_args()
    with Nginx():
        for what in options.what:
            {"closed": closed, "open": open_loop, "connections": connections}[what](
                options.loadgen, options.seconds, options.rounds
            )


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Verdicts on real runs whose truth is known: two `loadgen target`s on loopback, side by side.

    tests/bench/real_runs.py [--loadgen PATH] [--runs N] [--table FILE] [WHAT ...]

aa       nothing differs between the groups: 20/60/–/60 s at 200/s, 40 runs unless told otherwise
slow20   from the fault on the experimental target is 20 % slower, for good; 10 runs, as of the rest
slow100  the same, twice as slow
errors   from the fault on 1 % of its answers are errors
outage   it is gone for 5 s, then back; one of the two declared limits holds, one doesn't

Each run is appended to --record (JSON lines) as soon as it has ended, and a later call goes on from
there, so a broken series loses one run. Runs that the tool itself calls INVALID (this machine was
too busy) are repeated and counted apart. At the end the table is printed, and written to --table.
A run takes two and a half minutes: all of it 3 h 30 min, on a machine with nothing else to do.
"""

import argparse
import datetime
import json
import math
import os
import pathlib
import platform
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RATE = 200
DELAY_MS, JITTER_MS = 10.0, 3.0
MOST_INVALID = 3  # in a row

SCENARIO = """schema = 1
[experiment]
name = "{what}"
[phases]
warmup = "{warmup}s"
before = "{before}s"
{during}
after  = "{after}s"
[groups.control]
base_url = "{control}"
[groups.experimental]
base_url = "{experimental}"
[[workloads]]
name    = "w"
kind    = "http"
rate    = {rate}
timeout = "2s"
{fault}
"""

SWAP = """
[[faults]]
name   = "swap"
kind   = "command"
group  = "experimental"
inject = ["sh", "-c", "{stop} && {start}"]
"""

GONE = """
[[faults]]
name     = "gone"
kind     = "command"
group    = "experimental"
inject   = ["{stop}"]
revert   = ["{start}"]
duration = "5s"

[[steady_state.checks]]
id     = "holds"
phase  = "during"
group  = "experimental"
assert = ["longest_outage < 8s"]

[[steady_state.checks]]
id     = "does-not"
phase  = "during"
group  = "experimental"
assert = ["longest_outage < 3s"]
"""

STOP = """#!/bin/sh
old=$(cat {pid_file})
kill "$old"
# A zombie has closed its port already.
while grep -qs '^State:.[^Z]' "/proc/$old/status"; do sleep 0.01; done
"""
# On the same port; it outlives the hook.
START = """#!/bin/sh
setsid {command} >/dev/null 2>&1 &
echo $! >{pid_file}
"""


def flags_of(slower=1.0, errors="0%"):
    delay_us, jitter_us = (round(1000 * ms * slower) for ms in (DELAY_MS, JITTER_MS))
    return ["--delay", f"{delay_us}us", "--jitter", f"exp:{jitter_us}us", "--error-rate", errors]


AFTERWARDS = {"slow20": flags_of(slower=1.2), "slow100": flags_of(slower=2.0),
              "errors": flags_of(errors="1%"), "outage": flags_of()}


def terminate(pid):
    """It need not be a child of ours, nor be there any more."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        pass


class Target:
    """`loadgen target`; whatever process answers in its stead at the end is stopped."""

    def __init__(self, binary, directory, name, seed):
        self.binary = binary
        self.pid_file = directory / f"{name}.pid"
        self._process = subprocess.Popen(
            [binary, "target", "--listen", "127.0.0.1:0", "--seed", str(seed), *flags_of()],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.url = self._process.stdout.readline().split()[-1]
        self.pid_file.write_text(f"{self._process.pid}\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        now = int(self.pid_file.read_text())
        for pid in {self._process.pid, now}:
            terminate(pid)
        self._process.wait()
        self._process.stdout.close()

    def scripts(self, flags):
        """Two hooks: one stops the target, the other starts it with these flags."""
        port = self.url.rstrip("/").rsplit(":", 1)[-1]
        command = " ".join([self.binary, "target", "--listen", f"127.0.0.1:{port}", *flags])
        made = []
        for name, text in ("stop", STOP), ("start", START):
            made.append(self.pid_file.with_name(f"{name}.sh"))
            made[-1].write_text(text.format(pid_file=self.pid_file, command=command))
            made[-1].chmod(0o755)
        return made


def told(what, result, seconds, code):
    """What of a run goes into the record."""
    rows = {f"{row['phase']} {row['metric']}": row for row in result["comparison"]}
    one = {"what": what, "seconds": seconds, "exit": code,
           "verdict": result["verdict"]["outcome"], "reason": result["verdict"]["reasons"][:1],
           "rows": {key: row["verdict"] for key, row in rows.items()
                    if row["verdict"] != "not judged"},
           "p50_ratio": rows.get("after p50", {}).get("did_ratio")}
    if what == "outage":
        recovery = result["groups"]["experimental"]["workloads"]["w"].get("recovery", {})
        one["outage_s"] = recovery.get("longest_outage_s")
        one["recovered_s"] = recovery.get("time_to_recover_s")
        one["checks"] = {check["id"]: check["result"] for check in result["verdict"]["checks"]}
    return one


def run_once(binary, what, seed, seconds):
    with tempfile.TemporaryDirectory(prefix="loadgen-real-") as name:
        directory = pathlib.Path(name)
        with Target(binary, directory, "control", 2 * seed) as control, \
                Target(binary, directory, "experimental", 2 * seed + 1) as experimental:
            fault = ""
            if what != "aa":
                stop, start = experimental.scripts([*AFTERWARDS[what], "--seed", str(seed)])
                fault = (GONE if what == "outage" else SWAP).format(stop=stop, start=start)
            scenario = directory / "scenario.toml"
            scenario.write_text(SCENARIO.format(
                what=what, rate=RATE, warmup=seconds // 3, before=seconds, after=seconds,
                during="" if what == "aa" else 'during = "20s"', fault=fault,
                control=control.url, experimental=experimental.url))
            done = subprocess.run(
                [binary, "run", str(scenario), "--out", str(directory / "out"), "--seed", str(seed),
                 "--progress", "none"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            path = directory / "out/result.json"
            if not path.exists():
                sys.exit(f"{what}: exit {done.returncode}, no result\n{done.stdout}{done.stderr}")
            return told(what, json.loads(path.read_text()), seconds, done.returncode)


def series(binary, what, wanted, seconds, record, first=0):
    """Runs until `wanted` that are not INVALID stand in the record."""
    have = [one for one in read_record(record) if one["what"] == what and one["seconds"] == seconds]
    valid = sum(one["verdict"] != "INVALID" for one in have)
    attempt, in_a_row = len(have), 0
    while valid < wanted and in_a_row < MOST_INVALID:
        attempt += 1
        one = run_once(binary, what, first + attempt, seconds)
        with open(record, "a", encoding="utf-8") as file:
            file.write(json.dumps(one) + "\n")
        invalid = one["verdict"] == "INVALID"
        valid, in_a_row = valid + (not invalid), in_a_row + 1 if invalid else 0
        print(f"{what} {valid}/{wanted}: {one['verdict']}: {' '.join(one['reason'])}", flush=True)
    if in_a_row == MOST_INVALID:
        print(f"{what}: given up, {MOST_INVALID} runs in a row were INVALID", flush=True)


def read_record(record):
    if not os.path.exists(record):
        return []
    with open(record, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def flagged(one, metric):
    return one["rows"].get(f"after {metric}") in ("FAILED", "DEGRADED")


def near(value, truth, by):
    return value is not None and abs(value - truth) <= by


# WHAT: (truth, demand in words, what holds of a run, the least share of runs of which it must).
DEMANDS = {
    "aa": [("FAILED in none", lambda one: one["verdict"] != "FAILED", 1.0),
           ("DEGRADED in at most 5 %", lambda one: one["verdict"] != "DEGRADED", 0.95)],
    "slow20": [("p50 flagged in ≥ 95 %", lambda one: flagged(one, "p50"), 0.95),
               ("p99 flagged in ≥ 80 %", lambda one: flagged(one, "p99"), 0.80)],
    "slow100": [("FAILED in ≥ 99 %", lambda one: one["verdict"] == "FAILED", 0.99)],
    "errors": [("PASS in ≤ 10 %: exactly the margin", lambda one: one["verdict"] != "PASS", 0.90)],
    "outage": [("outage within 1 s in ≥ 95 %", lambda one: near(one["outage_s"], 5, 1), 0.95),
               ("recovery within 1 s in ≥ 95 %", lambda one: near(one["recovered_s"], 5, 1), 0.95),
               ("both limits decided rightly in all",
                lambda one: one["checks"] == {"holds": "held", "does-not": "refuted"}, 1.0)],
}
TRUTH = {"aa": "nothing differs", "slow20": "+20 % latency from the fault on",
         "slow100": "+100 % latency from the fault on", "errors": "1 % errors from the fault on",
         "outage": "gone for 5 s"}
VERDICTS = ["PASS", "DEGRADED", "FAILED", "INCONCLUSIVE", "NONE"]


def table(runs):
    """The Markdown table, and whether every demand is met."""
    lines = ["| truth | runs | " + " | ".join(VERDICTS) +
             " | INVALID, repeated | demanded | found | |",
             "|---|" + "---:|" * (len(VERDICTS) + 2) + "---|---:|---|"]
    all_met = True
    for what, demands in DEMANDS.items():
        valid = [one for one in runs if one["what"] == what and one["verdict"] != "INVALID"]
        invalid = sum(one["what"] == what for one in runs) - len(valid)
        if not valid:
            continue
        counts = [str(sum(one["verdict"] == verdict for one in valid)) for verdict in VERDICTS]
        first = [TRUTH[what], str(len(valid)), *counts, str(invalid)]
        for words, holds, least in demands:
            count = sum(map(holds, valid))
            # Whole runs: 95 % of ten allow one miss, of one or two none.
            met = len(valid) - count <= math.floor((1 - least) * len(valid) + 0.5)
            all_met = all_met and met
            lines.append("| " + " | ".join([*first, words, f"{count} of {len(valid)}",
                                            "met" if met else "**not met**"]) + " |")
            first = [""] * len(first)
    return "\n".join(lines), all_met


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="WHAT", help="default: all of them")
    parser.add_argument("--loadgen", default=str(ROOT / "build/release/loadgen/cli/loadgen"))
    parser.add_argument("--runs", type=int, help="of each; default 40 of aa and 10 of the others")
    parser.add_argument("--seconds", type=int, default=60, help="of before and of after")
    parser.add_argument("--first", type=int, default=0, help="added to the seeds: for several "
                        "series side by side, each with a --record of its own")
    parser.add_argument("--record", default=str(ROOT / "build/real_runs.jsonl"))
    parser.add_argument("--table", help="such as tests/bench/real_runs.md")
    arguments = parser.parse_args()
    for what in arguments.what:
        if what not in DEMANDS:
            parser.error(f"there is no {what}; there are {', '.join(DEMANDS)}")
    for what in arguments.what or DEMANDS:
        series(arguments.loadgen, what, arguments.runs or (40 if what == "aa" else 10),
               arguments.seconds, arguments.record, arguments.first)
    runs = [one for one in read_record(arguments.record) if one["seconds"] == arguments.seconds]
    text, met = table(runs)
    print("\n" + text)
    if arguments.table:
        day = datetime.date.today().isoformat()
        pathlib.Path(arguments.table).write_text(
            "# Verdicts on real runs whose truth is known\n\n"
            f"`tests/bench/real_runs.py --table {arguments.table}`, {day}, {platform.machine()}, "
            f"{os.cpu_count()} cores. Two targets on loopback, {RATE} requests/s to each, "
            f"{arguments.seconds // 3} s of warm-up, {arguments.seconds} s before, 20 s of fault "
            f"(none in the first row), {arguments.seconds} s after; they answer after "
            f"{DELAY_MS:g} ms and an exponential {JITTER_MS:g} ms.\n\n{text}\n",
            encoding="utf-8")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

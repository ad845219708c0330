#!/usr/bin/env python3
"""Repetitions and long runs; tests/soak.sh calls it. Each prints and appends one line to
tests/soak_results.md, and exits 1 when it found a fault."""

import argparse
import collections
import datetime
import os
import pathlib
import platform
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import cluster_soak
import program
import stacks
from endings_test import GROUP, RATE, with_fault
from postgres_ledger_test import audit_of, faults_of, promotion
from servers import ScriptedServer

RESULTS = program.ROOT / "tests/soak_results.md"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


def ended_at(directory, number, instant):
    """One run, ended by a signal so many seconds after it was started. Returns what is wrong."""
    applied = directory / "applied"
    with ScriptedServer(directory) as server:
        with program.Program(directory, with_fault(server.url, applied)) as running:
            time.sleep(instant)
            running.signal(number)
            finished = running.wait()
        if number == signal.SIGKILL:
            if not (finished.out / "journal").exists():
                return ["a fault without a journal"] if applied.exists() else []
            reverted = program.command("revert", finished.out)
            if reverted.code != 0:
                return [f"revert: {reverted.text()}"]
            finished = program.command("report", finished.out, out=finished.out)
            if finished.code not in (0, 2):  # 2: killed before the journal had its header
                return [f"report: {finished.text()}"]
        elif finished.code != 130:
            return [finished.text()]
        wrong = ["the fault is still applied"] if applied.exists() else []
        if finished.result:
            wrong += program.imbalances(finished.result)
            ok = sum(finished.result["series"].get(GROUP, {}).get("w", {}).get("ok", []))
            start = finished.started_at()
            served = sum(1 for at, _ in server.requests() if at >= start - 0.001)
            if not served - 1.5 * RATE <= ok <= served:
                wrong.append(f"{ok} ok, but the server answered {served}")
        return wrong


def endings(runs, seed):
    chance = random.Random(seed)
    wrong = 0
    for run in range(runs):
        number, instant = SIGNALS[run % len(SIGNALS)], chance.uniform(0.05, 9.5)
        with tempfile.TemporaryDirectory() as directory:
            found = ended_at(pathlib.Path(directory), number, instant)
        print(f"{number.name} after {instant:.2f} s: {'; '.join(found) or 'ok'}", flush=True)
        wrong += bool(found)
    return wrong, f"{runs} runs ended at random instants (seed {seed}): {wrong} wrong"


def suites(runs, _):
    wrong = 0
    for _ in range(runs):
        for suite in sorted((program.ROOT / "tests/system").glob("*_test.py")):
            done = subprocess.run([sys.executable, str(suite)], capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL)
            print(suite.name, "ok" if done.returncode == 0 else done.stderr, flush=True)
            wrong += done.returncode != 0
    return wrong, f"the system tests {runs} times: {wrong} suites failed"


def resident_kb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


def memory(seconds, _, rate=2000):
    """Resident memory is sampled each second. Flat: the median of the last tenth is at most 2 % or
    1 MB above that of the second tenth (the first fills buffers and histograms)."""
    binary = str(program.BINARY)
    with tempfile.TemporaryDirectory() as directory:
        target = subprocess.Popen([binary, "target", "--listen", "127.0.0.1:0"], text=True,
                                  stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        url = target.stdout.readline().split()[-1]
        run = subprocess.Popen([binary, "http", "-t", str(seconds), "-c", "100", "--rps", str(rate),
                                url], cwd=directory, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        samples = []
        end = time.monotonic() + seconds
        while time.monotonic() < end and run.poll() is None:
            samples.append(resident_kb(run.pid))
            time.sleep(1)
        code = run.wait()
        target.terminate()
        target.wait()
        target.stdout.close()
    tenth = max(1, len(samples) // 10)
    early, late = (statistics.median(part) for part in (samples[tenth:2 * tenth],
                                                        samples[-tenth:]))
    flat = late - early <= max(0.02 * early, 1024)
    return code != 0 or not flat, (
        f"`loadgen http --rps {rate}` for {seconds} s, exit {code}: resident {early:.0f} KB early, "
        f"{late:.0f} KB late, highest {max(samples)} KB: {'flat' if flat else 'GROWING'}")


# Kinds of failover: replication is synchronous; for how many seconds the standby was cut off.
PROMOTIONS = {"asynchronous": (False, 0), "cut off for 2 s": (False, 2), "synchronous": (True, 0)}


def promotions(runs, _):
    """The primary is killed and its standby takes over; see postgres_ledger_test.py."""
    wrong, told = 0, []
    for kind, (synchronous, cut_off) in PROMOTIONS.items():
        losses = []
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as directory:
                outcome = promotion(pathlib.Path(directory), synchronous, cut_off)
            found = faults_of(outcome, synchronous)
            now = audit_of(outcome["run"])["now"]
            losses.append(now["acknowledged_writes_lost"] if now else None)
            print(f"{kind}: {losses[-1]} lost: {'; '.join(found) or 'ok'}", flush=True)
            wrong += bool(found)
        told.append(f"{kind}: lost {', '.join(map(str, losses))}")
    return wrong, (f"{runs} promotions each, the audit against the servers' own rows: "
                   f"{'; '.join(told)}: {wrong} wrong")


def without_fault(scenario):
    """Its text with each line of its faults commented out."""
    text, fault = [], False
    for line in scenario.read_text().splitlines():
        if line.startswith("["):
            fault = line.startswith("[[faults")
        text.append("# " + line if fault and line else line)
    return "\n".join(text) + "\n"


def demo(runs, _):
    """scenarios/demo.toml without its fault, on stacks that stand through all runs: it may never
    call the experimental group worse."""
    toml = without_fault(program.ROOT / "scenarios/demo.toml")
    verdicts = collections.Counter()
    with tempfile.TemporaryDirectory() as directory, stacks.standing(directory, "large"):
        for run in range(runs):
            place = pathlib.Path(directory) / f"run-{run}"
            place.mkdir()
            with program.Program(place, toml, *stacks.targets()) as running:
                finished = running.wait(150)
            verdict = (finished.result or {}).get("verdict", {"outcome": "none", "reasons": []})
            print(f"{verdict['outcome']}: {'; '.join(verdict['reasons'])}", flush=True)
            verdicts[verdict["outcome"]] += 1
    wrong = runs - verdicts["PASS"] - verdicts["INCONCLUSIVE"] - verdicts["INVALID"]
    counted = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    return wrong, f"scenarios/demo.toml without its fault, {runs} runs: {counted}: {wrong} wrong"


def cluster(runs, seed):
    wrong, told = cluster_soak.cluster(runs, random.Random(seed))
    return wrong, f"runs from several processes at random instants (seed {seed}): {told}"


KINDS = {"endings": (endings, 60), "suites": (suites, 5), "memory": (memory, 600),
         "promotions": (promotions, 10), "demo": (demo, 20), "cluster": (cluster, 25)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("amount", type=int, nargs="?", help="runs, or seconds for memory")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    function, default = KINDS[arguments.kind]
    wrong, told = function(arguments.amount or default, arguments.seed)
    day = datetime.date.today().isoformat()
    line = f"- {day}, {platform.machine()}, {os.cpu_count()} cores: {told}"
    print(line)
    if not RESULTS.exists():
        RESULTS.write_text("# What tests/soak.sh found\n\n")
    with RESULTS.open("a") as results:
        results.write(line + "\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()

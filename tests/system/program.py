"""Runs the real binary and reads what it leaves, for the system tests. LOADGEN_BIN names it."""

import dataclasses
import datetime
import json
import os
import pathlib
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("LOADGEN_BIN", ROOT / "build/dev/loadgen/cli/loadgen"))

# A check that a healthy run holds: makes a run with errors exit 10 instead of 0.
HEALTHY = """
[[steady_state.checks]]
id     = "healthy"
phase  = "before"
assert = ["error_rate < 5%"]
"""


def scenario(url, before="2s", rate=20, timeout="1s", phases="", group="", workload="", rest="",
             name="target"):
    """The smallest scenario with one group, called `name`, and one workload `w`; the others are
    lines added to that table, or tables added at the end."""
    return f"""schema = 1
[phases]
before = "{before}"
{phases}
[groups.{name}]
base_url = "{url}"
{group}
[[workloads]]
name    = "w"
kind    = "http"
rate    = {rate}
timeout = "{timeout}"
{workload}
{rest}
"""


@dataclasses.dataclass
class Finished:
    """A run that has ended. `out` is its results' directory; `result` what result.json says."""
    code: int
    stdout: str
    stderr: str
    out: pathlib.Path
    result: dict | None

    def workload(self, group="target", name="w"):
        return self.result["groups"][group]["workloads"][name]

    def phase(self, phase="before", group="target", name="w"):
        return self.workload(group, name)["phases"][phase]

    def started_at(self):
        """Seconds since 1970 of run offset 0."""
        return datetime.datetime.fromisoformat(self.result["run"]["started_at"]).timestamp()

    def text(self):
        return f"exit {self.code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


def read_result(out):
    path = out / "result.json"
    return json.loads(path.read_text()) if path.exists() else None


class Program:
    """A running `loadgen run`, under a command like `prlimit` if one is given. Leaving the `with`
    block kills it if it still runs."""

    def __init__(self, directory, toml, *flags, under=()):
        directory = pathlib.Path(directory)
        self.out = directory / "out"
        path = directory / "scenario.toml"
        path.write_text(toml)
        self._started = subprocess.Popen(
            [*under, str(BINARY), "run", str(path), "--out", str(self.out), "--progress", "plain",
             *flags],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            cwd=directory)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._started.kill()
        self._started.communicate()

    def signal(self, number):
        self._started.send_signal(number)

    def runs(self):
        return self._started.poll() is None

    def wait(self, seconds=30):
        stdout, stderr = self._started.communicate(timeout=seconds)
        return Finished(self._started.returncode, stdout, stderr, self.out, read_result(self.out))


def run(directory, toml, *flags, seconds=30, under=()):
    with Program(directory, toml, *flags, under=under) as program:
        return program.wait(seconds)


def command(*arguments, out=pathlib.Path("."), cwd=None, seconds=30):
    """Any other subcommand, to its end."""
    done = subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=seconds, cwd=cwd)
    return Finished(done.returncode, done.stdout, done.stderr, out, read_result(out))


def wait_until(condition, what, seconds=10):
    """Returns when condition() holds; fails with `what` after so many seconds."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.01)


def phases_of(workload):
    """(name, PHASE) of every PHASE in a workload of the result."""
    yield "totals", workload["totals"]
    yield from workload["phases"].items()
    for i, step in enumerate(workload.get("steps", [])):
        yield f"steps[{i}]", step
    for operation, phases in workload.get("operations", {}).items():
        for name, phase in phases.items():
            yield f"{operation} {name}", phase


def imbalances(result):
    """What breaks conservation in a result; empty when every ticket is accounted for."""
    found = []

    def expect(where, what, left, right):
        if left != right:
            found.append(f"{where}: {what}: {left} is not {right}")

    for group, one in result["groups"].items():
        for name, workload in one["workloads"].items():
            where = f"{group}.{name}"
            for phase, p in phases_of(workload):
                at = f"{where} {phase}"
                expect(at, "scheduled = planned + blind", p["scheduled"],
                       p["planned"] + sum(p["blind"].values()))
                expect(at, "planned = the sum of its outcomes", p["planned"],
                       p["ok"] + sum(p["failed"].values()) + p["timed_out"] + p["in_doubt"] +
                       p["unfinished"] + sum(p["not_sent"].values()))
                if p["planned"]:
                    expect(at, "error_rate = (planned - ok) / planned", round(p["error_rate"], 6),
                           round((p["planned"] - p["ok"]) / p["planned"], 6))
            found += series_disagreements(where, workload, result["series"][group][name])
    return found


def series_disagreements(where, workload, series):
    """Seconds of the series must add up to the phases, number by number."""
    found = []
    for name, phase in workload["phases"].items():
        first = round(phase["from_us"] / 1e6) - series["start_s"]
        last = round(phase["to_us"] / 1e6) - series["start_s"]
        for key in ("planned", "ok", "failed", "timed_out", "not_sent", "blind"):
            figure = phase[key]
            if isinstance(figure, dict):
                figure = sum(figure.values())
            total = sum(series[key][max(first, 0):last])
            if total != figure:
                found.append(f"{where} {name}: the series' {key} add up to {total}, not {figure}")
    return found

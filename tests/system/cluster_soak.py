"""Runs from several processes to which something happens at a random instant; soak.py calls it.
What was sent is counted by the target itself: nothing may be told twice, what is missing must be
blind."""

import pathlib
import resource
import signal
import tempfile
import time

from cluster import Coordinator, Link, Target, Worker
from cluster_test import RATE, differences, fault_of, run_of, series, served
from program import command, imbalances
from strangers import nuisances

SECONDS = 10  # before 2, during 6 with a fault, after 2
PHASES = 'during = "6s"\nafter = "2s"'
NAME = "experimental"


def toml(target, applied):
    # Reverted within `during`: the plan's end does not move.
    fault = fault_of(applied) + 'duration = "4s"\n'
    return run_of(target, "2s", phases=PHASES, rest=fault, name=NAME)


def faults_of(finished, counts, exact, whole):
    """What is wrong with a result. `exact`: nothing may have been lost; `whole`: the plan was
    played to its end."""
    if finished.result is None:
        return [finished.text()]
    wrong = imbalances(finished.result) + differences(finished, counts, NAME)
    totals = finished.workload(NAME)["totals"]
    blind = sum(totals["blind"].values())
    if whole and totals["scheduled"] != SECONDS * RATE:
        wrong.append(f"{totals['scheduled']} tickets fell due, not {SECONDS * RATE}")
    told = sum(sum(series(finished, NAME)[key]) for key in ("ok", "failed", "timed_out"))
    if not told <= served(counts) <= told + blind:
        wrong.append(f"{told} sent and {blind} blind, but {served(counts)} served")
    if exact and blind:
        wrong.append(f"blind: {totals['blind']}")
    return wrong


def unlike(what, found, expected):
    return [] if found == expected else [f"{what}: {found}, not {expected}"]


def killed_worker(directory, target, applied, instant):
    with Coordinator(directory, toml(target, applied), 3) as coordinator:
        workers = [Worker(directory, coordinator.port) for _ in range(3)]
        coordinator.begun()
        time.sleep(instant)
        workers[0].signal(signal.SIGKILL)
        finished = coordinator.finished()
        codes = [worker.wait_for_exit() for worker in workers[1:]]
    return finished, unlike("exits", codes, [0, 0])


def frozen_worker(directory, target, applied, instant):
    with Coordinator(directory, toml(target, applied), 3) as coordinator:
        workers = [Worker(directory, coordinator.port) for _ in range(3)]
        coordinator.begun()
        time.sleep(instant)
        workers[0].signal(signal.SIGSTOP)
        time.sleep(5)
        workers[0].signal(signal.SIGCONT)
        finished = coordinator.finished()
        codes = [worker.wait_for_exit() for worker in workers]
    return finished, unlike("exits", codes, [0, 0, 0])


def cut_link(directory, target, applied, instant):
    with Coordinator(directory, toml(target, applied), 2) as coordinator, \
            Link(coordinator.port) as link:
        workers = [Worker(directory, link.port), Worker(directory, coordinator.port)]
        coordinator.begun()
        time.sleep(instant)
        link.cut()
        time.sleep(10)
        link.mend()
        finished = coordinator.finished()
        codes = [worker.wait_for_exit() for worker in workers]
    return finished, unlike("exits", codes, [0, 0])


def killed_coordinator(directory, target, applied, instant):
    plan = toml(target, applied)
    with Coordinator(directory, plan, 2) as first:
        workers = [Worker(directory, first.port) for _ in range(2)]
        first.begun()
        time.sleep(instant)
        first.signal(signal.SIGKILL)
        first.wait_for_exit()
        time.sleep(5)
        with Coordinator(directory, plan, 2, resume=first) as second:
            finished = second.finished()
        codes = [worker.wait_for_exit() for worker in workers]
    return finished, unlike("exits", codes, [0, 0])


def lost_coordinator(directory, target, applied, instant):
    """It never comes back: the spools tell it all, and `loadgen revert` lifts the fault."""
    with Coordinator(directory, toml(target, applied), 2) as gone:
        workers = [Worker(directory, gone.port) for _ in range(2)]
        gone.begun()
        time.sleep(instant)
        gone.signal(signal.SIGKILL)
        gone.wait_for_exit()
        codes = [worker.wait_for_exit(90) for worker in workers]
        spools = [spool for worker in workers for spool in worker.spools()]
    finished = command("report", *spools, "--json", directory / "result.json", out=directory)
    reverted = command("revert", gone.out)
    return finished, unlike("exits", codes, [13, 13]) + unlike("revert", reverted.code, 0)


def full_disk(directory, target, applied, instant):
    """The journal may not grow beyond what it has at about that instant."""
    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        most = 6000 + round(instant * 3000)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    plan = toml(target, applied).replace('during = "6s"', 'during = "60s"')
    with Coordinator(directory, plan, 2, before=limited) as coordinator:
        workers = [Worker(directory, coordinator.port) for _ in range(2)]
        code = coordinator.finished(90).code
        codes = [worker.wait_for_exit() for worker in workers]
        spools = [spool for worker in workers for spool in worker.spools()]
    finished = command("report", coordinator.out / "journal", *spools, "--json",
                       directory / "result.json", out=directory)
    return finished, unlike("exit", code, 1) + unlike("exits", codes, [13, 13])


def strangers(directory, target, applied, instant):
    with Coordinator(directory, toml(target, applied), 2) as coordinator:
        workers = [Worker(directory, coordinator.port) for _ in range(2)]
        coordinator.begun()
        time.sleep(instant / 4)  # they need eight seconds
        found = nuisances(coordinator.port)
        finished = coordinator.finished()
        codes = [worker.wait_for_exit() for worker in workers]
    return finished, unlike("exits", codes, [0, 0]) + unlike(
        "idle ones closed", found["idle ones closed"], 500)


def interrupted_coordinator(directory, target, applied, instant):
    with Coordinator(directory, toml(target, applied), 2) as coordinator:
        workers = [Worker(directory, coordinator.port) for _ in range(2)]
        coordinator.begun()
        time.sleep(instant)
        coordinator.signal(signal.SIGINT)
        finished = coordinator.finished()
        codes = [worker.wait_for_exit() for worker in workers]
    return finished, unlike("exit", finished.code, 130) + unlike("exits", codes, [0, 0])


def interrupted_worker(directory, target, applied, instant):
    with Coordinator(directory, toml(target, applied), 3) as coordinator:
        workers = [Worker(directory, coordinator.port) for _ in range(3)]
        coordinator.begun()
        time.sleep(instant)
        workers[0].signal(signal.SIGINT)
        finished = coordinator.finished()
        codes = [worker.wait_for_exit() for worker in workers]
    lost = [m["detail"] for m in finished.result["marks"] if m["kind"] == "worker_lost"]
    return finished, unlike("exits", codes, [130, 0, 0]) + unlike(
        "losses by name", sum("interrupted by SIGINT" in why for why in lost), 1)


# What happens: how, up to which second of the run, whether nothing may be lost by it, and whether
# the plan is played to its end.
EVENTS = {"worker killed": (killed_worker, 9.5, False, True),
          "worker frozen for 5 s": (frozen_worker, 9.5, False, True),
          "link cut for 10 s": (cut_link, 9.5, True, True),
          "coordinator killed, resumed after 5 s": (killed_coordinator, 9.5, True, True),
          "coordinator killed for good": (lost_coordinator, 9.5, True, True),
          "coordinator's disk full": (full_disk, 9.5, False, False),
          "strangers": (strangers, 9.5, True, True),
          "coordinator interrupted": (interrupted_coordinator, 9.0, False, False),
          "worker interrupted": (interrupted_worker, 9.0, False, True)}


def cluster(runs, chance):
    """So many runs of each event. Returns how many were wrong, and what is to be told."""
    wrong, told = 0, []
    for event, (happen, last, exact, whole) in EVENTS.items():
        faults = 0
        for _ in range(runs):
            instant = chance.uniform(0.1, last)
            with tempfile.TemporaryDirectory() as name:
                directory = pathlib.Path(name)
                applied = directory / "applied"
                with Target(directory) as target:
                    finished, found = happen(directory, target, applied, instant)
                    counts = target.counts()
                found += faults_of(finished, counts, exact, whole)
                if applied.exists():
                    found.append("the fault is still applied")
            print(f"{event} after {instant:.2f} s: {'; '.join(found) or 'ok'}", flush=True)
            faults += bool(found)
        wrong += faults
        told.append(f"{event} {runs} times: {faults} wrong")
    return wrong, "; ".join(told)

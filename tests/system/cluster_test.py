#!/usr/bin/env python3
"""One run from several processes: exact when all is well, and honest about what was lost when a
worker, the coordinator, the link or the disk fails. What was sent is counted by the target. When
something happens is drawn from a seed, which is printed; LOADGEN_TEST_SEED repeats it.
"""

import contextlib
import math
import os
import random
import resource
import signal
import subprocess
import sys
import time
import unittest

import program
from cases import ConcurrentCases, disturbed_where, prepared, spoiled
from cluster import SEED, Coordinator, Link, Target, Worker
from program import Finished, command, imbalances
from strangers import nuisances

RATE = 100  # per second, of all workers together


def instant_of(what, earliest, latest):
    """How many seconds after the load began it happens."""
    return random.Random(f"{SEED} {what}").uniform(earliest, latest)


def run_of(target, before, rest="", phases="", name="target"):
    return program.scenario(target.url, before=before, rate=RATE, phases=phases, name=name,
                            rest=rest + '[steady_state]\nmargins = "none"\n')


def series(finished, name="target"):
    return finished.result["series"][name]["w"]


def differences(finished, counts, name="target"):
    """Seconds in which the target counts fewer requests than were told as sent, or more than that
    and what is blind. A request may reach the target in the second after the one that it was due
    in: sums up to each second are compared, one second's worth apart."""
    told, found = series(finished, name), []
    start = finished.started_at()
    sent = [sum(told[key][i] for key in ("ok", "failed", "timed_out"))
            for i in range(len(told["ok"]))]
    for i in range(1, len(sent) + 1):
        # Requests counted up to the whole second after run second i ended.
        end = math.floor(start + told["start_s"] + i) + 1
        served = sum(n for second, n in counts.items() if second < end)
        if served < sum(sent[:i]):
            found.append(f"by second {i}: {sum(sent[:i])} sent, {served} served")
    return found


def served(counts):
    return sum(counts.values())


def workers_of(finished):
    return finished.result["trust"]["workers"]


def blind_of(finished, reason):
    return [b for b in finished.result["trust"]["blind"] if b["reason"] == reason]


def marks(finished, *kinds):
    return [(m["kind"], m["name"]) for m in finished.result["marks"] if m["kind"] in kinds]


@contextlib.contextmanager
def under_load(directory, before, workers, rest=""):
    """A run in phase before: its target, its coordinator and its workers."""
    with Target(directory) as target, \
            Coordinator(directory, run_of(target, before, rest=rest), workers) as coordinator:
        processes = [Worker(directory, coordinator.port) for _ in range(workers)]
        coordinator.begun()
        yield target, coordinator, processes


def first_sends(finished):
    """How late each worker's was, and how far the coordinator may be wrong about it, µs."""
    workers = workers_of(finished)
    # Share k of four sends its first request k hundredths of a second into the run.
    late = [w["first_send_us"] - w["id"] * 1e6 / RATE for w in workers]
    return late, max(w["clock_bound_us"] for w in workers)


def one_was_held_up(outcome):
    late, bound = first_sends(outcome[0])
    return max(late) - min(late) >= 1000 + bound


@disturbed_where(one_was_held_up)
@prepared
def all_well(directory):
    with Target(directory) as target, \
            Coordinator(directory, run_of(target, "5s"), 4) as coordinator:
        workers = [Worker(directory, coordinator.port) for _ in range(4)]
        finished = coordinator.finished()
        codes = [worker.wait_for_exit() for worker in workers]
        return finished, target.counts(), codes, [worker.spools() for worker in workers]


@prepared
def as_one_process(directory):
    with Target(directory) as target:
        done = program.run(directory, run_of(target, "3s"), "--workers", "4")
        return done, target.counts()


@prepared
def killed(directory):
    """SIGKILL to one of three."""
    with under_load(directory, "8s", workers=3) as (target, coordinator, workers):
        time.sleep(instant_of("killed", 2.2, 4))
        workers[1].signal(signal.SIGKILL)
        finished = coordinator.finished()
        codes = [worker.wait_for_exit() for worker in workers]
        return finished, target.counts(), codes


@spoiled
def killed_and_not_tolerated(directory):
    rest = '[distribution]\non_worker_loss = "invalidate"\n'
    with under_load(directory, "30s", workers=3, rest=rest) as (_, coordinator, workers):
        time.sleep(1)
        workers[1].signal(signal.SIGKILL)
        finished = coordinator.finished()
        return finished, [worker.wait_for_exit() for worker in workers]


@prepared
def killed_and_started_anew(directory):
    with under_load(directory, "9s", workers=2) as (target, coordinator, (first, other)):
        time.sleep(instant_of("started anew", 1.5, 3))
        first.signal(signal.SIGKILL)
        first.wait_for_exit()
        time.sleep(1.5)
        again = Worker(directory, coordinator.port, spool=first.spool)
        finished = coordinator.finished()
        codes = [again.wait_for_exit(), other.wait_for_exit()]
        return finished, target.counts(), codes, again.spools(), again.stderr


def more_is_blind(outcome):
    """Than what the frozen one could not send: a machine that stands still only adds to it."""
    finished, _, _, lasted = outcome
    return sum(finished.phase()["blind"].values()) > lasted * RATE / 3 + RATE / 5


@disturbed_where(more_is_blind)
@spoiled
def frozen(directory):
    """SIGSTOP for five seconds: what fell due meanwhile could not be sent."""
    with under_load(directory, "12s", workers=3) as (target, coordinator, workers):
        time.sleep(instant_of("frozen", 1, 3))
        stopped = time.monotonic()
        workers[0].signal(signal.SIGSTOP)
        time.sleep(5)
        workers[0].signal(signal.SIGCONT)
        lasted = time.monotonic() - stopped
        finished = coordinator.finished()
        return finished, target.counts(), [worker.wait_for_exit() for worker in workers], lasted


@prepared
def link_cut(directory):
    with Target(directory) as target, \
            Coordinator(directory, run_of(target, "20s"), 2) as coordinator, \
            Link(coordinator.port) as link:
        workers = [Worker(directory, link.port), Worker(directory, coordinator.port)]
        coordinator.begun()
        time.sleep(instant_of("cut", 1, 5))
        link.cut()
        time.sleep(10)
        link.mend()
        finished = coordinator.finished()
        return finished, target.counts(), [worker.wait_for_exit() for worker in workers]


def fault_of(applied):
    return f"""
[[faults]]
name    = "marker"
kind    = "command"
group   = "experimental"
at      = "0s"
inject  = ["touch", "{applied}"]
revert  = ["rm", "-f", "{applied}"]
timeout = "5s"
"""


@prepared
def coordinator_killed(directory):
    """In mid-fault; started anew after five seconds."""
    applied = directory / "applied"
    with Target(directory) as target:
        toml = run_of(target, "2s", phases='during = "12s"\nafter = "2s"', rest=fault_of(applied),
                      name="experimental")
        with Coordinator(directory, toml, 2) as first:
            workers = [Worker(directory, first.port) for _ in range(2)]
            program.wait_until(applied.exists, "the fault is injected", 30)
            time.sleep(instant_of("coordinator killed", 0.3, 3))
            first.signal(signal.SIGKILL)
            first.wait_for_exit()
            time.sleep(5)
            still = applied.exists()
            with Coordinator(directory, toml, 2, resume=first) as second:
                resumed = time.monotonic()
                program.wait_until(lambda: not applied.exists(), "the fault is reverted")
                reverted_after = time.monotonic() - resumed
                finished = second.finished()
            codes = [worker.wait_for_exit() for worker in workers]
            return finished, target.counts(), codes, still, reverted_after


@prepared
def plan_moved(directory):
    """The revert moves the plan's end, and a worker that is cut off does not hear of it in time."""
    applied = directory / "applied"
    with Target(directory) as target:
        toml = run_of(target, "2s", phases='during = "4s"\nafter = "3s"', rest=fault_of(applied),
                      name="experimental")
        with Coordinator(directory, toml, 2) as coordinator, Link(coordinator.port) as link:
            workers = [Worker(directory, link.port), Worker(directory, coordinator.port)]
            program.wait_until(applied.exists, "the fault is injected", 30)
            time.sleep(instant_of("plan moved", 0.5, 2.5))
            link.cut()
            time.sleep(10)
            link.mend()
            finished = coordinator.finished()
            codes = [worker.wait_for_exit() for worker in workers]
            return finished, target.counts(), codes


@spoiled
def coordinator_gone(directory):
    with under_load(directory, "6s", workers=2) as (target, gone, workers):
        time.sleep(instant_of("coordinator gone", 1, 4))
        gone.signal(signal.SIGKILL)
        gone.wait_for_exit()
        codes = [worker.wait_for_exit(90) for worker in workers]
        spools = [spool for worker in workers for spool in worker.spools()]
        json = directory / "merged.json"
        alone = command("report", *spools, "--json", json, cwd=directory)
        alone.out = directory
        with_journal = command("report", gone.out / "journal", *spools, "--json",
                               directory / "both.json", cwd=directory)
        command("report", spools[0], "--json", directory / "half.json", cwd=directory)
        merged = [program.json.loads(path.read_text()) if path.exists() else None
                  for path in (json, directory / "both.json", directory / "half.json")]
        return target.counts(), codes, spools, alone, with_journal, merged


@spoiled
def disk_full(directory):
    """The journal may not grow beyond 40 kB."""
    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    applied = directory / "applied"
    with Target(directory) as target:
        toml = run_of(target, "2s", phases='during = "60s"', rest=fault_of(applied),
                      name="experimental")
        with Coordinator(directory, toml, 2, before=limited) as coordinator:
            workers = [Worker(directory, coordinator.port) for _ in range(2)]
            program.wait_until(applied.exists, "the fault is injected", 30)
            finished = coordinator.finished(90)
            codes = [worker.wait_for_exit() for worker in workers]
            report = command("report", finished.out / "journal", "--json", directory / "r.json")
            return finished, codes, applied.exists(), report


@prepared
def strangers(directory):
    """Whatever may come to the port, wrong tokens and too many workers, in the middle of a run."""
    with under_load(directory, "12s", workers=2) as (target, coordinator, workers):
        wrong = Worker(directory, coordinator.port, token="f" * 32)
        late = Worker(directory, coordinator.port)
        found = nuisances(coordinator.port)
        refused = [wrong.wait_for_exit(), late.wait_for_exit()]
        finished = coordinator.finished()
        return (finished, target.counts(), [worker.wait_for_exit() for worker in workers],
                refused, wrong.stderr + late.stderr, found)


@spoiled
def interrupted_coordinator(directory):
    with under_load(directory, "60s", workers=2) as (target, coordinator, workers):
        time.sleep(instant_of("interrupted", 1, 4))
        coordinator.signal(signal.SIGINT)
        finished = coordinator.finished()
        return finished, target.counts(), [worker.wait_for_exit() for worker in workers]


@prepared
def interrupted_worker(directory):
    with under_load(directory, "8s", workers=3) as (target, coordinator, workers):
        time.sleep(instant_of("worker interrupted", 2, 4))
        workers[2].signal(signal.SIGINT)
        left = workers[2].wait_for_exit(10)
        finished = coordinator.finished()
        return finished, target.counts(), left, [w.wait_for_exit() for w in workers[:2]]


@spoiled
def forbidden_target(directory):
    with Target(directory) as target, \
            Coordinator(directory, run_of(target, "2s"), 1) as coordinator:
        worker = Worker(directory, coordinator.port, "--allow-target", "127.0.0.1:1")
        finished = coordinator.finished()
        return finished, target.counts(), worker.wait_for_exit()


@prepared
def secrets(directory):
    """A token of the environment: the target needs it, and nothing that is written may hold it."""
    secret = "hush-hush-4711"
    with Target(directory) as target:
        toml = run_of(target, "2s").replace(
            'kind    = "http"',
            'kind    = "http"\nrequest = { path = "/", headers = { X-Key = "{var:key}" } }')
        toml = toml.replace(f'base_url = "{target.url}"',
                            f'base_url = "{target.url}"\n'
                            'vars = { key = { command = ["printenv", "LOADGEN_TEST_KEY"], '
                            'secret = true } }')
        os.environ["LOADGEN_TEST_KEY"] = secret
        with Coordinator(directory, toml, 1) as coordinator:
            worker = Worker(directory, coordinator.port, env={"LOADGEN_TEST_KEY": ""})
            coordinator.begun()
            time.sleep(1)
            lines = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(worker.process.pid), "-p",
                                    str(coordinator.process.pid)], capture_output=True, text=True,
                                   check=False).stdout
            spooled = b"".join(path.read_bytes() for path in worker.spools())
            finished = coordinator.finished()
            worker.wait_for_exit()
        written = b"".join(path.read_bytes() for path in finished.out.iterdir())
        everything = written + spooled + (lines + finished.stderr + finished.stdout +
                                          worker.stderr).encode()
        return finished, everything, secret, served(target.counts())


def other_clock_possible():
    return subprocess.run(["unshare", "--time", "--monotonic", "1000", "true"],
                          capture_output=True, check=False).returncode == 0


@prepared
def other_clock(directory):
    """A worker whose monotonic clock is a day ahead, as on another machine."""
    if not other_clock_possible():
        return None
    with Target(directory) as target, \
            Coordinator(directory, run_of(target, "3s"), 2) as coordinator:
        workers = [Worker(directory, coordinator.port, prefix=[
            "unshare", "--time", "--monotonic", str(seconds), "--fork", "--kill-child"])
            for seconds in (86400, 0)]
        finished = coordinator.finished()
        return finished, target.counts(), [worker.wait_for_exit() for worker in workers]


class ClusterTest(ConcurrentCases):
    def assert_whole(self, finished, counts, name="target"):
        self.assertEqual(imbalances(finished.result), [], finished.text())
        self.assertEqual(differences(finished, counts, name), [], finished.text())

    def test_four_workers_send_what_was_planned_and_it_is_all_told(self):
        finished, counts, codes, spools = self.outcome_of(all_well)
        self.assertEqual(finished.code, 0, finished.text())
        self.assertEqual(codes, [0, 0, 0, 0])
        self.assertEqual(spools, [[], [], [], []])
        self.assert_whole(finished, counts)
        phase = finished.phase()
        self.assertEqual((phase["scheduled"], phase["ok"], served(counts)), (500, 500, 500))
        self.assertEqual([w["id"] for w in workers_of(finished)], [0, 1, 2, 3])
        for worker in workers_of(finished):
            self.assertFalse(worker["lost"])
            self.assertLess(worker["clock_bound_us"], 5000)
            self.assertLess(abs(worker["clock_offset_us"]), worker["clock_bound_us"] + 1)

    def test_first_sends_of_all_workers_are_a_millisecond_apart_at_most(self):
        finished = self.outcome_of(all_well)[0]
        late, bound = first_sends(finished)
        self.assertLess(max(late) - min(late), 1000 + bound, late)
        # Which is what is told: spread is counted in whole µs.
        self.assertAlmostEqual(max(late) - min(late),
                               finished.result["trust"]["start_spread_us"], delta=2)
        self.assertGreaterEqual(min(late), -bound - 1)

    def test_one_process_with_four_workers_does_the_same(self):
        finished, counts = self.outcome_of(as_one_process)
        self.assertEqual(finished.code, 0, finished.text())
        self.assert_whole(finished, counts)
        self.assertEqual(finished.phase()["ok"], 300)

    def test_a_killed_worker_costs_what_is_named(self):
        finished, counts, codes = self.outcome_of(killed)
        self.assertEqual(finished.code, 0, finished.text())
        self.assertEqual([codes[0], codes[2]], [0, 0])
        self.assert_whole(finished, counts)
        phase = finished.phase()
        self.assertEqual(phase["scheduled"], 8 * RATE)
        lost = sum(b["tickets"] for b in blind_of(finished, "worker_lost"))
        self.assertEqual(phase["blind"], {"worker_lost": lost})
        # A third of the rate, from its last part on; this machine may have been late to kill it.
        left = 8 - instant_of("killed", 2.2, 4)
        self.assertGreater(lost, (left - 1.5) * RATE / 3)
        self.assertLess(lost, (left + 2.2) * RATE / 3)
        self.assertEqual(phase["planned"], phase["ok"])
        # Sent and never reported is blind, too: the target has seen more than is told.
        self.assertLessEqual(phase["ok"], served(counts))
        self.assertLessEqual(served(counts), phase["ok"] + lost)
        only = {b["worker"] for b in blind_of(finished, "worker_lost")}
        self.assertEqual([w["id"] for w in workers_of(finished) if w["lost"]], list(only))
        self.assertIn("1 of 3 workers lost", str(finished.result["trust"]["warnings"]))

    def test_a_killed_worker_that_may_not_be_lost_ends_the_run_invalid(self):
        finished, codes = self.outcome_of(killed_and_not_tolerated)
        self.assertEqual(finished.code, 13, finished.text())
        self.assertTrue(finished.result["run"]["aborted"])
        self.assertEqual([codes[0], codes[2]], [0, 0])
        self.assertEqual(imbalances(finished.result), [])

    def test_a_worker_started_anew_delivers_its_spool_and_goes_on_from_now(self):
        finished, counts, codes, spools, told = self.outcome_of(killed_and_started_anew)
        self.assertEqual(finished.code, 0, finished.text())
        self.assertEqual(codes, [0, 0], told)
        self.assertEqual(spools, [])
        self.assert_whole(finished, counts)
        phase = finished.phase()
        self.assertEqual(phase["scheduled"], 9 * RATE)
        lost = sum(b["tickets"] for b in blind_of(finished, "worker_lost"))
        # Half of the rate for the 1.5 s without it, its start, and the second it was killed in.
        self.assertGreater(lost, 1.5 * RATE / 2)
        self.assertLess(lost, 4 * RATE / 2)
        self.assertEqual(len(marks(finished, "worker_restarted")), 1)
        self.assertFalse(any(w["lost"] for w in workers_of(finished)))

    def test_a_frozen_worker_is_missed_and_its_late_parts_count_once(self):
        finished, counts, codes, lasted = self.outcome_of(frozen)
        self.assertEqual(codes, [0, 0, 0])
        self.assert_whole(finished, counts)
        kinds = [kind for kind, _ in marks(finished, "worker_silent", "worker_back")]
        self.assertEqual(kinds, ["worker_silent", "worker_back"])
        phase = finished.phase()
        self.assertEqual(phase["scheduled"], 12 * RATE)
        self.assertNotIn("worker_lost", phase["blind"])
        blind = sum(phase["blind"].values())
        self.assertAlmostEqual(blind, lasted * RATE / 3, delta=RATE / 5)
        self.assertEqual(finished.code, 13)  # the generator was late, and that is no secret

    def test_a_link_cut_for_ten_seconds_costs_nothing(self):
        finished, counts, codes = self.outcome_of(link_cut)
        self.assertEqual(finished.code, 0, finished.text())
        self.assertEqual(codes, [0, 0])
        self.assert_whole(finished, counts)
        phase = finished.phase()
        self.assertEqual((phase["ok"], phase["blind"], served(counts)), (2000, {}, 2000))
        self.assertIn("worker_silent", dict(marks(finished, "worker_silent")))
        self.assertIn("worker_back", dict(marks(finished, "worker_back")))

    def test_what_a_worker_did_not_send_because_it_did_not_hear_of_it_is_blind(self):
        finished, counts, codes = self.outcome_of(plan_moved)
        self.assertEqual(finished.code, 0, finished.text())
        self.assertEqual(codes, [0, 0])
        self.assert_whole(finished, counts, "experimental")
        end = [m["at_us"] for m in finished.result["marks"] if m["name"] == "end"][0] / 1e6
        self.assertGreaterEqual(end, 10)  # 9 s were planned
        totals = finished.workload("experimental")["totals"]
        self.assertEqual(totals["scheduled"], end * RATE)
        self.assertEqual(totals["blind"], {"worker_lost": (end - 9) * RATE / 2})
        self.assertEqual(served(counts), totals["ok"])

    def test_a_coordinator_killed_and_resumed_ends_with_the_full_result(self):
        finished, counts, codes, still, reverted_after = self.outcome_of(coordinator_killed)
        self.assertTrue(still)
        self.assertLess(reverted_after, 3)
        self.assertEqual(codes, [0, 0], finished.text())
        self.assert_whole(finished, counts, "experimental")
        self.assertEqual(finished.result["run"]["aborted"], False)
        totals = finished.workload("experimental")["totals"]
        self.assertEqual((totals["ok"], totals["blind"], served(counts)), (1600, {}, 1600))
        self.assertEqual(marks(finished, "phase", "requested", "reverted"),
                         [("phase", "before"), ("phase", "during"), ("requested", "marker"),
                          ("reverted", "marker"), ("phase", "after"), ("phase", "end")])
        self.assertEqual(marks(finished, "note"), [("note", "resumed")])
        at = next(m["at_us"] for m in finished.result["marks"] if m["kind"] == "reverted")
        self.assertLess(at, 14e6, "when it was resumed, not at the planned end")

    def test_without_its_coordinator_a_worker_plays_the_plan_out_and_leaves_its_spool(self):
        counts, codes, spools, alone, with_journal, merged = self.outcome_of(coordinator_gone)
        self.assertEqual(codes, [13, 13])
        self.assertEqual(len(spools), 2)
        for finished, result in zip((alone, with_journal), merged):
            self.assertEqual(finished.code, 0, finished.text())
            self.assertEqual(imbalances(result), [])
            totals = result["groups"]["target"]["workloads"]["w"]["totals"]
            # All were sent, but for those that this machine held back by standing still; of those
            # that were open then, the answers are worth nothing.
            late, stalled = (totals["blind"].get(why, 0) for why in ("late", "stalled"))
            self.assertEqual(totals["ok"] + late + stalled, 600, totals)
            self.assertEqual(served(counts), totals["ok"] + stalled)
            self.assertTrue(result["run"]["aborted"])
        self.assertEqual(merged[0]["groups"], merged[1]["groups"])
        # What is missing is not told as nothing.
        self.assertFalse(merged[2]["trust"]["valid"])
        self.assertIn("its spool is missing", str(merged[2]["trust"]["reasons"]))

    def test_a_full_disk_stops_the_load_lifts_the_fault_and_exits_1(self):
        finished, codes, applied, report = self.outcome_of(disk_full)
        self.assertEqual(finished.code, 1, finished.text())
        self.assertIn("the journal can't be written", finished.stderr)
        self.assertFalse(applied)
        self.assertEqual(codes, [13, 13])  # what was not journalled is still in their spools
        self.assertEqual(report.code, 0, report.text())

    def test_strangers_change_nothing(self):
        finished, counts, codes, refused, told, found = self.outcome_of(strangers)
        self.assertEqual(finished.code, 0, finished.text())
        self.assertEqual(codes, [0, 0])
        self.assertEqual(refused, [2, 14])
        self.assertIn("does not accept the token", told)
        self.assertIn("the run has begun", told)
        self.assertIn(b"it speaks protocol 99, the coordinator protocol 1", found["old protocol"])
        self.assertIn(b"it is loadgen 0.0.0, the coordinator loadgen", found["old version"])
        self.assertEqual(found["idle ones closed"], 500)
        self.assertLess(found["dripped for"], 12)  # it has five seconds; this machine may be busy
        self.assert_whole(finished, counts)
        self.assertEqual((finished.phase()["ok"], served(counts)), (1200, 1200))
        self.assertRegex(finished.stderr, r"refused connections: .*3 not taken in.*1 wrong token")

    def test_ctrl_c_on_the_coordinator_ends_with_a_full_report(self):
        finished, counts, codes = self.outcome_of(interrupted_coordinator)
        self.assertEqual(finished.code, 130, finished.text())
        self.assertTrue(finished.result["run"]["aborted"])
        self.assertEqual(codes, [0, 0])
        self.assert_whole(finished, counts)

    def test_ctrl_c_on_a_worker_is_told_by_name(self):
        finished, counts, left, codes = self.outcome_of(interrupted_worker)
        self.assertEqual(left, 130)
        self.assertEqual(finished.code, 0, finished.text())
        self.assertEqual(codes, [0, 0])
        self.assert_whole(finished, counts)
        lost = [m for m in finished.result["marks"] if m["kind"] == "worker_lost"]
        self.assertEqual(len(lost), 1)
        self.assertIn("interrupted by SIGINT", lost[0]["detail"])
        self.assertEqual(finished.phase()["scheduled"], 8 * RATE)
        tickets = sum(b["tickets"] for b in blind_of(finished, "worker_lost"))
        left = 8 - instant_of("worker interrupted", 2, 4)
        self.assertAlmostEqual(tickets, left * RATE / 3, delta=RATE / 3)

    def test_a_worker_sends_nothing_where_it_may_not(self):
        finished, counts, code = self.outcome_of(forbidden_target)
        self.assertEqual((finished.code, code), (14, 14), finished.text())
        self.assertIn("this worker may not send load to 127.0.0.1:", finished.stderr)
        self.assertEqual(served(counts), 0)

    def test_a_secret_reaches_the_worker_and_no_file(self):
        finished, everything, secret, requests = self.outcome_of(secrets)
        self.assertEqual(finished.code, 0, finished.text())
        self.assertEqual(requests, 200)
        self.assertNotIn(secret.encode(), everything)
        self.assertNotIn(b"0123456789abcdef0123456789abcdef", everything)

    def test_clocks_of_two_machines(self):
        outcome = self.outcome_of(other_clock)
        if outcome is None:
            self.skipTest("no time namespaces here")
        finished, counts, codes = outcome
        self.assertEqual(finished.code, 0, finished.text())
        self.assertEqual(codes, [0, 0])
        self.assert_whole(finished, counts)
        offsets = sorted(w["clock_offset_us"] / 1e6 for w in workers_of(finished))
        self.assertAlmostEqual(offsets[0], 0, delta=0.01)
        self.assertAlmostEqual(offsets[1], 86400, delta=0.01)


if __name__ == "__main__":
    print(f"LOADGEN_TEST_SEED={SEED}", file=sys.stderr)
    unittest.main()

#!/usr/bin/env python3
"""However a run ends, its fault is lifted and what was measured is told: interrupted, terminated,
killed outright, with a fault that can't be injected or reverted."""

import os
import signal
import time
import unittest

from cases import ConcurrentCases, prepared
from program import Finished, Program, command, run, scenario, wait_until
from servers import ScriptedServer

RATE = 50
GROUP = "experimental"


def with_fault(url, applied, inject=None, revert=None, during="5s"):
    """Two seconds of before, a fault that is the file `applied` in during, two seconds of after."""
    def quoted(argv):
        return "[" + ", ".join(f'"{word}"' for word in argv) + "]"

    return scenario(url, before="2s", rate=RATE, name=GROUP,
                    phases=f'during = "{during}"\nafter = "2s"', rest=f"""
[[faults]]
name    = "marker"
kind    = "command"
group   = "{GROUP}"
at      = "0s"
inject  = {quoted(inject or ["touch", applied])}
revert  = {quoted(revert or ["rm", "-f", applied])}
timeout = "5s"
""")


def marks(finished):
    return [(mark["kind"], mark["name"]) for mark in finished.result["marks"]]


@prepared
def to_the_end(directory):
    applied = directory / "applied"
    with ScriptedServer(directory) as server:
        toml = with_fault(server.url, applied)
        with Program(directory, toml) as program:
            wait_until(applied.exists, "the fault is injected")
            injected = time.time()
            return program.wait(), applied.exists(), injected


def ended_by(directory, *signals):
    """The run gets these signals, one after the other, half a second into its fault."""
    applied = directory / "applied"
    with ScriptedServer(directory) as server:
        toml = with_fault(server.url, applied, during="40s")
        with Program(directory, toml) as program:
            wait_until(applied.exists, "the fault is injected")
            time.sleep(0.5)
            sent = time.time()
            for number in signals:
                program.signal(number)
                time.sleep(0.1)
            return program.wait(), applied.exists(), time.time() - sent


@prepared
def interrupted(directory):
    return ended_by(directory, signal.SIGINT)


@prepared
def terminated(directory):
    return ended_by(directory, signal.SIGTERM)


@prepared
def interrupted_twice(directory):
    return ended_by(directory, signal.SIGINT, signal.SIGINT)


def while_it_writes(directory, during, *late):
    """`during` comes half a second into the fault, `late` while the reports are being written: a
    pipe that nobody reads yet takes the place of one of them."""
    applied = directory / "applied"
    out = directory / "out"
    out.mkdir()
    pipe = out / "report.md.part"
    os.mkfifo(pipe)
    with ScriptedServer(directory) as server:
        with Program(directory, with_fault(server.url, applied)) as program:
            if during:
                wait_until(applied.exists, "the fault is injected")
                time.sleep(0.5)
                program.signal(during)
            wait_until((out / "report.html").exists, "the first reports are written", 30)
            for number in late:
                program.signal(number)
                time.sleep(0.5)
            written = ""
            if program.runs():
                with open(pipe, encoding="utf-8") as report:
                    written = report.read()
            return program.wait(), applied.exists(), written


@prepared
def interrupted_late(directory):
    return while_it_writes(directory, None, signal.SIGTERM)


@prepared
def interrupted_again_late(directory):
    return while_it_writes(directory, signal.SIGINT, signal.SIGINT)


@prepared
def interrupted_twice_late(directory):
    return while_it_writes(directory, None, signal.SIGINT, signal.SIGTERM)


@prepared
def interrupted_before_the_fault(directory):
    applied = directory / "applied"
    with ScriptedServer(directory) as server:
        with Program(directory, with_fault(server.url, applied)) as program:
            server.wait_for_requests(20)
            program.signal(signal.SIGINT)
            return program.wait(), applied.exists()


@prepared
def killed(directory):
    """SIGKILL in mid-fault; then report, revert, and revert again."""
    applied = directory / "applied"
    with ScriptedServer(directory) as server:
        with Program(directory, with_fault(server.url, applied)) as program:
            wait_until(applied.exists, "the fault is injected")
            time.sleep(1.5)
            died = time.time()
            program.signal(signal.SIGKILL)
            died_with = program.wait()
        left_behind = applied.exists()
        report = command("report", died_with.out, out=died_with.out)
        revert = command("revert", died_with.out)
        after_revert = applied.exists()
        applied.touch()  # a second revert has nothing to do, and does nothing
        again = command("revert", died_with.out)
        return {"died": died, "left_behind": left_behind, "report": report, "revert": revert,
                "after_revert": after_revert, "again": again, "touched": applied.exists(),
                "requests": server.requests()}


@prepared
def not_injected(directory):
    with ScriptedServer(directory) as server:
        toml = with_fault(server.url, directory / "applied", inject=["false"])
        return run(directory, toml)


@prepared
def not_reverted(directory):
    with ScriptedServer(directory) as server:
        revert = ["sh", "-c", "echo cannot lift it; exit 3"]
        toml = with_fault(server.url, directory / "applied", revert=revert)
        return run(directory, toml)


class EndingsTest(ConcurrentCases):
    def assert_report(self, finished: Finished):
        report = finished.out / "report.html"
        self.assertTrue(report.exists(), finished.text())
        return report.read_text()

    def test_a_run_to_its_end_reverts_at_the_end_of_during(self):
        finished, applied, injected = self.outcome_of(to_the_end)
        self.assert_ran(finished, 0)
        self.assertFalse(applied)
        told = marks(finished)
        order = [told.index(("requested", "marker")), told.index(("reverted", "marker")),
                 told.index(("phase", "after")), told.index(("phase", "end"))]
        self.assertEqual(order, sorted(order), told)
        requested = next(m for m in finished.result["marks"] if m["kind"] == "requested")
        # It waits as long as the answers to what was due in `before` take.
        slowest = finished.phase("before", GROUP)["ok_response_us"]["max"]
        self.assertGreater(requested["at_us"], 2e6)
        self.assertLess(requested["at_us"], 2e6 + slowest + 0.1e6)
        at = requested["at_us"] / 1e6
        self.assertAlmostEqual(injected - finished.started_at(), at, delta=0.5)
        during = finished.phase("during", GROUP)
        # The revert takes its time at the planned end, and `during` lasts until it has returned.
        self.assertIn(during["to_us"] - during["from_us"], (6_000_000, 7_000_000))
        self.assertEqual(during["ok"], (during["to_us"] - during["from_us"]) // 1_000_000 * RATE)
        self.assert_report(finished)

    def test_interrupted_and_terminated_leave_a_full_report_and_no_fault(self):
        for ending in (interrupted, terminated):
            with self.subTest(ending.__name__):
                finished, applied, took = self.outcome_of(ending)
                self.assert_ran(finished, 130)
                self.assertFalse(applied, "the fault is lifted")
                self.assertTrue(finished.result["run"]["aborted"])
                self.assertIn("reverted", [kind for kind, _ in marks(finished)])
                self.assertIn("aborted", self.assert_report(finished).lower())
                self.assertEqual(finished.phase("before", GROUP)["ok"], 2 * RATE)
                self.assertLess(took, 6, "of forty seconds")

    def test_interrupted_twice_still_reverts(self):
        finished, applied, _ = self.outcome_of(interrupted_twice)
        self.assertEqual(finished.code, 130, finished.text())
        self.assertFalse(applied, "the fault is lifted")

    def test_a_signal_while_the_reports_are_written_costs_none(self):
        for run_of, code in ((interrupted_late, 0), (interrupted_again_late, 130)):
            with self.subTest(run_of.__name__):
                finished, applied, written = self.outcome_of(run_of)
                self.assert_ran(finished, code)
                self.assertFalse(applied)
                self.assertIn("</html>", (finished.out / "report.html").read_text())
                self.assertTrue(written.startswith("## "), written)
                self.assertIn("the results are being written", finished.stderr)

    def test_two_signals_while_the_reports_are_written_end_it_without_them(self):
        finished, applied, written = self.outcome_of(interrupted_twice_late)
        self.assertEqual((finished.code, applied, written), (130, False, ""), finished.text())

    def test_interrupted_before_the_fault_never_injects_it(self):
        finished, applied = self.outcome_of(interrupted_before_the_fault)
        self.assert_ran(finished, 130)
        self.assertFalse(applied)
        self.assertNotIn("requested", [kind for kind, _ in marks(finished)])

    def test_killed_outright_the_journal_tells_all_but_the_last_second(self):
        facts = self.outcome_of(killed)
        report = facts["report"]
        self.assertEqual(report.code, 0, report.text())
        self.assert_report(report)
        self.assert_ran(report, 0)
        self.assertTrue(report.result["run"]["aborted"], "it did not end well, and says so")
        start = report.started_at()
        lived = facts["died"] - start
        series = report.result["series"][GROUP]["w"]
        for second in range(int(lived - 1.2)):
            self.assertEqual(series["ok"][second], RATE, f"second {second} of {lived:.1f}")
        known = sum(series["ok"])
        served = sum(1 for at, _ in facts["requests"] if at >= start - 0.001)
        self.assertLessEqual(known, served)
        self.assertGreaterEqual(known, served - 1.5 * RATE)

    def test_killed_outright_the_fault_can_be_lifted_once(self):
        facts = self.outcome_of(killed)
        self.assertTrue(facts["left_behind"], "SIGKILL leaves no time to revert")
        self.assertEqual(facts["revert"].code, 0, facts["revert"].text())
        self.assertFalse(facts["after_revert"])
        self.assertEqual(facts["again"].code, 0, facts["again"].text())
        self.assertTrue(facts["touched"], "what is lifted already is left alone")

    def test_a_fault_that_cannot_be_injected_is_exit_15(self):
        self.assert_ran(self.outcome_of(not_injected), 15)

    def test_a_fault_that_cannot_be_reverted_is_exit_16_and_prints_the_command(self):
        finished = self.outcome_of(not_reverted)
        self.assert_ran(finished, 16)
        self.assertIn("echo cannot lift it; exit 3", finished.stderr)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The gate against real servers: one whose latency drifts is not touched, one that is steady is,
and --force never passes. And what is as before can exit 0."""

import unittest

from cases import ConcurrentCases, prepared
from program import run
from servers import ScriptedServer

RATE = 60
# By so much the drifting server slows down in each second: from 50 ms to 150 ms and more.
DRIFT = 0.002


def experiment(control, experimental, applied, before="24s"):
    """Two groups, a gate that the latency level never refuses, and a fault that is a file."""
    return f"""schema = 1
[phases]
before = "{before}"
during = "3s"
after  = "12s"
[groups.control]
base_url = "{control.url}"
[groups.experimental]
base_url = "{experimental.url}"
[[workloads]]
name    = "w"
kind    = "http"
rate    = {RATE}
timeout = "2s"
[[faults]]
name   = "marker"
kind   = "command"
group  = "experimental"
inject = ["touch", "{applied}"]
revert = ["rm", "-f", "{applied}"]
[steady_state]
margins = "none"
[[steady_state.checks]]
id     = "healthy-before"
phase  = "before"
assert = ["p50 < 500ms", "error_rate < 5%"]
gate   = true
[[steady_state.checks]]
id     = "as-before"
phase  = "after"
assert = ["p50 < 500ms", "error_rate < 5%"]
"""


def against(directory, *flags, drift=0.0):
    """A run whose experimental group drifts by so much; and whether its fault was applied."""
    places = [directory / name for name in ("control", "experimental")]
    for place in places:
        place.mkdir()
    applied = directory / "applied"
    with ScriptedServer(places[0], delay=0.05) as control, \
            ScriptedServer(places[1], delay=0.05, drift=drift) as experimental:
        toml = experiment(control, experimental, applied)
        return run(directory, toml, *flags, seconds=120)


@prepared
def drifting(directory):
    return against(directory, drift=DRIFT)


@prepared
def drifting_and_forced(directory):
    return against(directory, "--force", drift=DRIFT)


@prepared
def steady(directory):
    return against(directory)


@prepared
def steady_and_forced(directory):
    return against(directory, "--force")


def gates(finished):
    return [mark["name"] for mark in finished.result["marks"] if mark["kind"] == "gate"]


def was_injected(finished):
    return any(mark["kind"] == "requested" for mark in finished.result["marks"])


class GateTest(ConcurrentCases):
    def test_a_server_that_drifts_is_watched_twice_as_long_then_left_alone(self):
        finished = self.outcome_of(drifting)
        self.assert_ran(finished, 12)
        self.assertEqual(gates(finished), ["extended"] * 4 + ["refused"])
        self.assertFalse(was_injected(finished))
        self.assertEqual(finished.phase("before", "experimental")["to_us"], 48_000_000)
        headline = finished.result["verdict"]["reasons"][0]
        self.assertRegex(headline, "INCONCLUSIVE: the gate refused to inject: .* p50 of w in "
                                   "experimental rose by .* from begin to end")
        self.assertIn("a `warmup` of 48 s (so far 0 s) leaves it behind", headline)
        self.assertIn("p50 of w in experimental rose", finished.stdout)

    def test_forced_the_fault_is_injected_and_the_run_cannot_pass(self):
        finished = self.outcome_of(drifting_and_forced)
        self.assert_ran(finished, 12)
        self.assertEqual(gates(finished)[-1], "not_steady")
        self.assertTrue(was_injected(finished))
        self.assertEqual(finished.result["verdict"]["outcome"], "INCONCLUSIVE")
        self.assertNotIn("refuted", [check["result"]
                                     for check in finished.result["verdict"]["checks"]])

    def test_a_steady_server_is_injected_into_and_as_before_is_exit_0(self):
        finished = self.outcome_of(steady)
        self.assert_ran(finished, 0)
        self.assertEqual(gates(finished), ["steady"])
        self.assertTrue(was_injected(finished))
        self.assertEqual(finished.result["verdict"]["outcome"], "PASS")

    def test_forced_even_a_steady_one_cannot_pass(self):
        finished = self.outcome_of(steady_and_forced)
        self.assert_ran(finished, 12)
        self.assertTrue(was_injected(finished))
        self.assertIn("--force", finished.result["verdict"]["reasons"][0])


if __name__ == "__main__":
    unittest.main()

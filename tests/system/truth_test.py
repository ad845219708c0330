#!/usr/bin/env python3
"""Whatever happens to the server, the result must tell it truthfully: each test breaks a server, or
loadgen itself, in one way and compares the result with what is known to have happened."""

import signal
import time
import unittest

from cases import ConcurrentCases, disturbed_where, prepared, spoiled
from program import HEALTHY, Program, run, scenario
from servers import BlackHole, NeverAccepting, RefusingPort, ScriptedServer


@prepared
def healthy(directory):
    with ScriptedServer(directory) as server:
        finished = run(directory, scenario(server.url, before="3s", rate=200, rest=HEALTHY))
        return finished, server.requests()


@prepared
def shared_by_two_workers(directory):
    with ScriptedServer(directory) as server:
        toml = scenario(server.url, before="3s", rate=201)
        finished = run(directory, toml, "--workers", "2")
        return finished, server.requests()


@prepared
def killed_and_revived(directory):
    with ScriptedServer(directory, delay=0.05) as server:  # ten connections are enough
        toml = scenario(server.url, before="6s", rate=100, timeout="2s",
                        workload='connections = 10\n'
                                 'reconnect = { initial = "50ms", max = "200ms", per_second = 20 }')
        with Program(directory, toml) as program:
            server.wait_for_requests(150)
            killed = time.time()
            server.kill()
            time.sleep(2)
            server.start()
            revived = time.time()
            return program.wait(), killed, revived


@prepared
def frozen_at_the_end(directory):
    with ScriptedServer(directory) as server:
        toml = scenario(server.url, before="5s", rate=100, timeout="3s", rest=HEALTHY)
        with Program(directory, toml) as program:
            server.wait_for_requests(200)
            frozen = time.time()
            server.freeze()
            return program.wait(), frozen


@prepared
def slow_and_then_frozen(directory):
    """At each instant 40 requests are being answered, also when the fault is due."""
    with ScriptedServer(directory, delay=0.4) as server:
        toml = scenario(server.url, before="3s", rate=100, name="experimental",
                        phases='during = "4s"', rest=f"""
[[faults]]
name     = "freeze"
kind     = "command"
group    = "experimental"
inject   = ["kill", "-STOP", "{server.process.pid}"]
revert   = ["kill", "-CONT", "{server.process.pid}"]
duration = "2s"
[steady_state]
margins = "none"
{HEALTHY}""")
        return run(directory, toml)


@prepared
def refusing_in_preflight(directory):
    with RefusingPort() as port:
        return run(directory, scenario(port.url)), port


@prepared
def refusing(directory):
    with RefusingPort() as port:
        return run(directory, scenario(port.url, rest=HEALTHY), "--no-preflight")


@prepared
def black_hole(directory):
    with BlackHole() as hole:
        toml = scenario(hole.url, workload='connect_timeout = "300ms"', rest=HEALTHY)
        return run(directory, toml, "--no-preflight")


@prepared
def never_accepted(directory):
    with NeverAccepting() as port:
        toml = scenario(port.url, timeout="500ms", rest=HEALTHY)
        return run(directory, toml, "--no-preflight")


@prepared
def no_first_byte(directory):
    with NeverAccepting() as port:
        toml = scenario(port.url, workload='first_byte_timeout = "200ms"', rest=HEALTHY)
        return run(directory, toml, "--no-preflight")


# What each broken answer is called.
BROKEN_ANSWERS = [
    ("reset_in_answer", "reset"),
    ("close_in_answer", "closed"),  # a content length longer than the body is the same
    ("close_in_header", "closed"),
    ("close_without_answer", "closed"),
    ("garbage", "protocol"),
    ("endless_header", "protocol"),
    ("broken_chunks", "protocol"),
    ("traceback_500", "http_5xx"),
]
UNUSUAL_ANSWERS = ["chunked", "until_close", "slow_body"]


def answered_by(mode, directory):
    own = directory / mode
    own.mkdir()
    with ScriptedServer(own, mode=mode) as server:
        finished = run(own, scenario(server.url, rest=HEALTHY), "--no-preflight")
        return finished, server.requests()


@prepared
def broken_answers(directory):
    return {mode: answered_by(mode, directory) for mode, _ in BROKEN_ANSWERS[:4]}


@prepared
def more_broken_answers(directory):
    return {mode: answered_by(mode, directory) for mode, _ in BROKEN_ANSWERS[4:]}


@prepared
def unusual_answers(directory):
    return {mode: answered_by(mode, directory) for mode in UNUSUAL_ANSWERS}


@prepared
def too_much_body(directory):
    return answered_by("too_much_body", directory)[0]


@prepared
def stalled_once(directory):
    with ScriptedServer(directory, delay=0, stall_at=2, stall_for=2) as server:
        toml = scenario(server.url, before="7s", rate=200, timeout="10s",
                        workload='connections = 10\nmax_in_flight = 10\non_saturation = "queue"')
        return run(directory, toml)


@prepared
def slower_than_the_rate(directory):
    with ScriptedServer(directory, delay=0.5) as server:
        toml = scenario(server.url, before="4s", rate=100, timeout="3s",
                        workload="connections = 10\nmax_in_flight = 10", rest=HEALTHY)
        return run(directory, toml), server.requests()


@prepared
def every_fifth_503(directory):
    with ScriptedServer(directory, mode="every_fifth_503") as server:
        toml = scenario(server.url, before="3s", rate=100, rest=HEALTHY)
        return run(directory, toml), server.requests()


@prepared
def idle_connections_closed(directory):
    with ScriptedServer(directory, idle_close=0.1) as server:
        toml = scenario(server.url, before="4s", rate=4, workload="connections = 1", rest=HEALTHY)
        return run(directory, toml)


@prepared
def stale_connections(directory):
    with ScriptedServer(directory, mode="stale_after_first") as server:
        toml = scenario(server.url, before="3s", rate=20, workload="connections = 1", rest=HEALTHY)
        return run(directory, toml), server.requests()


@prepared
def out_of_files(directory):
    # 100 requests a second that take a second each want 100 connections.
    with ScriptedServer(directory, delay=1) as server:
        toml = scenario(server.url, before="4s", rate=100, timeout="3s",
                        workload="connections = 10", rest=HEALTHY)
        finished = run(directory, toml, under=["prlimit", "--nofile=64:64"])
        return finished, server.requests()


def more_is_blind(outcome):
    """Than what fell due while it was frozen: a machine that stands still adds to it, and never
    takes away. Up to 100 ms late is still sent."""
    finished, stopped, went_on, _ = outcome
    return sum(finished.phase()["blind"].values()) > 100 * (went_on - stopped - 0.1) + 15


@disturbed_where(more_is_blind)
@spoiled
def loadgen_frozen(directory):
    with ScriptedServer(directory, delay=0) as server:  # none is in flight when it is frozen
        toml = scenario(server.url, before="6s", rate=100, timeout="10s", rest=HEALTHY)
        with Program(directory, toml) as program:
            server.wait_for_requests(150)
            stopped = time.time()
            program.signal(signal.SIGSTOP)
            time.sleep(2)
            program.signal(signal.SIGCONT)
            went_on = time.time()
            return program.wait(), stopped, went_on, server.requests()


class TruthTest(ConcurrentCases):
    def series(self, finished):
        return finished.result["series"]["target"]["w"]

    def bad_in(self, series, second):
        return series["planned"][second] - series["ok"][second]

    def test_a_healthy_run_agrees_with_the_server_second_by_second(self):
        finished, requests = self.outcome_of(healthy)
        self.assert_ran(finished, 0)
        self.assertEqual(finished.result["verdict"]["outcome"], "PASS")
        phase = finished.phase()
        self.assertEqual((phase["planned"], phase["ok"]), (600, 600))
        start = finished.started_at()
        of_run = [at for at, _ in requests if at >= start - 0.001]
        self.assertEqual(len(of_run), 600, "every request, and none twice")
        series = self.series(finished)
        self.assertEqual(series["planned"], [200] * 3)
        for second in range(3):
            arrived = sum(1 for at in of_run if second <= at - start < second + 1)
            self.assertAlmostEqual(arrived, 200, delta=4, msg=f"second {second}")

    def test_two_workers_send_exactly_the_plan_of_one(self):
        finished, requests = self.outcome_of(shared_by_two_workers)
        self.assert_ran(finished, 0)
        self.assertEqual(finished.phase()["ok"], 603)
        start = finished.started_at()
        self.assertEqual(sum(1 for at, _ in requests if at >= start - 0.001), 603)
        self.assertEqual(len(finished.result["trust"]["workers"]), 2)

    def test_killed_and_revived_is_seen_in_exactly_those_seconds(self):
        finished, killed, revived = self.outcome_of(killed_and_revived)
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertEqual(phase["planned"], 600, "the run goes on to its planned end")
        self.assertLessEqual(set(phase["failed"]), {"connect_refused", "reset", "closed"})
        self.assertLessEqual(set(phase["not_sent"]), {"no_connection"})
        series, start = self.series(finished), finished.started_at()
        down, up = killed - start, revived - start
        for second in range(6):
            bad = self.bad_in(series, second)
            if second + 1 <= down or second >= up + 0.3:
                self.assertEqual(bad, 0, f"second {second}, down from {down:.2f} to {up:.2f}")
            elif second >= down and second + 1 <= up:
                self.assertEqual(bad, 100, f"second {second}, down from {down:.2f} to {up:.2f}")
        lost = phase["planned"] - phase["ok"]
        self.assertAlmostEqual(lost, 100 * (up - down), delta=35)
        connects = phase["connects"]
        self.assertGreater(connects["failed"]["connect_refused"], 0)
        # 10 opened ahead; then 20 a second at most, for the outage and the moment after it.
        self.assertLessEqual(connects["attempts"], 10 + 20 * (up - down + 2))

    def test_frozen_for_the_rest_is_unanswered_with_its_age(self):
        finished, frozen = self.outcome_of(frozen_at_the_end)
        self.assert_ran(finished, 10)
        phase = finished.phase()
        share = (phase["timed_out"] + phase["unfinished"]) / phase["planned"]
        self.assertAlmostEqual(share, 1 - (frozen - finished.started_at()) / 5, delta=0.03)
        self.assertEqual(phase["failed"], {})
        self.assertGreater(phase["timed_out"], 0)
        self.assertGreater(phase["unfinished"], 0, "those due too late to reach their timeout")
        self.assertAlmostEqual(phase["unfinished_age_us"]["max"], 3e6, delta=0.1e6)
        for quantile in ("p50", "p99", "max"):
            self.assertIsNone(phase["response_us"][quantile], f"{quantile} is not reached")
        self.assertLess(phase["ok_response_us"]["p99"], 1e6)

    def test_before_is_not_blamed_for_the_fault(self):
        finished = self.outcome_of(slow_and_then_frozen)
        self.assert_ran(finished, 0)
        before = finished.phase("before", group="experimental")
        self.assertEqual((before["planned"], before["ok"]), (300, 300))
        self.assertGreater(finished.phase("during", group="experimental")["timed_out"], 100)
        requested = next(m for m in finished.result["marks"] if m["kind"] == "requested")
        self.assertGreater(requested["at_us"], 3.4e6)

    def test_refusing_from_the_start_is_told_before_anything_is_sent(self):
        finished, port = self.outcome_of(refusing_in_preflight)
        self.assertEqual(finished.code, 14, finished.text())
        self.assertIn(str(port.port), finished.stderr)
        self.assertIn("refused", finished.stderr)

    def test_refusing_all_along_has_no_latency_and_fails(self):
        finished = self.outcome_of(refusing)
        self.assert_ran(finished, 10)
        phase = finished.phase()
        self.assertEqual((phase["planned"], phase["ok"]), (40, 0))
        self.assertLessEqual(set(phase["failed"]), {"connect_refused"})
        self.assertLessEqual(set(phase["not_sent"]), {"no_connection"})
        self.assertEqual((phase["timed_out"], phase["unfinished"]), (0, 0))
        self.assertNotIn("ok_response_us", phase)
        self.assertNotIn("service_us", phase)
        self.assertEqual(phase["error_rate"], 1)

    def test_a_black_hole_ends_connecting_by_our_deadline(self):
        finished = self.outcome_of(black_hole)
        self.assert_ran(finished, 10)
        phase = finished.phase()
        self.assertEqual(phase["ok"], 0)
        self.assertEqual(set(phase["connects"]["failed"]), {"connect_timeout"})
        self.assertEqual(phase["connects"]["ok"], 0)
        self.assertEqual(phase["planned"], 40)

    def test_never_accepted_is_timed_out(self):
        finished = self.outcome_of(never_accepted)
        self.assert_ran(finished, 10)
        self.assertEqual(finished.phase()["timed_out"], 40)

    def test_no_first_byte_has_a_deadline_of_its_own(self):
        finished = self.outcome_of(no_first_byte)
        self.assert_ran(finished, 10)
        self.assertEqual(finished.phase()["failed"], {"first_byte_timeout": 40})

    def test_broken_answers_have_the_right_class(self):
        answers = {**self.outcome_of(broken_answers), **self.outcome_of(more_broken_answers)}
        for mode, name in BROKEN_ANSWERS:
            with self.subTest(mode):
                finished, _ = answers[mode]
                self.assert_ran(finished, 10)
                self.assertEqual(finished.phase()["failed"], {name: 40})
                errors = finished.workload()["errors"]
                self.assertEqual([(e["class"], e["count"]) for e in errors], [(name, 40)])

    def test_broken_connections_are_dropped_and_not_used_again(self):
        finished, requests = self.outcome_of(broken_answers)["reset_in_answer"]
        start = finished.started_at()
        self.assertEqual(sum(1 for at, _ in requests if at >= start - 0.001), 40)
        self.assertGreaterEqual(finished.phase()["connects"]["attempts"], 1)

    def test_a_traceback_is_among_the_samples(self):
        finished, _ = self.outcome_of(more_broken_answers)["traceback_500"]
        error = finished.workload()["errors"][0]
        self.assertLessEqual(len(error["samples"]), 5)
        self.assertEqual(error["samples"][0]["status"], 500)
        self.assertIn("psycopg2.OperationalError", error["samples"][0]["excerpt"])

    def test_unusual_answers_are_answers(self):
        for mode, (finished, _) in self.outcome_of(unusual_answers).items():
            with self.subTest(mode):
                self.assert_ran(finished, 0)
                self.assertEqual(finished.phase()["ok"], 40, finished.text())

    def test_more_body_than_announced_is_no_answer_to_the_next_request(self):
        finished = self.outcome_of(too_much_body)
        self.assertIn(finished.code, (0, 10), finished.text())
        self.assert_ran(finished, finished.code)
        phase = finished.phase()
        self.assertLessEqual(set(phase["failed"]), {"protocol"})
        self.assertEqual(phase["ok"] + sum(phase["failed"].values()), 40)

    def test_one_stall_is_felt_by_all_who_were_due_in_it(self):
        finished = self.outcome_of(stalled_once)
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertEqual(phase["ok"], 1400)
        # 400 of 1,400 were due in the stall and waited up to 2 s; only ten were in service.
        self.assertGreater(phase["response_us"]["p99"], 1.7e6)
        self.assertGreater(phase["response_us"]["p75"], 0.1e6)
        self.assertLess(phase["service_us"]["p99"], 0.3e6)
        self.assertAlmostEqual(phase["service_us"]["max"], 2e6, delta=0.2e6)
        self.assertTrue(finished.result["trust"]["valid"])

    def test_slower_than_the_rate_is_the_systems_doing(self):
        finished, requests = self.outcome_of(slower_than_the_rate)
        self.assert_ran(finished, 10)
        phase = finished.phase()
        # 10 in flight, half a second each: 20 of 100 a second.
        self.assertEqual(set(phase["not_sent"]), {"cap"})
        self.assertAlmostEqual(phase["not_sent"]["cap"], 320, delta=15)
        self.assertEqual(phase["failed"], {})
        self.assertEqual(max(self.series(finished)["in_flight"]), 10)
        self.assertEqual(phase["blind"], {})
        self.assertTrue(finished.result["trust"]["valid"])
        self.assertAlmostEqual(phase["achieved_rate"], 0.2, delta=0.04)
        start = finished.started_at()
        sent = phase["planned"] - phase["not_sent"]["cap"]
        self.assertEqual(sum(1 for at, _ in requests if at >= start - 0.001), sent)

    def test_one_503_in_five_is_20_percent(self):
        finished, requests = self.outcome_of(every_fifth_503)
        self.assert_ran(finished, 10)
        phase, start = finished.phase(), finished.started_at()
        told = sum(1 for at, status in requests if status == 503 and at >= start - 0.001)
        self.assertEqual(phase["failed"], {"http_5xx": told})
        self.assertAlmostEqual(phase["error_rate"], 0.2, delta=0.01)
        self.assertIsNotNone(phase["response_us"]["p75"])
        self.assertIsNone(phase["response_us"]["p90"], "20 % failed: not reached")
        self.assertIsNotNone(phase["ok_response_us"]["p99"])
        error = finished.workload()["errors"][0]
        self.assertEqual((error["class"], error["count"]), ("http_5xx", told))
        self.assertTrue(1 <= len(error["samples"]) <= 5)
        self.assertEqual(error["samples"][0]["status"], 503)
        self.assertIn("busy", error["samples"][0]["excerpt"])

    def test_idle_connections_closed_by_the_server_cost_no_error(self):
        finished = self.outcome_of(idle_connections_closed)
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertEqual((phase["ok"], phase["failed"]), (16, {}))
        self.assertGreater(phase["connects"]["ok"], 8, "each was closed while idle")

    def test_stale_connections_are_retried_once_and_counted(self):
        finished, requests = self.outcome_of(stale_connections)
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertEqual((phase["ok"], phase["failed"]), (60, {}))
        self.assertGreater(phase["stale_retries"], 20)
        start = finished.started_at()
        self.assertEqual(sum(1 for at, _ in requests if at >= start - 0.001), 60)

    def test_what_loadgen_itself_lost_is_blind(self):
        finished, stopped, went_on, requests = self.outcome_of(loadgen_frozen)
        self.assert_ran(finished, 13)
        self.assertEqual(finished.result["verdict"]["outcome"], "INVALID")
        self.assertFalse(finished.result["trust"]["valid"])
        phase, start = finished.phase(), finished.started_at()
        self.assertEqual(phase["scheduled"], 600)
        blind = sum(phase["blind"].values())
        self.assertAlmostEqual(blind, 100 * (went_on - stopped - 0.1), delta=15)
        self.assertEqual((phase["failed"], phase["timed_out"], phase["not_sent"]), ({}, 0, {}))
        self.assertEqual(phase["error_rate"], 0, "the system is not blamed")
        # One that was open then was sent; its answer is worth nothing.
        self.assertEqual(sum(1 for at, _ in requests if at >= start - 0.001),
                         phase["planned"] + phase["blind"].get("stalled", 0))
        stretches = finished.result["trust"]["blind"]
        self.assertEqual(sum(s["tickets"] for s in stretches), blind)
        for stretch in stretches:
            self.assertGreaterEqual(stretch["from_us"] / 1e6, stopped - start - 1)
            self.assertLessEqual(stretch["to_us"] / 1e6, went_on - start + 1)

    def test_a_want_of_open_files_is_ours_and_not_the_servers(self):
        finished, requests = self.outcome_of(out_of_files)
        self.assert_ran(finished, 13)
        phase, start = finished.phase(), finished.started_at()
        self.assertEqual((phase["failed"], phase["timed_out"], phase["not_sent"]), ({}, 0, {}))
        self.assertEqual(set(phase["blind"]), {"no_socket"})
        self.assertGreater(phase["blind"]["no_socket"], 100)
        self.assertEqual(sum(1 for at, _ in requests if at >= start - 0.001), phase["ok"])
        self.assertIn("raise `ulimit -n`", " ".join(finished.result["trust"]["reasons"]))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Whatever happens to a Postgres server, the result must tell it truthfully: each test breaks a
real one in one way and compares the result with what the server, or this machine's clock, says."""

import signal
import threading
import time
import unittest

from cases import prepared
from pgbench_runs import (QUICK_RECONNECT, PgbenchCommand, Shared, SharedServerCases, committed,
                          number_in, rows_exist, rows_in_history, scenario, side_by_side)
from postgres import Cluster, LosingProxy, signal_all
from program import Program, run, wait_until


@prepared
def stopped_and_back(directory):
    with Cluster() as cluster:
        cluster.initialise("bench")
        toml = scenario(cluster.dsn("bench"), before="12s", rate=200, clients=10,
                        workload='scripts = ["simple-update"]\nprotocol = "prepared"\n'
                                 "threads = 2\n" + QUICK_RECONNECT, rest=f"""
[[workloads]]
name      = "closed"
kind      = "pgbench"
scripts   = ["select-only"]
rate      = 0
clients   = 4
think     = "10ms"
init      = "never"
{QUICK_RECONNECT}
""")
        told = {}
        with (Program(directory, toml) as scenarios,
              PgbenchCommand(directory, cluster, "bench", "-N", "-R", "200", "-c", "10", "-T",
                             "12", "-l") as command):
            rows_exist(cluster, 1000)
            stopping = time.time()
            cluster.stop()
            stopped = time.time()
            time.sleep(2)
            starting = time.time()
            cluster.start()
            told["down"] = (stopping, stopped, starting, time.time())
            told["scenario"], told["command"] = scenarios.wait(60), command.wait()
        told["rows"] = rows_in_history(cluster)
        told["starting"] = starting_up(directory / "starting", cluster)
        return told


def starting_up(directory, cluster):
    """A recovery that waits for its archive, for as long as we want."""
    directory.mkdir()
    go = cluster.directory / "go"
    cluster.psql(f"alter system set restore_command = 'until [ -e {go} ]; do sleep 0.05; done; "
                 "false'")
    cluster.stop()
    (cluster.directory / "data" / "recovery.signal").touch()
    cluster.start(accepting=False)
    log = cluster.directory / "server.log"
    refusals = log.read_text().count("starting up")
    toml = scenario(cluster.dsn("bench"), before="5s", rate=50,
                    workload='scripts = ["select-only"]\n' + QUICK_RECONNECT)
    with Program(directory, toml, "--no-preflight") as starting:
        wait_until(lambda: log.read_text().count("starting up") > refusals + 20, "refusals")
        go.touch()
        return starting.wait(60)


@prepared
def frozen_for_three_seconds(directory):
    cluster, database = Shared.cluster, "frozen_" + directory.name
    cluster.initialise(database)
    limited = """
[[workloads]]
name          = "limited"
kind          = "pgbench"
rate          = 200
clients       = 10
init          = "never"
scripts       = ["select-only"]
on_saturation = "queue"
latency_limit = "500ms"
"""
    toml = scenario(cluster.dsn(database), before="20s", rate=200, clients=10, rest=limited,
                    workload='scripts = ["select-only"]\non_saturation = "queue"')
    with (Program(directory, toml) as scenarios,
          PgbenchCommand(directory, cluster, database, "-S", "-R", "200", "-c", "10", "-T", "20",
                         "-L", "500", "-l") as command):
        wait_until(lambda: committed(cluster, database) > 1500, "load", 30)
        pids = cluster.backends(database)
        frozen = time.time()
        signal_all(pids, signal.SIGSTOP)
        time.sleep(3)
        thawed = time.time()
        signal_all(pids, signal.SIGCONT)
        return scenarios.wait(60), command.wait(), frozen, thawed


@prepared
def frozen_at_the_end(directory):
    cluster, database = Shared.cluster, "ending_" + directory.name
    cluster.initialise(database)
    toml = scenario(cluster.dsn(database), before="5s", rate=100,
                    workload='scripts = ["select-only"]\non_saturation = "queue"')
    with (Program(directory, toml) as scenarios,
          PgbenchCommand(directory, cluster, database, "-S", "-R", "100", "-c", "4", "-T",
                         "5") as command):
        wait_until(lambda: committed(cluster, database) > 250, "load", 30)
        pids = cluster.backends(database)
        frozen = time.time()
        signal_all(pids, signal.SIGSTOP)
        try:
            return scenarios.wait(60), command.wait(), frozen
        finally:
            signal_all(pids, signal.SIGCONT)


class EachTwelfth:
    """Loses each twelfth COMMIT or its answer, in turn, and each 50th answer to an UPDATE."""

    def __init__(self):
        self.lost = {"request": 0, "answer": 0, "update": 0}
        self.commits = self.updates = 0
        self._lock = threading.Lock()

    def __call__(self, request):
        with self._lock:
            if b"END;" in request:
                self.commits += 1
                if self.commits % 12 == 0:
                    fate = "answer" if self.commits % 24 == 0 else "request"
                    self.lost[fate] += 1
                    return fate
            elif b"UPDATE" in request:
                self.updates += 1
                if self.updates % 50 == 0:
                    self.lost["update"] += 1
                    return "answer"
            return ""


def commits_lost(directory, protocol):
    cluster, database = Shared.cluster, f"lost_{protocol}_{directory.parent.name}"
    cluster.initialise(database)
    fate = EachTwelfth()
    with LosingProxy(cluster.port, fate) as proxy:
        toml = scenario(cluster.dsn(database, host="127.0.0.1", port=proxy.port), before="4s",
                        workload='scripts = ["simple-update"]\nmax_tries = 5\n'
                                 f'protocol = "{protocol}"\n' + QUICK_RECONNECT)
        finished = run(directory, toml, seconds=60)
    return {"run": finished, "fate": fate, "rows": rows_in_history(cluster, database)}


@prepared
def commits_without_an_answer(directory):
    runs = []
    for protocol in ("simple", "extended"):
        (directory / protocol).mkdir()
        runs.append(lambda p=protocol: commits_lost(directory / p, p))
    return dict(zip(("simple", "extended"), side_by_side(*runs)))


@prepared
def commits_that_wait_for_a_standby(directory):
    cluster, database = Shared.cluster, "waiting_" + directory.name
    cluster.initialise(database)
    cluster.psql(f"alter database {database} set synchronous_commit = on")
    toml = scenario(cluster.dsn(database), rate=5, clients=10,
                    workload='scripts = ["simple-update"]\ntimeout = "1s"\n' + QUICK_RECONNECT)
    finished = run(directory, toml, seconds=60)
    # Committed here long ago, and to be seen once nobody waits for the standby any more.
    waiting = f"from pg_stat_activity where datname = '{database}'"
    cluster.psql(f"select pg_terminate_backend(pid) {waiting}")
    wait_until(lambda: cluster.psql(f"select count(*) {waiting}").strip() == "0", "they are gone")
    return finished, rows_in_history(cluster, database)


@prepared
def turned_read_only(directory):
    other, database = Shared.cluster, "other_" + directory.name
    with Cluster() as cluster:
        cluster.initialise(database)
        other.initialise(database)
        hosts = {"host": f"{cluster.directory},{other.directory}",
                 "port": f"{cluster.port},{other.port}", "target_session_attrs": "read-write"}
        places = {"alone": cluster.dsn(database), "several": cluster.dsn(database, **hosts)}
        tomls = {}
        for name, dsn in places.items():
            (directory / name).mkdir()
            tomls[name] = scenario(dsn, before="9s",
                                   workload='scripts = ["simple-update"]\n' + QUICK_RECONNECT)

        def switch(to):
            cluster.psql(f"alter system set default_transaction_read_only = {to};"
                         "select pg_reload_conf()")
            wait_until(lambda: cluster.psql("show default_transaction_read_only").strip() == to,
                       "reloaded")

        told = {}
        with (Program(directory / "alone", tomls["alone"]) as alone,
              Program(directory / "several", tomls["several"]) as several):
            rows_exist(cluster, 200, database)
            told["before"] = time.time()
            switch("on")
            told["on"] = time.time()
            time.sleep(3.2)
            told["until"] = time.time()
            switch("off")
            told["off"] = time.time()
            told["alone"], told["several"] = alone.wait(60), several.wait(60)
        told["rows"] = (rows_in_history(cluster, database), rows_in_history(other, database))
        return told


class PostgresTruthTest(SharedServerCases):
    def series(self, finished):
        return finished.result["series"]["target"]["w"]

    def assert_command(self, finished, code):
        """As assert_ran; and pgbench's summary counts what the result counts."""
        self.assert_ran(finished, code)
        totals = finished.workload(name="pgbench")["totals"]
        self.assertEqual(number_in(finished, "number of transactions actually processed"),
                         totals["ok"])

    def longest_outage(self, workload):
        return max((o["to_us"] - o["from_us"]) / 1e6 for o in workload["outages"] if o["down"])

    def test_a_stopped_server_is_an_outage_and_every_client_comes_back(self):
        told = self.outcome_of(stopped_and_back)
        self.assert_ran(told["scenario"], 0)
        self.assert_command(told["command"], 2)
        phase = told["scenario"].phase()
        self.assertEqual(phase["scheduled"], 2400)
        self.assertEqual(len(told["scenario"].result["trust"]["workers"]), 2, "threads = 2")
        closed = told["scenario"].phase(name="closed")
        of_command = told["command"].workload(name="pgbench")["totals"]
        self.assertAlmostEqual(of_command["scheduled"], 2400, delta=250)  # five deviations
        for totals, clients in ((phase, 10), (of_command, 10), (closed, 4)):
            self.assertLessEqual(set(totals["failed"]), {"connection", "connect_refused"})
            self.assertLessEqual(set(totals["not_sent"]), {"no_connection"})
            self.assertEqual((totals["timed_out"], totals["unfinished"]), (0, 0))
            self.assertGreaterEqual(totals["connects"]["ok"], 2 * clients, "each connected twice")
        self.assertEqual(closed["in_doubt"], 0, "it only reads")
        lines = (line.split() for line in told["command"].log.splitlines())
        back = {int(line[0]) for line in lines if int(line[4]) > told["down"][3]
                and line[2].isdigit()}
        self.assertEqual(back, set(range(10)), "each client has answers again")
        answered = phase["ok"] + of_command["ok"]
        doubtful = phase["in_doubt"] + of_command["in_doubt"]
        self.assertTrue(answered <= told["rows"] <= answered + doubtful,
                        f"{answered} were answered, {doubtful} in doubt; {told['rows']} are there")

    def test_an_outage_lasts_as_long_as_the_server_was_gone(self):
        told = self.outcome_of(stopped_and_back)
        stopping, stopped, starting, started = told["down"]
        for workload in (told["scenario"].workload(), told["scenario"].workload(name="closed"),
                         told["command"].workload(name="pgbench")):
            longest = self.longest_outage(workload)
            self.assertGreater(longest, starting - stopped - 0.1)
            self.assertLess(longest, started - stopping + 1)
        self.assertIn("Outage:", told["command"].stdout)
        start = told["scenario"].started_at()
        for series in told["scenario"].result["series"]["target"].values():
            for second in range(12):
                at = start + second
                if at + 1 < stopping:
                    self.assertEqual(series["ok"][second], series["planned"][second])
                elif at > stopped and at + 1 < starting:
                    self.assertEqual(series["ok"][second], 0)

    def test_a_server_that_is_starting_up_refuses_connections(self):
        finished = self.outcome_of(stopped_and_back)["starting"]
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertEqual(set(phase["connects"]["failed"]), {"connection"})
        self.assertGreater(phase["connects"]["failed"]["connection"], 20)
        self.assertLessEqual(set(phase["failed"]), {"connection"})
        self.assertEqual(set(phase["not_sent"]), {"no_connection"})
        self.assertGreater(phase["ok"], 0, "in the end it accepts")
        self.assertEqual(phase["connects"]["ok"], 4)

    def test_three_frozen_seconds_are_felt_by_all_who_were_due_in_them(self):
        scenarios, command, frozen, thawed = self.outcome_of(frozen_for_three_seconds)
        self.assert_ran(scenarios, 0)
        phase = scenarios.phase()
        self.assertEqual(phase["ok"], phase["planned"])
        self.assertGreaterEqual(phase["response_us"]["p99"], 2.5e6)
        self.assertGreaterEqual(phase["service_us"]["max"], 2.9e6)
        # 200 a second fall due; those before the last half second are late.
        truth = 200 * (thawed - 0.5 - frozen) / 4000
        limited = scenarios.phase(name="limited")
        self.assertAlmostEqual(1 - limited["goodput"], truth, delta=0.02)
        self.assertGreater(limited["not_sent"]["late_limit"], 0)
        self.assertIsNone(limited["response_us"]["p99"], "with those that were not sent: infinite")
        self.assert_command(command, 0)

    def test_late_transactions_of_the_command_are_those_of_its_log(self):
        _, command, frozen, thawed = self.outcome_of(frozen_for_three_seconds)
        late = (number_in(command, "number of transactions skipped") +
                number_in(command, "number of transactions above the 500.0 ms latency limit"))
        due, slow = [], 0
        for line in command.log.splitlines():
            _, _, took, _, seconds, microseconds, lag = line.split()
            until_told = int(lag) if took == "skipped" else int(took)
            due.append(int(seconds) + (int(microseconds) - until_told) / 1e6)
            slow += until_told > 500_000
        scheduled = command.workload(name="pgbench")["totals"]["scheduled"]
        self.assertEqual(len(due), scheduled, "one line each")
        self.assertEqual(late, slow)
        truth = sum(1 for at in due if frozen <= at <= thawed - 0.5)
        self.assertAlmostEqual(late / scheduled, truth / scheduled, delta=0.02)

    def test_frozen_for_the_rest_ends_on_time_with_ages(self):
        scenarios, command, frozen = self.outcome_of(frozen_at_the_end)
        self.assert_ran(scenarios, 0)
        self.assert_command(command, 2)
        for finished, name in ((scenarios, "w"), (command, "pgbench")):
            totals = finished.workload(name=name)["totals"]
            self.assertEqual(totals["to_us"], 5_000_000)
            self.assertEqual((totals["failed"], totals["timed_out"]), ({}, 0))
            rest = totals["unfinished"] + sum(totals["not_sent"].values())
            since = frozen - finished.started_at()
            self.assertAlmostEqual(rest / totals["planned"], 1 - since / 5, delta=0.08)
            self.assertGreater(totals["unfinished"], 0)
            self.assertGreater(totals["unfinished_age_us"]["max"] / 1e6, 5 - since - 0.1)
            if rest > 0.02 * totals["planned"]:
                self.assertIsNone(totals["response_us"]["p99"], "not reached")

    def test_a_lost_commit_is_in_doubt_and_not_tried_again(self):
        for protocol, told in self.outcome_of(commits_without_an_answer).items():
            with self.subTest(protocol):
                self.assert_ran(told["run"], 0)
                phase, lost = told["run"].phase(), told["fate"].lost
                self.assertGreater(lost["answer"] + lost["request"], 8)
                self.assertEqual(phase["in_doubt"], lost["answer"] + lost["request"])
                self.assertEqual(phase["failed"], {"connection": lost["update"]})
                self.assertEqual(told["fate"].commits, phase["ok"] + phase["in_doubt"],
                                 "each COMMIT was sent once")
                self.assertEqual(told["rows"], phase["ok"] + lost["answer"])
                groups = {error["class"] for error in told["run"].workload()["errors"]}
                self.assertEqual(groups, {"in_doubt", "connection"})

    def test_a_commit_without_an_answer_in_time_is_in_doubt(self):
        finished, rows = self.outcome_of(commits_that_wait_for_a_standby)
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertEqual((phase["ok"], phase["failed"], phase["timed_out"]), (0, {}, 0))
        self.assertGreater(phase["in_doubt"], 0)
        self.assertEqual(phase["in_doubt"], phase["planned"])
        self.assertEqual(rows, phase["in_doubt"], "here all of them happened")
        self.assertIsNone(phase["response_us"]["p50"])

    def test_a_server_turned_read_only_is_an_outage_of_writes(self):
        told = self.outcome_of(turned_read_only)
        finished = told["alone"]
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertEqual(set(phase["failed"]), {"read_only"})
        self.assertEqual(phase["in_doubt"], 0)
        series, start = self.series(finished), finished.started_at()
        refused = 0
        for second in range(9):
            at = start + second
            if told["on"] < at and at + 1 < told["until"]:
                self.assertEqual(series["ok"][second], 0, f"second {second}")
                refused += 1
            elif at + 1 < told["before"] or at > told["off"] + 1:
                self.assertEqual(series["ok"][second], series["planned"][second])
        self.assertGreater(refused, 0)
        self.assertGreater(self.longest_outage(finished.workload()), told["until"] - told["on"] - 1)

    def test_with_several_hosts_read_only_connections_are_replaced(self):
        told = self.outcome_of(turned_read_only)
        finished = told["several"]
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertLessEqual(set(phase["failed"]), {"read_only"})
        self.assertLessEqual(set(phase["not_sent"]), {"no_connection"})
        self.assertEqual(phase["in_doubt"], 0)
        self.assertGreaterEqual(phase["connects"]["ok"], 8, "four, and again")
        series, start = self.series(finished), finished.started_at()
        for second in range(9):
            if start + second > told["on"] + 1:
                self.assertEqual(series["ok"][second], series["planned"][second], str(series))
        here, there = told["rows"]
        self.assertGreater(there, 0)
        self.assertEqual(here + there, phase["ok"] + told["alone"].phase()["ok"])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""What samples of Postgres servers tell, against what was done to real ones: frozen, killed,
promoted, hidden behind a pooler. Whatever happens to them, the load is undisturbed."""

import datetime
import re
import signal
import time
import unittest

from cases import prepared
from pgbench_runs import (QUICK_RECONNECT, Shared, SharedServerCases, committed, scenario)
from postgres import Cluster, PoolingProxy, Standby, free_port, signal_all
from program import Program, command, run, wait_until


def nodes_line(**nodes):
    """For `group`: the servers to sample."""
    each = ", ".join(f'{{ name = "{name}", dsn = "{dsn}" }}' for name, dsn in nodes.items())
    return f"nodes = [{each}]"


def samples_seen(cluster):
    """A sampler has had a session there for longer than preflight's look takes."""
    return cluster.psql("select count(*) from pg_stat_activity where application_name = "
                        "'loadgen samples' and now() - backend_start > '1.5 s'").strip() != "0"


def load_on_shared(directory):
    """A database of the shared server, and its dsn. A run that was disturbed is made once more."""
    database = f"samples_{directory.parent.name}_{directory.name}"
    Shared.cluster.initialise(database)
    return database, Shared.cluster.dsn(database)


@prepared
def frozen_and_gone_on(directory):
    """The load is on another server than the one that is frozen."""
    _, dsn = load_on_shared(directory)
    told = {}
    with Cluster() as cluster:
        toml = scenario(dsn, before="12s", rate=50, workload='scripts = ["select-only"]',
                        group=nodes_line(frozen=cluster.dsn("postgres"), well=dsn))
        with Program(directory, toml) as scenarios:
            wait_until(lambda: samples_seen(cluster), "samples", 20)
            pids = cluster.processes()
            told["frozen"] = time.time()
            signal_all(pids, signal.SIGSTOP)
            time.sleep(4)
            told["thawed"] = time.time()
            signal_all(pids, signal.SIGCONT)
            told["run"] = scenarios.wait(60)
    return told


@prepared
def frozen_to_the_end(directory):
    """And beside it one that takes connections and never answers."""
    _, dsn = load_on_shared(directory)
    told = {}
    with Cluster() as cluster, Cluster() as deaf:
        toml = scenario(dsn, before="7s", rate=50, workload='scripts = ["select-only"]',
                        group=nodes_line(frozen=cluster.dsn("postgres"),
                                         deaf=deaf.dsn("postgres", host="127.0.0.1"),
                                         gone=f"host=127.0.0.1 port={free_port()}"))
        silenced = deaf.processes()
        signal_all(silenced, signal.SIGSTOP)
        with Program(directory, toml) as scenarios:
            wait_until(lambda: samples_seen(cluster), "samples", 20)
            pids = cluster.processes()
            told["frozen"] = time.time()
            signal_all(pids, signal.SIGSTOP)
            try:
                told["run"] = scenarios.wait(60)
                told["ended"] = time.time()
            finally:
                signal_all(pids + silenced, signal.SIGCONT)
    return told


@prepared
def killed_and_promoted(directory):
    """A primary is killed, its standby promoted, the old primary started again by itself."""
    told = {}
    with Cluster(wal_keep_size="'64MB'") as primary, Standby(primary) as standby:
        primary.initialise("bench")
        hosts = {"host": f"{primary.directory},{standby.directory}",
                 "port": f"{primary.port},{standby.port}", "target_session_attrs": "read-write"}
        toml = scenario(primary.dsn("bench", **hosts), before="14s", rate=100,
                        workload='scripts = ["simple-update"]\n' + QUICK_RECONNECT,
                        group=nodes_line(old=primary.dsn("bench"), new=standby.dsn("bench")))
        with Program(directory, toml) as scenarios:
            wait_until(lambda: committed(primary, "bench") > 300, "load", 30)
            told["committed"] = committed(primary, "bench")
            told["stopping"] = time.time()
            primary.stop()
            told["stopped"] = time.time()
            time.sleep(1)
            told["promoting"] = time.time()
            standby.promote()
            told["promoted"] = time.time()
            time.sleep(2)
            told["starting"] = time.time()
            primary.start()
            told["started"] = time.time()
            told["since"] = float(primary.psql(
                "select extract(epoch from pg_postmaster_start_time())"))
            told["identifier"] = primary.psql(
                "select system_identifier from pg_control_system()").strip()
            told["run"] = scenarios.wait(60)
    return told


@prepared
def several_hosts_without_nodes(directory):
    database, dsn = load_on_shared(directory)
    told = {}
    with Cluster() as other:
        other.initialise(database)
        hosts = Shared.cluster.dsn(
            database, host=f"{Shared.cluster.directory},{other.directory}",
            port=f"{Shared.cluster.port},{other.port}")
        toml = scenario(hosts, rate=20, workload='scripts = ["select-only"]')
        told["run"] = run(directory, toml, seconds=60)
        told["names"] = [f"{one.directory}:{one.port}" for one in (Shared.cluster, other)]
    # The quick command has only the connections that it was asked for.
    quick = directory / "quick"
    quick.mkdir()
    told["quick"] = command("pgbench", "-n", "-S", "-T", "2", "-c", "1", "--json", "result.json",
                            dsn, out=quick, cwd=quick)
    return told


@prepared
def behind_a_pooler(directory):
    _, dsn = load_on_shared(directory)
    port = Shared.cluster.port
    told = {}
    with PoolingProxy(port) as pooler:
        pooled = re.sub(r"host=\S+ port=\d+", f"host=127.0.0.1 port={pooler.port}", dsn)
        told["alone"] = run(directory, scenario(
            pooled, rate=100, workload='scripts = ["select-only"]'), seconds=60)
        (directory / "nodes").mkdir()
        told["nodes"] = run(directory / "nodes", scenario(
            pooled, rate=100, workload='scripts = ["select-only"]',
            group=nodes_line(pg=dsn)), seconds=60)
    return told


class ServerSamplesTest(SharedServerCases):
    def nodes(self, finished):
        return finished.result["groups"]["target"]["nodes"]

    def kinds(self, node):
        return [event["kind"] for event in node["events"]]

    def event(self, node, kind):
        found = [event for event in node["events"] if event["kind"] == kind]
        self.assertEqual(len(found), 1, node["events"])
        return found[0]

    def assert_undisturbed(self, finished):
        self.assert_ran(finished, 0)
        phase = finished.phase()
        self.assertEqual(phase["ok"], phase["scheduled"])
        self.assertEqual(finished.result["trust"]["blind"], [])

    def assert_seconds(self, at_us, finished, begun, done=None, late=1.2):
        """What was begun and done then is seen no more than so many seconds after."""
        at = at_us / 1e6 + finished.started_at()
        self.assertGreater(at, begun - 0.1)
        self.assertLess(at, (done or begun) + late)

    def test_a_frozen_server_is_blind_until_it_goes_on(self):
        told = self.outcome_of(frozen_and_gone_on)
        finished = told["run"]
        self.assert_undisturbed(finished)
        nodes = self.nodes(finished)
        self.assertEqual(self.kinds(nodes["well"]), [])
        self.assertEqual(nodes["well"]["phases"]["before"]["blind_s"], 0)
        frozen = nodes["frozen"]
        self.assertEqual(self.kinds(frozen), ["blind"], "it did not restart")
        blind = self.event(frozen, "blind")
        self.assertIn("no answer within 0.9 s", blind["detail"])
        self.assert_seconds(blind["at_us"], finished, told["frozen"])
        # Connecting takes up to 2 s, and the next look comes with the next second.
        self.assert_seconds(blind["to_us"], finished, told["thawed"], late=3.5)
        phase = frozen["phases"]["before"]
        self.assertGreaterEqual(phase["blind_s"], 3)
        self.assertLess(phase["blind_s"], 10)
        self.assertEqual(phase["samples"] + phase["blind_s"], 12)
        for second, at in enumerate(frozen["series"]["sessions"]):
            since = finished.started_at() + second
            if told["frozen"] < since and since + 1 < told["thawed"]:
                self.assertIsNone(at, f"second {second}")

    def test_servers_that_never_answer_do_not_hold_the_end_up(self):
        told = self.outcome_of(frozen_to_the_end)
        finished = told["run"]
        self.assert_undisturbed(finished)
        self.assertLess(told["ended"] - finished.started_at() - 7, 6)
        nodes = self.nodes(finished)
        for name, why in (("frozen", "no answer within 0.9 s"), ("deaf", "timeout expired"),
                          ("gone", "refused")):
            blind = self.event(nodes[name], "blind")
            self.assertNotIn("to_us", blind)
            self.assertIn(why, blind["detail"])
        for name in ("deaf", "gone"):
            self.assertNotIn("role", nodes[name])
            self.assertIn(f"server {name} can't be sampled now", finished.stderr)
        self.assertIn("frozen not seen any more", finished.stdout)

    def test_a_restart_starts_the_counts_anew(self):
        told = self.outcome_of(killed_and_promoted)
        finished = told["run"]
        self.assert_ran(finished, 0)
        old = self.nodes(finished)["old"]
        self.assertEqual(self.kinds(old), ["blind", "restart"])
        blind, restart = self.event(old, "blind"), self.event(old, "restart")
        self.assert_seconds(blind["at_us"], finished, told["stopping"], told["stopped"])
        self.assertEqual(blind["to_us"], restart["at_us"])
        self.assert_seconds(restart["at_us"], finished, told["starting"], told["started"])
        since = datetime.datetime.fromisoformat(old["started_at"]).timestamp()
        self.assertAlmostEqual(since, told["since"], delta=0.001)
        self.assertEqual(old["system_identifier"], told["identifier"])
        self.assertEqual(old["settings"]["fsync"], "off")
        counted = old["phases"]["before"]["counted"]["commits"]
        # What it counted in its last second, and before the first sample, nobody knows.
        self.assertGreater(counted, 100)
        self.assertLess(counted, told["committed"] + 250)
        for commits in old["series"]["commits"]:
            self.assertLess(commits or 0, 400, "a difference, not the count since the start")

    def test_a_promotion_is_the_next_timeline_and_another_role(self):
        told = self.outcome_of(killed_and_promoted)
        finished = told["run"]
        new = self.nodes(finished)["new"]
        self.assertEqual(self.kinds(new), ["promotion"])
        promotion = self.event(new, "promotion")
        self.assertEqual(promotion["detail"], "timeline 1 → 2")
        self.assert_seconds(promotion["at_us"], finished, told["promoting"], told["promoted"])
        self.assertEqual((new["role"], new["timeline"]), ("primary", 2))
        primary = new["series"]["primary"]
        self.assertEqual((primary[0], primary[-1]), (False, True))
        self.assertEqual(new["system_identifier"], told["identifier"])
        self.assertIsNotNone(new["phases"]["before"]["lag_bytes_max"])
        page = (finished.out / "report.html").read_text()
        self.assertIn("became primary, timeline 1 → 2", page)
        self.assertIn("new became primary, timeline 1 → 2", finished.stdout)
        self.assertIn("new became primary", (finished.out / "report.md").read_text())

    def test_each_host_of_a_dsn_is_sampled_and_a_quick_run_samples_nothing(self):
        told = self.outcome_of(several_hosts_without_nodes)
        self.assert_undisturbed(told["run"])
        nodes = self.nodes(told["run"])
        self.assertEqual(sorted(nodes), sorted(told["names"]))
        for node in nodes.values():
            self.assertEqual((node["events"], node["role"]), ([], "primary"))
            self.assertEqual(node["phases"]["before"]["blind_s"], 0)
        self.assertEqual(told["quick"].code, 0, told["quick"].text())
        self.assertNotIn("nodes", told["quick"].result["groups"]["target"])

    def test_what_answers_for_a_server_is_not_sampled(self):
        told = self.outcome_of(behind_a_pooler)
        alone = told["alone"]
        self.assert_undisturbed(alone)
        (node,) = self.nodes(alone).values()
        self.assertIn("a connection pooler answers", self.event(node, "blind")["detail"])
        self.assertEqual(node["phases"]["before"]["samples"], 0)
        self.assertIn("can't be sampled: a connection pooler answers", alone.stderr)
        self.assert_undisturbed(told["nodes"])
        self.assertEqual(self.kinds(self.nodes(told["nodes"])["pg"]), [])
        self.assertRegex(told["nodes"].stderr, r"the load goes to \S+, where a connection pooler")


if __name__ == "__main__":
    unittest.main()

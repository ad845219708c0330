#!/usr/bin/env python3
"""Recovery times of reads and writes and their parts, from probes, against what was done to real
servers and when: gone and back, failed over, read-only for a while."""

import time
import unittest

from cases import prepared
from pgbench_runs import QUICK_RECONNECT, SharedServerCases
from postgres import Cluster, Standby, installed
from program import Program, wait_until

CLASSES = ("w.read", "w.read-new", "w.write", "w.write-new")
PARTS = ("detect", "unreachable", "role_awaited", "resolve", "connect", "authenticate", "role",
         "first_answer")


def experiment(dsn, inject, during="8s", fault=""):
    """Probes beside a small load; the fault comes one second into `during`."""
    return f"""schema = 1
[phases]
before = "4s"
during = "{during}"
[groups.experimental]
dsn = "{dsn}"
[[workloads]]
name    = "w"
kind    = "pgbench"
scripts = ["select-only"]
rate    = 10
clients = 1
init    = "never"
probes  = {{ read = 10, write = 10 }}
{QUICK_RECONNECT}
[[faults]]
name   = "f"
kind   = "command"
group  = "experimental"
at     = "1s"
inject = {inject}
{fault}
[[steady_state.checks]]
id       = "bounded"
phase    = "during"
group    = "experimental"
workload = "w"
assert   = ["write_outage < 7s", "read_outage < 7s"]
"""


def killed(cluster):
    """The hook that kills a server."""
    return f'["kill", "-QUIT", "{cluster.processes()[0]}"]'


def outage(directory, cluster, dsn, restore):
    """A server is killed, and from two seconds later on something makes up for it."""
    told = {}
    with Program(directory, experiment(dsn, killed(cluster))) as scenarios:
        wait_until(cluster.is_over, "the fault", 30)
        told["stopped"] = time.time()
        time.sleep(2)
        told["restoring"] = time.time()
        restore()
        told["restored"] = time.time()
        told["run"] = scenarios.wait(60)
    return told


@prepared
def gone_and_back(directory):
    with Cluster() as cluster:
        cluster.initialise("bench")
        cluster.psql("grant all on all tables in schema public to secretive;"
                     "grant create on schema public to secretive", "bench")
        dsn = cluster.dsn("bench", host="127.0.0.1", user="secretive", password="s3cret")
        return outage(directory, cluster, dsn, cluster.start)


@prepared
def failed_over(directory):
    with Cluster() as primary, Standby(primary) as standby:
        primary.initialise("bench")
        dsn = primary.dsn("bench", host=f"{primary.directory},{standby.directory}",
                          port=f"{primary.port},{standby.port}",
                          target_session_attrs="read-write")
        return outage(directory, primary, dsn, standby.promote)


@prepared
def read_only_for_a_while(directory):
    with Cluster() as cluster:
        cluster.initialise("bench")

        def switch(to):
            return (f'["{installed("psql")}", "-h", "{cluster.directory}", "-p", "{cluster.port}", '
                    f'"-U", "postgres", "-qc", "alter system set default_transaction_read_only = '
                    f'{to}", "-c", "select pg_reload_conf()"]')

        toml = experiment(cluster.dsn("bench"), switch("on"), during="6s",
                          fault=f'revert = {switch("off")}\nduration = "3s"')
        with Program(directory, toml) as scenarios:
            return scenarios.wait(60)


class PostgresRtoTest(SharedServerCases):
    def rto(self, finished, name):
        return finished.result["groups"]["experimental"]["probes"][name].get("rto")

    def requested(self, finished):
        return finished.result["run"]["fault_requested_us"]

    def assert_parts_add_up(self, finished, rto):
        """Each part follows the one before; what is in none is a hand-over between threads."""
        parts = rto["parts_us"]
        self.assertLessEqual(set(parts), set(PARTS))
        whole = rto["answered_us"] - self.requested(finished)
        self.assertLessEqual(sum(parts.values()), whole + 1)
        self.assertGreater(sum(parts.values()), whole - 150_000, parts)

    def assert_instants(self, finished, rto, gone, back, late):
        """Gone at `gone`, seconds since 1970, and back between the two of `back`."""
        start = finished.started_at() * 1e6
        last_ok, first_ok = rto["last_ok_us"] + start, rto["first_ok_us"] + start
        self.assertLess(last_ok, gone * 1e6 + 100_000)
        self.assertGreater(last_ok, gone * 1e6 - 500_000)
        self.assertGreater(first_ok, back[0] * 1e6 - 100_000)
        self.assertLess(first_ok, back[1] * 1e6 + late * 1e6)
        self.assertAlmostEqual(rto["first_failed_us"] - rto["last_ok_us"], 100_000, delta=1)
        self.assertAlmostEqual(rto["failed"], (rto["first_ok_us"] - rto["last_ok_us"]) / 1e5 - 1,
                               delta=0.01)

    def test_each_class_is_gone_as_long_as_its_server(self):
        told = self.outcome_of(gone_and_back)
        finished = told["run"]
        self.assert_ran(finished, 0)
        for name in CLASSES:
            with self.subTest(name):
                rto = self.rto(finished, name)
                # A reconnect is at most 200 ms away, a probe 100 ms.
                self.assert_instants(finished, rto, told["stopped"],
                                     (told["restoring"], told["restored"]), 0.6)
                self.assert_parts_add_up(finished, rto)
                parts = rto["parts_us"]
                self.assertNotIn("role_awaited", parts)
                self.assertNotIn("resolve", parts, "an address")
                self.assertGreater(parts["unreachable"], 1_500_000)
                self.assertGreater(parts["authenticate"], 1_000, "SCRAM")
                self.assertGreater(rto["attempts_failed"], 4)
                self.assertNotIn("stable_us", rto, "less than ten seconds were left")

    def test_in_a_failover_the_time_goes_into_waiting_for_a_primary(self):
        told = self.outcome_of(failed_over)
        finished = told["run"]
        self.assert_ran(finished, 0)
        for name in CLASSES:
            with self.subTest(name):
                rto = self.rto(finished, name)
                self.assert_instants(finished, rto, told["stopped"],
                                     (told["restoring"], told["restored"]), 0.6)
                self.assert_parts_add_up(finished, rto)
                parts = rto["parts_us"]
                self.assertGreater(parts["role_awaited"], 1_500_000)
                self.assertLess(parts["unreachable"], 500_000)
                self.assertIn("role", parts)

    def test_a_server_turned_read_only_is_noticed_by_writes_alone_within_a_second(self):
        finished = self.outcome_of(read_only_for_a_while)
        self.assert_ran(finished, 0)
        for name in ("w.write", "w.write-new"):
            with self.subTest(name):
                rto = self.rto(finished, name)
                self.assertEqual(rto["failure"], "read_only")
                self.assertLess(rto["parts_us"]["detect"], 1_000_000)
                self.assertAlmostEqual((rto["first_ok_us"] - rto["last_ok_us"]) / 1e6, 3, delta=0.6)
        self.assertEqual(set(self.rto(finished, "w.write")["parts_us"]), {"detect"},
                         "its sessions lived on")
        for name in ("w.read", "w.read-new"):
            self.assertIsNone(self.rto(finished, name))
        checks = {c["expression"]: c["observed"] for c in finished.result["verdict"]["checks"]}
        rto = self.rto(finished, "w.write")
        self.assertAlmostEqual(checks["write_outage < 7s"],
                               (rto["first_ok_us"] - rto["last_ok_us"]) / 1e6, delta=0.001)
        self.assertEqual(checks["read_outage < 7s"], 0)
        page = (finished.out / "report.html").read_text()
        self.assertIn("What their recovery time went into", page)


if __name__ == "__main__":
    unittest.main()

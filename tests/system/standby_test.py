"""The standbys of the demo's stacks: failover there and back, replication cut, synchronous commits.

Standard library only, and psql.
"""
import subprocess
import time
import unittest

from postgres import installed
from stacks import PORT_BASE, StackCase, run_stack, stack


def psql(sql, *ports, seconds=10):
    """What the first of these servers that takes writes answers to the role bench; None if it does
    not in time."""
    hosts = ",".join(["127.0.0.1"] * len(ports))
    ports = ",".join(map(str, ports))
    dsn = f"host={hosts} port={ports} user=bench dbname=bench target_session_attrs=read-write"
    try:
        done = subprocess.run([installed("psql"), "-XqAt", "-d", dsn, "-c", sql], check=False,
                              timeout=seconds, capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout.strip() if done.returncode == 0 else f"failed: {done.stderr}"


class StandbyTest(StackCase):
    options = ("--standby", "async")
    ports = PORT_BASE + 23, PORT_BASE + 24

    def setUp(self):
        self.done("up", "experimental", "--standby", "async")
        self.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (x int)")

    def done(self, *arguments):
        self.assertEqual(0, stack(*arguments), arguments)

    def sql(self, text):
        answer = psql(text, *self.ports)
        self.assertFalse(str(answer).startswith("failed"), answer)
        return answer

    def primary(self):
        """db or standby, and that the other one follows it."""
        found = psql("SHOW cluster_name", *self.ports)
        self.assertIn(found, ("db", "standby"))
        self.assertEqual(0, stack("healthy", "experimental", "primary", "replica"))
        return found

    def test_roles_change_with_each_failover_and_nothing_is_left_out(self):
        before = self.primary()
        for turn in (1, 2):
            self.sql(f"INSERT INTO t VALUES ({turn})")
            # Asynchronous: only what has arrived is there afterwards.
            self.sql("SELECT 1 FROM pg_stat_replication, pg_sleep(0.2)")
            self.done("kill", "experimental", "primary")
            self.assertEqual(1, stack("healthy", "experimental", "primary"))
            self.done("promote", "experimental")
            self.done("promote", "experimental")  # once more does no harm
            self.sql(f"INSERT INTO t VALUES (10 * {turn})")
            self.done("rejoin", "experimental")
            after = self.primary()
            self.assertNotEqual(before, after)
            before = after
            self.done("rejoin", "experimental")
            self.assertEqual(before, self.primary())
        self.assertEqual("1,2,10,20", self.sql("SELECT string_agg(x::text, ',' ORDER BY x) FROM t"))
        self.assertEqual(0, stack("healthy", "control"))

    def test_rejoin_reverts_a_failover_that_never_came(self):
        before = self.primary()
        self.sql("INSERT INTO t VALUES (1)")
        self.done("kill", "experimental", "primary", "replica")
        self.assertEqual(1, stack("promote", "experimental"))  # nobody is left
        self.done("rejoin", "experimental")
        self.assertEqual(before, self.primary())
        self.assertEqual("1", self.sql("SELECT x FROM t"))

    def test_no_second_primary_beside_a_living_one(self):
        before = self.primary()
        answer = run_stack(["promote", "experimental"])
        self.assertEqual(1, answer.returncode)
        self.assertIn("is alive; kill it first", answer.stderr)
        self.assertEqual(before, self.primary())
        # The old one, started by hand after a failover, must follow, not lead.
        self.done("kill", "experimental", "primary")
        self.done("promote", "experimental")
        self.done("revive", "experimental", before)
        self.done("wait", "experimental", before)
        self.assertNotEqual(before, self.primary())

    def test_what_a_standby_that_was_cut_off_missed_is_lost(self):
        self.sql("INSERT INTO t VALUES (1); SELECT pg_sleep(0.2)")
        self.done("replication", "experimental", "cut")
        self.assertEqual(1, stack("healthy", "experimental", "replica"))
        self.sql("INSERT INTO t VALUES (2)")
        self.done("kill", "experimental", "primary")
        self.done("promote", "experimental")
        self.assertEqual("1", self.sql("SELECT string_agg(x::text, ',') FROM t"))
        self.done("rejoin", "experimental")
        self.primary()
        self.done("replication", "experimental", "cut")
        self.done("rejoin", "experimental")  # heals, too
        self.primary()

    def test_a_synchronous_commit_waits_for_the_standby(self):
        self.done("up", "experimental", "--standby", "sync")
        self.sql("INSERT INTO t VALUES (1)")
        self.done("replication", "experimental", "cut")
        self.assertIsNone(psql("INSERT INTO t VALUES (2)", *self.ports, seconds=1))
        self.done("replication", "experimental", "heal")
        self.sql("INSERT INTO t VALUES (3)")
        self.done("kill", "experimental", "primary")
        self.done("promote", "experimental")
        self.sql("INSERT INTO t VALUES (4)")  # alone: it waits for nobody
        self.done("rejoin", "experimental")
        self.primary()
        self.done("replication", "experimental", "cut")
        self.assertIsNone(psql("INSERT INTO t VALUES (5)", *self.ports, seconds=1))
        self.done("replication", "experimental", "heal")
        self.assertTrue({"1", "3", "4"} <= set(self.sql("SELECT x FROM t").split()))

    def test_without_its_standby_the_group_keeps_its_data(self):
        self.sql("INSERT INTO t VALUES (1); SELECT pg_sleep(0.2)")
        self.done("kill", "experimental", "primary")
        self.done("promote", "experimental")
        self.done("up", "experimental", "--standby", "none")
        self.assertEqual("1", psql("SELECT x FROM t", self.ports[0]))
        self.assertEqual(0, stack("healthy", "experimental"))
        self.assertEqual(["db"], [path.stem for path in (self.state / "experimental").glob("*.pid")
                                  if path.stem in ("db", "standby")])

    def test_an_immediate_stop_tells_the_clients(self):
        session = subprocess.Popen(
            [installed("psql"), "-XAt", "-d", f"host=127.0.0.1 port={PORT_BASE + 13} user=bench "
             "dbname=bench", "-c", "SELECT pg_sleep(60)"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(session.kill)
        deadline = time.monotonic() + 10
        while psql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)'",
                   PORT_BASE + 13) != "1" and time.monotonic() < deadline:
            pass
        self.done("immediate-stop", "control", "db")
        self.assertEqual(0, stack("dead", "control", "db"))
        self.assertIn("immediate shutdown", session.communicate(timeout=10)[1])
        self.done("revive", "control", "db")
        self.done("wait", "control", "db", "standby")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Which acknowledged writes are gone: the ledger of a real server that is killed, replaced by its
standby, cut off, or robbed of its answers, against what the servers themselves say."""

import signal
import time
import unittest

from cases import prepared
from pgbench_runs import (QUICK_RECONNECT, Shared, SharedServerCases, rows_exist, rows_in_history,
                          scenario, side_by_side)
from postgres import Cluster, LosingProxy, Standby
from postgres_truth_test import EachTwelfth
from program import Program, command, run, wait_until

CHECKS = """
[[steady_state.checks]]
id     = "ledger"
phase  = "before"
assert = ["acknowledged_writes_lost = 0", "phantoms = 0", "duplicates = 0"]
"""


def audited(dsn, before="4s", rate=50, clients=4, workload='scripts = ["simple-update"]', rest=""):
    return scenario(dsn, before, rate, clients, rest=CHECKS + rest,
                    workload=f"audit = true\n{QUICK_RECONNECT}\n{workload}")


def audit_of(finished):
    """The workload's `audit`, with the reading that decides as `now`."""
    audit = finished.workload()["audit"]
    return {**audit, "now": audit["readings"][audit["decides"]] if audit["audited"] else None}


def ledger_rows(cluster, database):
    """Every row there, as text."""
    return set(cluster.psql("select distinct l::text from loadgen_ledger l", database).split())


def new_database(directory, name):
    """A database of the shared server, with pgbench's tables."""
    database = f"{name}_{directory.name}"
    Shared.cluster.initialise(database)
    return database


def robbed(directory, protocol):
    cluster, database = Shared.cluster, f"robbed_{protocol}_{directory.parent.name}"
    cluster.initialise(database)
    fate = EachTwelfth()
    with LosingProxy(cluster.port, fate) as proxy:
        toml = audited(cluster.dsn(database, host="127.0.0.1", port=proxy.port),
                       workload='scripts = ["simple-update"]\nmax_tries = 5\n'
                                f'protocol = "{protocol}"')
        finished = run(directory, toml, seconds=60)
    return {"run": finished, "fate": fate, "rows": rows_in_history(cluster, database)}


@prepared
def robbed_of_answers(directory):
    runs = []
    for protocol in ("simple", "extended"):
        (directory / protocol).mkdir()
        runs.append(lambda p=protocol: robbed(directory / p, p))
    return dict(zip(("simple", "extended"), side_by_side(*runs)))


# Those that fail behind their COMMIT: the transaction fails, its row is acknowledged.
BEHIND = {
    "behind.sql": "begin;\ninsert into t values (1);\nend;\nselect 1/0;\n",
    "behind_pipeline.sql": "\\startpipeline\nbegin;\ninsert into t values (1);\nend;\nselect 1/0;\n"
                           "\\endpipeline\n",
    "behind_message.sql": "begin\\; insert into t values (1)\\; end\\; select 1/0;\n",
}
# Which protocol can't run a script.
NOT_IN = {"pipeline.sql": ("simple",), "behind_pipeline.sql": ("simple",),
          "behind_message.sql": ("extended", "prepared")}
SCRIPTS = {
    **BEHIND,
    "pipeline.sql": "\\set x random(1, 100)\n\\startpipeline\nbegin;\ninsert into t values (:x);\n"
                    "end;\n\\endpipeline\n",
    "bare.sql": "\\set x random(1, 100)\ninsert into t values (:x);\nupdate u set i = i + 1;\n",
    "branches.sql": "\\set x random(1, 2)\nbegin;\ninsert into t values (:x);\n\\if :x = 1\nend;\n"
                    "\\else\nrollback;\n\\endif\n",
    "broken.sql": "begin;\ninsert into t values (1);\ninsert into v values (1);\nend;\n",
    "deferred.sql": "begin;\ninsert into w values (1);\nend;\n",
}


def of_protocol(directory, protocol):
    cluster = Shared.cluster
    database = f"shapes_{protocol}_{directory.parent.name}"
    cluster.psql(f"create database {database}")
    cluster.psql("create table t (i int); create table u (i int); insert into u values (0);"
                 "create table v (i int primary key); insert into v values (1);"
                 "create table w (i int unique deferrable initially deferred);"
                 "insert into w values (1)", database)
    for name, text in SCRIPTS.items():
        (directory / name).write_text(text)
    names = [name for name in SCRIPTS if protocol not in NOT_IN.get(name, ())]
    scripts = ", ".join(f'"{name}"' for name in names)
    finished = run(directory, audited(cluster.dsn(database), rate=100, workload=(
        f'scripts = [{scripts}]\nprotocol = "{protocol}"')), "--workers", "2", seconds=60)
    assert finished.result, finished.text()
    return finished, {name: int(cluster.psql(f"select {sql}", database)) for name, sql in
                      (("t", "count(*) from t"), ("u", "i from u"),
                       ("rows", "count(*) from loadgen_ledger"),
                       ("workers", "count(distinct worker) from loadgen_ledger"))}


@prepared
def scripts_of_every_shape(directory):
    protocols = ("simple", "extended", "prepared")
    for protocol in protocols:
        (directory / protocol).mkdir()
    told = side_by_side(*(lambda p=p: of_protocol(directory / p, p) for p in protocols))
    return dict(zip(protocols, told))


@prepared
def tried_again(directory):
    """Two of three calls fail; three tries."""
    cluster, database = Shared.cluster, "again_" + directory.name
    cluster.psql(f"create database {database}")
    cluster.psql("create function fails_two_of_three() returns int language plpgsql as $$ begin "
                 "if nextval('tries') % 3 <> 0 then raise 'again' using errcode = '40001'; end if;"
                 " return 1; end $$; create sequence tries; create table t (i int);"
                 # Deferred, so that it fails at the COMMIT, behind the row.
                 "create function check_t() returns trigger language plpgsql as $$ begin perform "
                 "fails_two_of_three(); return null; end $$; create constraint trigger c after "
                 "insert on t deferrable initially deferred for each row execute function "
                 "check_t()", database)
    (directory / "s.sql").write_text("begin;\ninsert into t values (1);\nend;\n")
    finished = run(directory, audited(cluster.dsn(database), rate=30, clients=1,
                                      workload='scripts = ["s.sql"]\nmax_tries = 3'), seconds=60)
    return finished, cluster.psql("select attempt, count(*) from loadgen_ledger group by 1",
                                  database)


@prepared
def wait_for_a_standby_cancelled(directory):
    cluster, database = Shared.cluster, new_database(directory, "weak")
    cluster.psql(f"alter database {database} set synchronous_commit = on")
    waiting = (f"from pg_stat_activity where datname = '{database}' and wait_event = 'SyncRep'")
    cancelled = 0
    with Program(directory, audited(cluster.dsn(database), rate=10)) as running:
        for _ in range(20):
            time.sleep(0.2)
            cancelled += cluster.psql(f"select pg_cancel_backend(pid) {waiting}").count("t")
        wait_until(lambda: cluster.psql(f"select pg_terminate_backend(pid) {waiting}") is not None,
                   "the rest")
        finished = running.wait(60)
    cluster.psql(f"select pg_terminate_backend(pid) {waiting}")
    return finished, cancelled


@prepared
def killed_server(directory):
    """SIGKILL to all of Postgres, fsync on; it comes back."""
    with Cluster(fsync="on") as cluster:
        cluster.initialise("bench")
        with Program(directory, audited(cluster.dsn("bench"), before="8s", rate=200,
                                        clients=10)) as running:
            rows_exist(cluster, 300)
            cluster.kill()
            time.sleep(1)
            cluster.start()
            return running.wait(90), ledger_rows(cluster, "bench")


def promotion(directory, synchronous, cut_off):
    """The primary is killed, `cut_off` seconds after its standby lost touch, and the standby takes
    over; later the old primary is started again, beside it."""
    settings = {"wal_level": "replica", "max_wal_senders": "4", "fsync": "on"}
    if synchronous:  # in the one database; nothing else waits
        settings |= {"synchronous_standby_names": "'standby'", "synchronous_commit": "local"}
    with Cluster(**settings) as primary, Standby(primary) as standby:
        primary.initialise("bench")
        if synchronous:
            primary.psql("alter database bench set synchronous_commit = on")
        hosts = {"host": f"{primary.directory},{standby.directory}",
                 "port": f"{primary.port},{standby.port}", "target_session_attrs": "read-write"}
        toml = audited(primary.dsn("bench", **hosts), before="10s", rate=100, clients=5)
        with Program(directory, toml) as running:
            rows_exist(primary, 150)
            if cut_off:
                standby.cut_off()
                time.sleep(cut_off)
            primary.kill()
            time.sleep(0.5)
            standby.promote()
            told = {"run": running.wait(90)}
        told["new"] = ledger_rows(standby, "bench")
        primary.start()
        told["old"] = ledger_rows(primary, "bench")
        told["again"] = command("audit", directory / "out", "--dsn", primary.dsn("bench"),
                                out=directory / "out")
        told["drop"] = command("audit", directory / "out", "--dsn", standby.dsn("bench"), "--drop",
                               out=directory / "out")
        told["dropped"] = standby.psql("select to_regclass('loadgen_ledger')", "bench").strip()
    return told


def faults_of(told, synchronous):
    """What is wrong with the audit of a promotion."""
    audit = audit_of(told["run"])
    if audit["now"] is None:
        return [f"not audited: {audit['doubt']}"]
    now, on_old = audit["now"], told["again"].workload()["audit"]["readings"][1]
    lost, gone = now["acknowledged_writes_lost"], len(told["old"] - told["new"])
    # Of what the old primary alone has, all was acknowledged but what is in doubt.
    doubtful = on_old["in_doubt_present"] - now["in_doubt_present"]
    wrong = []
    if lost + doubtful != gone:
        wrong.append(f"{lost} lost and {doubtful} in doubt, but {gone} rows are gone")
    if synchronous and lost:
        wrong.append(f"{lost} lost with synchronous replication")
    return wrong + [f"{now[name]} {name}" for name in
                    ("phantoms", "duplicates", "unexpected", "unreported") if now[name]]


@prepared
def promoted_standbys(directory):
    kinds = {"async": (False, 0), "cut": (False, 2.0), "sync": (True, 0)}
    for kind in kinds:
        (directory / kind).mkdir()
    told = side_by_side(*(lambda k=k: promotion(directory / k, *kinds[k]) for k in kinds))
    return dict(zip(kinds, told))


@prepared
def killed_loadgen(directory):
    cluster, database = Shared.cluster, new_database(directory, "killed")
    with Program(directory, audited(cluster.dsn(database), before="20s", rate=100)) as running:
        rows_exist(cluster, 300, database)
        running.signal(signal.SIGKILL)
        running.wait()
    out = directory / "out"
    told = [command(what, out, out=out) for what in ("report", "audit")]
    cluster.psql("delete from loadgen_ledger where sequence = 3", database)
    return [*told, command("audit", out, out=out)]


@prepared
def server_away_at_the_end(directory):
    """It is stopped in the run's last second, and comes back after the run; or does not."""
    told = {}
    with Cluster() as cluster:
        cluster.initialise("bench")
        with Program(directory, audited(cluster.dsn("bench"), before="4s")) as running:
            rows_exist(cluster, 140)
            cluster.stop()
            time.sleep(6)  # the run is over, its drain too
            cluster.start()
            told["waited"] = running.wait(60)
        (directory / "gone").mkdir()
        with Program(directory / "gone", audited(cluster.dsn("bench"), before="4s")) as running:
            rows_exist(cluster, 300)
            cluster.stop()
            time.sleep(7)
            running.signal(signal.SIGINT)  # which ends the waiting
            told["gone"] = running.wait(30)
        out = directory / "gone/out"
        told["still"] = command("audit", out, out=out)
        cluster.start()
        told["back"] = command("audit", out, out=out)
    return told


@prepared
def table_dropped_meanwhile(directory):
    cluster, database = Shared.cluster, new_database(directory, "dropped")
    with Program(directory, audited(cluster.dsn(database), before="5s")) as running:
        rows_exist(cluster, 60, database)
        cluster.psql("drop table loadgen_ledger", database)
        return running.wait(60)


@prepared
def two_at_once(directory):
    """In one database; in the second run both groups are that database."""
    cluster, database = Shared.cluster, new_database(directory, "both")
    toml = audited(cluster.dsn(database), before="5s")
    (directory / "one").mkdir()
    (directory / "two").mkdir()
    second = toml.replace("[groups.target]", f"""[groups.control]
dsn = "{cluster.dsn(database)}"
[groups.experimental]""") + '[steady_state]\nmargins = "none"\n'
    one, two = side_by_side(lambda: run(directory / "one", toml, seconds=60),
                            lambda: run(directory / "two", second, seconds=60))
    dropped = [command("audit", finished.out, "--drop", out=finished.out)
               for finished in (one, two)]
    return {"one": one, "two": two, "dropped": dropped,
            "left": cluster.psql("select to_regclass('loadgen_ledger')", database).strip()}


@prepared
def not_allowed(directory):
    cluster, database = Shared.cluster, new_database(directory, "forbidden")
    cluster.psql(f"create role writer_{directory.name} login; grant all on all tables in schema "
                 f"public to writer_{directory.name}; revoke create on schema public from public",
                 database)
    return run(directory, audited(cluster.dsn(database, user=f"writer_{directory.name}"),
                                  before="1s"), seconds=60)


@prepared
def garbage(directory):
    cluster, database = Shared.cluster, new_database(directory, "garbage")
    finished = run(directory, audited(cluster.dsn(database), before="2s"), seconds=60)
    identity = finished.result["run"]["id"]
    cluster.psql(f"insert into loadgen_ledger select run, worker, connection, sequence, attempt "
                 "from loadgen_ledger where sequence <= 2;"
                 f"insert into loadgen_ledger values ('{identity}', 0, 0, 999999, 1), "
                 f"('{identity}', -1, 0, 1, 1), ('{identity}', 77, 0, 1, 1), "
                 f"('somebody', 0, 0, 1, 1)", database)
    return finished, command("audit", finished.out, out=finished.out)


class PostgresLedgerTest(SharedServerCases):
    def assert_nothing_lost(self, finished, code=0):
        self.assert_ran(finished, code)
        audit = audit_of(finished)
        self.assertTrue(audit["audited"], audit)
        for name in ("acknowledged_writes_lost", "phantoms", "duplicates", "unexpected",
                     "unreported"):
            self.assertEqual(audit["now"][name], 0, (name, audit))
        return audit

    def test_a_commit_without_an_answer_is_in_doubt_and_the_audit_says_whether_it_happened(self):
        told = self.outcome_of(robbed_of_answers)
        for protocol, each in told.items():
            with self.subTest(protocol):
                audit = self.assert_nothing_lost(each["run"])
                lost = each["fate"].lost
                self.assertGreater(lost["answer"], 2)
                self.assertEqual(audit["clients"]["in_doubt"], lost["answer"] + lost["request"])
                self.assertEqual(audit["now"]["in_doubt_present"], lost["answer"])
                self.assertEqual(audit["now"]["in_doubt_absent"], lost["request"])
                self.assertEqual(audit["clients"]["acknowledged"] + lost["answer"], each["rows"])

    def test_scripts_of_every_shape_leave_one_row_for_each_commit(self):
        for protocol, (finished, found) in self.outcome_of(scripts_of_every_shape).items():
            with self.subTest(protocol):
                audit = self.assert_nothing_lost(finished)
                clients, operations = audit["clients"], finished.workload()["operations"]
                ok = {name: phases["before"]["ok"] for name, phases in operations.items()}
                # A branch that rolls back leaves none.
                self.assertEqual(clients["acknowledged"], found["t"])
                self.assertEqual(found["rows"], found["t"])
                self.assertEqual(found["u"], ok["bare.sql"])
                self.assertEqual({ok.get(name, 0) for name in BEHIND}, {0})
                # Its error comes before the row; that of the deferred constraint at the COMMIT.
                self.assertEqual((ok["broken.sql"], ok["deferred.sql"]), (0, 0))
                self.assertEqual(clients["failed"],
                                 operations["deferred.sql"]["before"]["planned"])
                self.assertEqual(clients["in_doubt"], 0)
                self.assertEqual(found["workers"], 2)

    def test_tries_are_attempts_of_one_transaction(self):
        finished, rows = self.outcome_of(tried_again)
        audit = self.assert_nothing_lost(finished)
        planned = finished.phase()["planned"]
        self.assertEqual(audit["clients"], {"acknowledged": planned, "weak": 0, "in_doubt": 0,
                                            "failed": 2 * planned})
        self.assertEqual(rows.split(), [f"3|{planned}"])

    def test_a_cancelled_wait_for_the_standby_is_acknowledged_weakly(self):
        finished, cancelled = self.outcome_of(wait_for_a_standby_cancelled)
        audit = self.assert_nothing_lost(finished)
        self.assertGreater(cancelled, 5)
        self.assertGreater(audit["clients"]["weak"], 5)
        self.assertLessEqual(audit["clients"]["weak"], cancelled)
        self.assertEqual(audit["clients"]["acknowledged"], 0)
        self.assertEqual(audit["now"]["weak_present"], audit["clients"]["weak"])
        self.assertIn("more were acknowledged with the warning", finished.stdout)

    def test_a_killed_server_that_syncs_loses_nothing(self):
        finished, rows = self.outcome_of(killed_server)
        audit = self.assert_nothing_lost(finished)
        self.assertGreater(audit["clients"]["acknowledged"], 250)
        self.assertEqual(len(rows), audit["now"]["acknowledged_present"] +
                         audit["now"]["in_doubt_present"])

    def test_a_promotion_loses_what_the_servers_say_it_lost(self):
        told = self.outcome_of(promoted_standbys)
        for kind, each in told.items():
            with self.subTest(kind):
                self.assertEqual(faults_of(each, kind == "sync"), [])
                audit = audit_of(each["run"])
                lost = audit["now"]["acknowledged_writes_lost"]
                self.assert_ran(each["run"], 10 if lost else 0)
                self.assertEqual(audit["now"]["timeline"], 2)
                # The old primary lacks what its successor acknowledged; it decides nothing.
                self.assertEqual(each["again"].code, 10)
                again = each["again"].workload()["audit"]
                self.assertEqual((len(again["readings"]), again["decides"]), (2, 0))
                self.assertEqual(again["readings"][1]["timeline"], 1)
                self.assertEqual(each["drop"].code, 10 if lost else 0)
                self.assertEqual(each["dropped"], "")
        now = audit_of(told["cut"]["run"])["now"]
        self.assertGreater(now["acknowledged_writes_lost"], 100, "two seconds at 100/s")
        self.assertEqual(sum(each["last"] - each["first"] + 1 for each in now["lost"]),
                         now["acknowledged_writes_lost"])
        self.assertLess(now["lost_to_us"] - now["lost_from_us"], 4e6)
        self.assertIn("acknowledged writes lost", told["cut"]["run"].stdout)

    def test_a_killed_loadgen_knows_what_it_had_told_and_no_more(self):
        report, audit, lost = self.outcome_of(killed_loadgen)
        self.assertEqual(report.code, 0, report.text())
        self.assertIn("not audited yet", report.stdout)
        self.assertFalse(report.workload()["audit"]["audited"])
        self.assertEqual(report.result["verdict"]["outcome"], "INCONCLUSIVE")
        self.assertEqual(audit.code, 12, audit.text())
        now = audit_of(audit)["now"]
        self.assertEqual((now["acknowledged_writes_lost"], now["unexpected"]), (0, 0))
        self.assertGreater(now["acknowledged_present"], 100)
        self.assertIn("after its last report is not known", audit.stdout)
        self.assertEqual(audit.result["verdict"]["outcome"], "INCONCLUSIVE")
        self.assertEqual(lost.code, 10, lost.text())
        self.assertEqual(audit_of(lost)["now"]["acknowledged_writes_lost"], 4, "one per client")

    def test_a_server_that_is_away_at_the_end_is_waited_for_but_not_for_ever(self):
        told = self.outcome_of(server_away_at_the_end)
        self.assert_nothing_lost(told["waited"])
        self.assert_ran(told["gone"], 12)
        self.assertFalse(told["gone"].workload()["audit"]["audited"])
        self.assertIn("not audited yet", told["gone"].stdout)
        self.assertEqual(told["still"].code, 12)
        self.assertEqual(told["back"].code, 0, told["back"].text())
        self.assertTrue(told["back"].workload()["audit"]["audited"])

    def test_a_table_dropped_meanwhile_leaves_the_question_open(self):
        finished = self.outcome_of(table_dropped_meanwhile)
        self.assert_ran(finished, 12)
        self.assertIn("there is no table loadgen_ledger", finished.stdout)
        self.assertGreater(finished.phase()["failed"]["sql_42"], 50)
        self.assertEqual({check["result"] for check in finished.result["verdict"]["checks"]},
                         {"undecided"})

    def test_two_runs_and_two_groups_in_one_database(self):
        told = self.outcome_of(two_at_once)
        self.assert_nothing_lost(told["one"])
        self.assert_ran(told["two"], 0)
        for group in ("control", "experimental"):
            audit = told["two"].workload(group=group)["audit"]
            self.assertEqual(audit["clients"]["acknowledged"],
                             told["two"].phase(group=group)["planned"])
            self.assertEqual(audit["readings"][0]["acknowledged_writes_lost"], 0)
            self.assertEqual(audit["readings"][0]["unexpected"], 0)
        first, second = told["dropped"]
        self.assertIn("the table stays, with rows of " + told["two"].result["run"]["id"],
                      first.stderr)
        self.assertIn("the ledger of control: dropped", second.stderr)
        self.assertEqual((first.code, second.code), (0, 0))
        self.assertEqual(told["left"], "")

    def test_a_role_that_may_not_make_the_table_is_told_before_anything_is_sent(self):
        finished = self.outcome_of(not_allowed)
        self.assertEqual(finished.code, 14, finished.text())
        self.assertRegex(finished.stderr, r"target, w: can't write to the table loadgen_ledger, "
                                          r"which audit needs: .*permission denied")
        self.assertIsNone(finished.result)

    def test_what_others_wrote_into_the_table_is_told_apart(self):
        finished, audit = self.outcome_of(garbage)
        self.assert_nothing_lost(finished)
        self.assertEqual(audit.code, 10, audit.text())
        now = audit_of(audit)["now"]
        self.assertEqual((now["acknowledged_writes_lost"], now["duplicates"], now["unexpected"]),
                         (0, 8, 3))


if __name__ == "__main__":
    unittest.main()

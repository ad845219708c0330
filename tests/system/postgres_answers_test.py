#!/usr/bin/env python3
"""What a healthy Postgres server refuses, and how a scenario's mistakes are told: errors of SQL by
class, transactions that are tried again, roles with too few connections, wrong tables, passwords
and scripts. And pgbench's load beside another's, in two groups."""

import subprocess
import unittest

from cases import prepared
from pgbench_runs import Shared, SharedServerCases, rows_in_history, scenario, side_by_side
from postgres import free_port, installed
from program import run
from servers import ScriptedServer


# Scripts, and what their failures are called.
SQL_ERRORS = {
    "division": ("select 1/0;", "sql_22"),
    "twice": ("insert into once values (1);", "sql_23"),
    "no_table": ("select * from nowhere;", "sql_42"),
    "syntax": ("selec 1;", "sql_42"),
    "raised": ("do $$ begin raise 'no'; end $$;", "sql_p0"),
    "too_slow": ("begin;\nset local statement_timeout = 1;\nselect pg_sleep(1);\nend;", "sql_57"),
    "locked": ("select * from taken for update nowait;", "sql_55"),
    "no_block": ("begin;\nset transaction read only;\ninsert into once values (2);\nend;",
                 "read_only"),
    "deadlock": ("do $$ begin raise 'd' using errcode = '40P01'; end $$;", "deadlock"),
    "its_own": ("\\set x 1 / 0\nselect :x;", "sql_other"),
}


@prepared
def sql_errors(directory):
    cluster, database = Shared.cluster, "errors_" + directory.name
    cluster.psql(f"create database {database}")
    cluster.psql("create table once (i int primary key); insert into once values (1);"
                 "create table taken as select 1 as i", database)
    for name, (text, _) in SQL_ERRORS.items():
        (directory / f"{name}.sql").write_text(text)
    scripts = ", ".join(f'"{name}.sql"' for name in SQL_ERRORS)
    with subprocess.Popen([installed("psql"), "-XqAt"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True,
                          env=cluster.environment(database)) as holder:
        holder.stdin.write("begin; select * from taken for update;\n")
        holder.stdin.flush()
        holder.stdout.readline()
        return run(directory, scenario(cluster.dsn(database), rate=100,
                                       workload=f"scripts = [{scripts}]"), seconds=60)


@prepared
def serialization_failures(directory):
    """One client; two of three calls fail."""
    cluster, database = Shared.cluster, "tries_" + directory.name
    cluster.psql(f"create database {database}")
    cluster.psql("create function fails_two_of_three(s text) returns int language plpgsql as $$ "
                 "begin if nextval(s) % 3 <> 0 then raise 'again' using errcode = '40001'; end if;"
                 " return 1; end $$; create sequence tries_2; create sequence tries_3", database)
    runs = []
    for tries in (2, 3):
        own = directory / str(tries)
        own.mkdir()
        (own / "s.sql").write_text(f"begin;\nselect fails_two_of_three('tries_{tries}');\nend;\n")
        toml = scenario(cluster.dsn(database), rate=30, clients=1,
                        workload=f'scripts = ["s.sql"]\nmax_tries = {tries}')
        runs.append(lambda own=own, toml=toml: run(own, toml, seconds=60))
    calls = [f"select last_value from tries_{tries}" for tries in (2, 3)]
    finished = side_by_side(*runs)
    return [(one, int(cluster.psql(sql, database))) for one, sql in zip(finished, calls)]


@prepared
def too_many_connections(directory):
    cluster, role = Shared.cluster, "few_" + directory.name
    cluster.psql(f"create role {role} login connection limit 3")
    cluster.psql(f"grant select on all tables in schema public to {role}", "bench")
    toml = scenario(cluster.dsn("bench", user=role), clients=6,
                    workload='scripts = ["select-only"]')
    without = run(directory, toml, "--no-preflight", seconds=60)
    (directory / "preflight").mkdir()
    return without, run(directory / "preflight", toml, seconds=60)


@prepared
def two_groups_and_http(directory):
    cluster = Shared.cluster
    names = [f"{group}_{directory.name}" for group in ("control", "experimental")]
    for name in names:
        cluster.initialise(name)
    with ScriptedServer(directory) as one, ScriptedServer(directory) as two:
        toml = f"""schema = 1
[phases]
before = "4s"
[groups.control]
dsn      = "{cluster.dsn(names[0])}"
base_url = "{one.url}"
[groups.experimental]
dsn      = "{cluster.dsn(names[1])}"
base_url = "{two.url}"
[[workloads]]
name    = "db"
kind    = "pgbench"
scripts = ["simple-update"]
clients = 4
threads = 2
rate    = 50
[[workloads]]
name = "web"
kind = "http"
rate = 50
[steady_state]
margins = "none"
"""
        finished = run(directory, toml, seconds=60)
        start = finished.started_at() - 0.001
        asked = [sum(1 for at, _ in server.requests() if at >= start) for server in (one, two)]
        return finished, [rows_in_history(cluster, name) for name in names], asked


def verifying(database, **others):
    """A scenario whose tables are looked at first; `others` become lines of its workload."""
    lines = "".join(f"{key} = {value}\n" for key, value in others.items())
    text = scenario(Shared.cluster.dsn(database), before="1s", workload=lines)
    return text.replace('init    = "never"\n', "")


# Mistakes in a scenario: why, its text (a function, for the server's place is not known yet), the
# exit code, and what the one line of stderr says.
MISTAKES = [
    ("another scale", lambda: verifying("bench", scale=7), 14,
     r"target, w: its tables have scale 1, not 7; correct `scale`"),
    ("no tables", lambda: verifying("postgres"), 14, r'target, w: .*pgbench_branches'),
    ("no such database", lambda: verifying("nowhere"), 14, r'database "nowhere" does not exist'),
    ("no such database, no look at it", lambda: scenario(Shared.cluster.dsn("nowhere")), 14,
     r'target: .*database "nowhere" does not exist'),
    ("a wrong password",
     lambda: scenario(Shared.cluster.dsn("bench", user="secretive", password="guessed")), 14,
     r'target: .*password authentication failed for user "secretive"'),
    ("a role that is not there", lambda: scenario(Shared.cluster.dsn("bench", user="nobody")), 14,
     r'target: .*role "nobody" does not exist'),
    ("nobody listens", lambda: scenario(f"host=127.0.0.1 port={free_port()}"), 14,
     r"target: .*refused"),
    ("an unknown script", lambda: verifying("bench", scripts='["selct-only"]'), 2,
     r"scenario\.toml:\d+:\d+: .*selct-only"),
    ("a word that is no command", lambda: verifying("bench", scripts='["command.sql"]'), 2,
     r"command\.sql:2:\d+: .*invalid command.*\\sett"),
    ("half an expression", lambda: verifying("bench", scripts='["half.sql"]'), 2,
     r"half\.sql:2:\d+: .*syntax error.*\\set"),
    ("an unknown function", lambda: verifying("bench", scripts='["function.sql"]'), 2,
     r"function\.sql:1:\d+: .*unexpected function name"),
    ("an \\if without its end", lambda: verifying("bench", scripts='["if.sql"]'), 2,
     r"if\.sql.*\\if without matching \\endif"),
    ("a script without commands", lambda: verifying("bench", scripts='["empty.sql"]'), 2,
     r"empty\.sql.*empty command list|empty\.sql.*empty"),
]
SCRIPTS = {
    "command.sql": "select 1;\n\\sett x 1\n",
    "half.sql": "select 1;\n\\set x 1 +\n",
    "function.sql": "\\set x randum(1, 2)\n",
    "if.sql": "\\if 1\nselect 1;\n",
    "empty.sql": "-- nothing\n",
}


@prepared
def mistakes(directory):
    told = {}
    for i, (why, toml, _, _) in enumerate(MISTAKES):
        own = directory / str(i)
        own.mkdir()
        for name, text in SCRIPTS.items():
            (own / name).write_text(text)
        told[why] = run(own, toml(), seconds=60)
    return told


class PostgresAnswersTest(SharedServerCases):
    def test_sql_errors_have_their_class_and_cost_no_connection(self):
        finished = self.outcome_of(sql_errors)
        self.assert_ran(finished, 0)
        operations = finished.workload()["operations"]
        for name, (_, called) in SQL_ERRORS.items():
            with self.subTest(name):
                phase = operations[f"{name}.sql"]["before"]
                self.assertGreater(phase["planned"], 0)
                self.assertEqual(phase["failed"], {called: phase["planned"]})
        self.assertEqual(finished.phase()["connects"], {"attempts": 4, "ok": 4, "failed": {}})
        excerpts = " ".join(sample["excerpt"] for error in finished.workload()["errors"]
                            for sample in error["samples"])
        self.assertIn("division by zero", excerpts)
        self.assertIn('relation "nowhere" does not exist', excerpts)

    def test_serialization_failures_are_tried_again_max_tries_times(self):
        (two, calls_of_two), (three, calls_of_three) = self.outcome_of(serialization_failures)
        for finished in (two, three):
            self.assert_ran(finished, 0)
        phase = three.phase()
        self.assertEqual((phase["failed"], phase["ok"]), ({}, phase["planned"]))
        self.assertEqual(calls_of_three, 3 * phase["planned"])
        self.assertEqual(self.of_commands(three, "retried"), 2 * phase["planned"])
        # Two tries fail, and the third call is the next one's first, which succeeds.
        phase = two.phase()
        self.assertEqual(phase["failed"], {"serialization": (phase["planned"] + 1) // 2})
        self.assertEqual(calls_of_two, phase["planned"] + phase["failed"]["serialization"])

    def of_commands(self, finished, key):
        return sum(figures[key] for statement in finished.workload()["statements"]
                   for figures in statement["phases"].values())

    def test_too_many_connections(self):
        without, preflight = self.outcome_of(too_many_connections)
        self.assert_ran(without, 0)
        phase = without.phase()
        # Three connections are enough for these, once they are open: Postgres counts those that
        # begin together all in, and may refuse each of them at first.
        self.assertEqual(phase["ok"] + phase["not_sent"].get("no_connection", 0), phase["planned"])
        self.assertGreater(phase["ok"], 0.9 * phase["planned"])
        self.assertEqual(phase["connects"]["ok"], 3)
        self.assertEqual(set(phase["connects"]["failed"]), {"too_many"})
        self.assertEqual(preflight.code, 14, preflight.text())
        self.assertRegex(preflight.stderr, "too many connections|only 3 of 6 connections are open")

    def test_two_groups_and_http_beside_pgbench(self):
        finished, rows, asked = self.outcome_of(two_groups_and_http)
        self.assert_ran(finished, 0)
        for i, group in enumerate(("control", "experimental")):
            for name in ("db", "web"):
                phase = finished.phase(group=group, name=name)
                self.assertEqual((phase["scheduled"], phase["ok"]), (200, phase["planned"]))
            self.assertEqual(rows[i], finished.phase(group=group, name="db")["ok"])
            self.assertEqual(asked[i], finished.phase(group=group, name="web")["ok"])

    def test_mistakes_are_told_in_one_line_that_names_them(self):
        told = self.outcome_of(mistakes)
        for why, _, code, line in MISTAKES:
            with self.subTest(why):
                finished = told[why]
                self.assertEqual(finished.code, code, finished.text())
                said = [each for each in finished.stderr.splitlines() if "warning:" not in each]
                self.assertRegex(said[0], line)
                self.assertIsNone(finished.result, "nothing was measured")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""`loadgen pgbench` against the installed pgbench: the same command line on the same tables, and
the same exit code, messages, summary, seeded values, log and rows. The command lines are data:
pgbench_invocations.py and pgbench_scripts.py.

The behaviour is that of pgbench 15. What it did is committed, masked, in tests/goldens/pgbench,
for machines with another version: there only the golden counts. Where pgbench is 15 it is run as
well, and the golden must be what it does; LOADGEN_UPDATE_GOLDENS=1 writes it."""

import concurrent.futures
import dataclasses
import functools
import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

import pgbench_invocations as table
import pgbench_scripts as scripts
import postgres
import program
from disturbance import undisturbed

GOLDEN = program.ROOT / "tests/goldens/pgbench/invocations_15.json"
UPDATE = "LOADGEN_UPDATE_GOLDENS" in os.environ

SECTIONS = {
    "options": table.OPTIONS,
    "connections": table.CONNECTIONS,
    "initialisation": table.INITIALISE,
    "script errors": scripts.SCRIPT_ERRORS,
    "errors of a run": scripts.RUN_ERRORS,
    "runs": scripts.RUNS,
    "seeded values": scripts.VALUES,
    "logs": scripts.LOGS,
}

# Made in every database that a row may use.
FUNCTIONS = """
create sequence calls;
create function fails_at_odd() returns int language plpgsql as $$
begin
  if nextval('calls') % 2 = 1 then raise 'odd' using errcode = '40001'; end if;
  return 1;
end $$;
"""

# What initialisation leaves: definitions, and the rows in their physical order. A vacuum passes
# over a page that the server is writing out at that moment, so not every page is noted as visible.
LEFT_BEHIND = """
select c.relname, c.relkind, c.relpersistence, c.reloptions, pg_get_partkeydef(c.oid),
       pg_get_expr(c.relpartbound, c.oid), pg_stat_get_vacuum_count(c.oid) > 0,
       c.relallvisible >= 0.99 * c.relpages
from pg_class c where c.relname ~ '^pgbench' order by 1;
select attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull
from pg_attribute where attrelid::regclass::text ~ '^pgbench' and attnum > 0 order by 1, attnum;
select conrelid::regclass, conname, pg_get_constraintdef(oid)
from pg_constraint where conrelid::regclass::text ~ '^pgbench' order by 1, 2;
"""
ROWS_OF = """
select '{table}', count(*), md5(string_agg(t::text, '|' order by ctid)) from {table} t;
"""


@dataclasses.dataclass
class Outcome:
    code: int
    stdout: str
    stderr: str
    log: dict
    left: str = ""


class Programs:
    """How both programs are started. pgbench's messages begin with the name that it was started
    by; on Debian `pgbench` is a wrapper, and the program itself lies elsewhere."""

    pgbench = postgres.installed("pgbench")

    @staticmethod
    def theirs(arguments, **options):
        return subprocess.run(["pgbench", *arguments], executable=Programs.pgbench, **options)

    @staticmethod
    def ours(arguments, **options):
        return subprocess.run([str(program.BINARY), "pgbench", *arguments], **options)

    @classmethod
    def is_version_15(cls):
        said = cls.theirs(["-V"], capture_output=True, text=True, check=True).stdout
        return re.match(r"pgbench \(PostgreSQL\) 15\b", said) is not None


def run_row(row, start, cluster, database, directory):
    """One program on one row, in a directory of its own; nothing masked yet."""
    for name, text in row.files.items():
        (directory / name).write_text(text)
    arguments = shlex.split(row.args)
    environment = {**cluster.environment(database), **row.environment}
    stdin = "select 1;\n" if "-f -" in row.args else ""
    # A session of its own has no terminal where a password could be asked for.
    done = start(arguments, input=stdin, cwd=directory, env=environment, text=True, timeout=60,
                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                 check=False)
    logs = {path.name: path.read_text() for path in sorted(directory.glob("*"))
            if re.search(r"\.\d+(\.\d+)?$", path.name)}
    return Outcome(done.returncode, done.stdout, done.stderr, logs)


def masked_numbers(text):
    return re.sub(r"\d+\.\d+", "N", text)


def masked(row, outcome, cluster):
    """What of an outcome is compared, as plain data."""
    stdout = re.sub(r"^pgbench \(\d.*\)$", "pgbench (…)", outcome.stdout, flags=re.M)
    # A statement's latency is padded: ten milliseconds are a blank less.
    stdout = re.sub(r"^ +N(?= )", " " * 9 + "N", masked_numbers(stdout), flags=re.M)
    stderr = outcome.stderr.replace(str(cluster.directory), "SOCKETS")
    stderr = stderr.replace(str(cluster.port), "PORT")
    # 15.18 still told of an option that is none, 15.20 does not.
    stderr = stderr.replace("-c/--clients", "-c/--client")
    # The machine's limits, process ids, and which client it is that comes too late.
    for varies in (r"system limit is \d+", r"need at least -?\d+ open", r'logfile "[^"]*\.\d+"',
                   r"connection for client \d+"):
        stderr = re.sub(varies, lambda found: re.sub(r"-?\d+", "N", found[0]), stderr)
    debugged = re.findall(r"^debug\(.*$", stderr, flags=re.M)
    stderr = masked_numbers(stderr)
    if row.timed:
        counting = r"^((?:progress|number of transactions|number of failed|duration)\b.*)$"
        stdout = re.sub(counting, lambda line: re.sub(r"\d+", "N", line[1]), stdout, flags=re.M)
        stderr = re.sub(counting, lambda line: re.sub(r"\d+", "N", line[1]), stderr, flags=re.M)
    lines = stderr.splitlines()
    if not row.ordered:
        lines.sort()
        debugged.sort()
    if re.search(r"(^| )(-q|--quiet)( |$)", row.args):
        # On a busy machine a quiet COPY has time for more than its last line.
        lines = [line for line in lines if not re.match(r"\d+ of \d+ tuples \((?!100%)", line)]
    if row.collapse:
        lines = [line for i, line in enumerate(lines) if i == 0 or line != lines[i - 1]]
    compared = {
        "code": outcome.code,
        "stdout": stdout.splitlines(),
        "stderr": [] if row.loosely else lines,
        "values": debugged,
        "log": masked_log(outcome.log) if row.log else {},
        "left": outcome.left.splitlines(),
    }
    return {name: value for name, value in compared.items() if value or name == "code"}


def masked_log(logs):
    """Client, number and script of each line stay, and what is no number; times become T."""
    shapes = {}
    for name, text in logs.items():
        shapes[re.sub(r"\.\d+(?=$|\.)", ".PID", name, count=1)] = [
            " ".join(word if column in (0, 1, 3) or not word.isdigit() else "T"
                     for column, word in enumerate(line.split(" ")))
            for line in text.splitlines()]
    return shapes


def one_line_each(recorded):
    """JSON with a line per row, so that a difference shows which."""
    sections = []
    for name, rows in recorded.items():
        lines = ",\n".join(f"{json.dumps(why)}: {json.dumps(outcome, sort_keys=True)}"
                           for why, outcome in rows.items())
        sections.append(f"{json.dumps(name)}: {{\n{lines}\n}}")
    return "{\n" + ",\n".join(sections) + "\n}\n"


class Bench:
    """The cluster, and one database for each of the two programs' needs."""

    def __init__(self):
        self.cluster = postgres.Cluster()
        self._directory = tempfile.TemporaryDirectory(prefix="loadgen-pgbench-")

    def __enter__(self):
        self.cluster.__enter__()
        for database in ("tables", "bare"):
            self.cluster.psql(f"create database {database}")
            self.cluster.psql(FUNCTIONS, database)
        subprocess.run([Programs.pgbench, "-i", "-q"], check=True, capture_output=True,
                       env=self.cluster.environment("tables"))
        return self

    def __exit__(self, *_):
        self.cluster.__exit__()
        self._directory.cleanup()

    def outcome(self, row, start, who):
        directory = pathlib.Path(tempfile.mkdtemp(prefix=who, dir=self._directory.name))
        if not row.fresh:
            if needs_the_tables_alone(row):
                self.cluster.psql("alter sequence calls restart;" + row.before, row.database)
            outcome = run_row(row, start, self.cluster, row.database, directory)
            if row.after:
                outcome.left = self.cluster.psql(row.after, row.database)
            return masked(row, outcome, self.cluster)
        database = "fresh_" + directory.name
        self.cluster.psql(f'create database "{database}" template template0')
        outcome = run_row(row, start, self.cluster, database, directory)
        outcome.stderr = outcome.stderr.replace(database, "fresh")
        outcome.left = self.left_behind(database)
        self.cluster.psql(f'drop database "{database}"')
        return masked(row, outcome, self.cluster)

    def left_behind(self, database):
        left = self.cluster.psql(LEFT_BEHIND, database)
        for name in ("accounts", "branches", "tellers", "history"):
            if f"pgbench_{name}|" in left:
                left += self.cluster.psql(ROWS_OF.format(table=f"pgbench_{name}"), database)
        return left


def needs_the_tables_alone(row):
    """Such rows run one after the other."""
    return bool(row.before or row.after or "fails_at_odd" in str(row.files))


def held_back(outcome):
    """This machine stood still in the middle of a transaction, which does not count then."""
    return any("blind: we " in line for line in outcome.get("stdout", []))


def without_servers_affairs(outcome):
    """A server of another version than the golden's may not note with a new index that all pages
    are visible, and may scan partitions in another order."""
    if "left" not in outcome:
        return outcome
    left = [re.sub(r"^(pgbench_\w+\|[rp]\|.*\|)[tf]$", r"\1", line) for line in outcome["left"]]
    if any(line.startswith("pgbench_accounts_1|") for line in left):
        left = [re.sub(r"^(pgbench_accounts\|\d+\|)[0-9a-f]{32}$", r"\1", line) for line in left]
    return {**outcome, "left": left}


class PgbenchTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not program.BINARY.exists():
            raise RuntimeError(f"{program.BINARY} is not built; LOADGEN_BIN names another")
        cls.live = Programs.is_version_15()
        cls.golden = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
        cls.recorded = {}
        cls.bench = Bench()
        cls.bench.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.bench.__exit__()
        if UPDATE and cls.live:
            GOLDEN.parent.mkdir(exist_ok=True)
            GOLDEN.write_text(one_line_each(cls.recorded))

    def outcomes(self, row):
        """What ours did, and what pgbench does where it can be asked."""
        ours = undisturbed(lambda _: self.bench.outcome(row, Programs.ours, "ours"), held_back)
        if not self.live or row.differs:
            return ours, None
        return ours, self.bench.outcome(row, Programs.theirs, "theirs")

    def outcomes_of_all(self, rows):
        """What tells them, by the row's name; raises what was raised."""
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            begun = {row.why: pool.submit(self.outcomes, row) for row in rows
                     if not needs_the_tables_alone(row)}
        return {row.why: begun[row.why].result if row.why in begun else
                functools.partial(self.outcomes, row) for row in rows}

    def run_section(self, name):
        rows = SECTIONS[name]
        outcomes = self.outcomes_of_all(rows)
        for row in rows:
            with self.subTest(row.why, args=row.args):
                ours, theirs = outcomes[row.why]()
                if row.differs:
                    said = "\n".join(ours.get("stdout", []) + ours.get("stderr", []))
                    self.assertEqual(ours["code"], row.code, said)
                    self.assertIn(row.ours, said)
                    continue
                wanted = self.wanted(name, row, theirs)
                # Below pgbench's own lines stand ours.
                ours["stdout"] = ours.get("stdout", [])[:len(wanted.get("stdout", []))]
                if not self.live:
                    wanted, ours = without_servers_affairs(wanted), without_servers_affairs(ours)
                self.assertEqual({"stdout": [], **wanted}, ours, f"pgbench {row.args}")

    def wanted(self, name, row, theirs):
        golden = self.golden.get(name, {}).get(row.why)
        if theirs is None:
            return golden
        self.recorded.setdefault(name, {})[row.why] = theirs
        if not UPDATE:
            self.assertEqual(theirs, golden, "the golden is not what pgbench does")
        return theirs

    def test_help_begins_as_pgbenchs_does(self):
        for row in table.HELP:
            with self.subTest(row.why):
                theirs = self.bench.outcome(row, Programs.theirs, "theirs")
                ours = self.bench.outcome(row, Programs.ours, "ours")
                self.assertEqual((ours["code"], ours.get("stderr")), (0, None))
                if "ersion" in row.why:
                    self.assertRegex(ours["stdout"][0], r"^pgbench \(PostgreSQL\) ")
                elif self.live:
                    until = theirs["stdout"].index("Common options:")
                    self.assertEqual(ours["stdout"][:until], theirs["stdout"][:until])

    def test_every_row_has_its_own_name(self):
        for name, rows in SECTIONS.items():
            names = [row.why for row in rows]
            self.assertEqual(sorted(names), sorted(set(names)), name)
        self.assertGreaterEqual(sum(map(len, SECTIONS.values())), 130)


def section_test(name):
    return lambda self: self.run_section(name)


for section in SECTIONS:
    setattr(PgbenchTest, "test_" + section.replace(" ", "_"), section_test(section))


if __name__ == "__main__":
    unittest.main()

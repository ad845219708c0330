"""Runs of pgbench's load for the system tests: scenarios, the command, and a Postgres server that
the runs of a test case share."""

import concurrent.futures
import re
import subprocess

import program
from cases import ConcurrentCases
from postgres import Cluster
from program import wait_until

QUICK_RECONNECT = 'reconnect = { initial = "50ms", max = "200ms" }'


class Shared:
    """The server of all runs that don't break it, with pgbench's tables of scale 1 in `bench`. It
    has a standby that never comes, for whom a database waits that sets synchronous_commit."""
    cluster = None


class SharedServerCases(ConcurrentCases):
    """Runs that go on side by side and have Shared.cluster."""

    @classmethod
    def setUpClass(cls):
        Shared.cluster = Cluster(max_connections=100, synchronous_standby_names="'nobody'",
                                 synchronous_commit="local")
        Shared.cluster.__enter__()
        cls.addClassCleanup(Shared.cluster.__exit__)
        Shared.cluster.initialise("bench")
        super().setUpClass()


def scenario(dsn, before="3s", rate=50, clients=4, group="", workload="", rest=""):
    """The smallest scenario with one group and one workload `w`; the others are lines added to
    these tables, or tables added at the end."""
    return f"""schema = 1
[phases]
before = "{before}"
[groups.target]
dsn = "{dsn}"
{group}
[[workloads]]
name    = "w"
kind    = "pgbench"
rate    = {rate}
clients = {clients}
init    = "never"
{workload}
{rest}
"""


class PgbenchCommand:
    """A running `loadgen pgbench`. Its result is finished.result, its log finished.log."""

    def __init__(self, directory, cluster, database, *arguments):
        self._directory = directory / "command"
        self._directory.mkdir()
        self._started = subprocess.Popen(
            [str(program.BINARY), "pgbench", "-n", *arguments, "--json", "result.json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            cwd=self._directory, env=cluster.environment(database))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._started.kill()
        self._started.communicate()

    def wait(self, seconds=60):
        stdout, stderr = self._started.communicate(timeout=seconds)
        finished = program.Finished(self._started.returncode, stdout, stderr, self._directory,
                                    program.read_result(self._directory))
        # Of what this machine held up, only the result tells: a pgbench has no exit code for it.
        if finished.result and not finished.result["trust"]["valid"]:
            finished.code = 13
        finished.log = "".join(path.read_text() for path in self._directory.glob("pgbench_log.*"))
        return finished


def number_in(finished, words):
    """The number behind `words` in pgbench's summary."""
    return int(re.search(rf"^{re.escape(words)}: (\d+)", finished.stdout, re.M)[1])


def committed(cluster, database):
    """How many transactions the server says were committed; a second late at most."""
    return int(cluster.psql("select xact_commit from pg_stat_database "
                            f"where datname = '{database}'"))


def rows_in_history(cluster, database="bench"):
    return int(cluster.psql("select count(*) from pgbench_history", database))


def rows_exist(cluster, n, database="bench", seconds=30):
    wait_until(lambda: rows_in_history(cluster, database) >= n, f"{n} rows", seconds)


def side_by_side(*functions):
    with concurrent.futures.ThreadPoolExecutor(len(functions)) as pool:
        return [future.result() for future in [pool.submit(each) for each in functions]]

"""Command lines of pgbench that `loadgen pgbench` must answer as pgbench does: data for
pgbench_test.py. This file: options, connections, initialisation; pgbench_scripts.py: the rest."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    """why: a sentence that names the case. args: as typed, split like a shell would.

    Always compared: the exit code, and stderr and stdout with every number that has a decimal point
    masked. What more is masked or compared:
    timed: how much was done depends on time; all numbers of the counting lines are masked too.
    ordered: False when several clients write to stderr in any order; lines are sorted then.
    collapse: repeated lines that are equal once masked count as one (progress).
    loosely: only the exit code and pgbench's summary are compared, for debugging output.
    log: the files that -l leaves, line by line, their times masked.
    files: name: text, put into the directory where it runs. environment: added to libpq's.
    fresh: the database is made for this row from nothing, and what is in it afterwards compared.
    before, after: SQL for the row's database; what `after` returns is compared.
    database: the one to connect to: "tables" has pgbench's of scale 1, "bare" has none.
    differs: why ours is not pgbench's; then only `ours` is looked for in its output, with the
    exit code `code`."""
    why: str
    args: str
    timed: bool = False
    ordered: bool = True
    collapse: bool = False
    loosely: bool = False
    log: bool = False
    files: dict = dataclasses.field(default_factory=dict)
    environment: dict = dataclasses.field(default_factory=dict)
    fresh: bool = False
    database: str = "tables"
    before: str = ""
    after: str = ""
    differs: str = ""
    ours: str = ""
    code: int = 1

    def __hash__(self):
        return hash((self.why, self.args))


# What is wrong with the line itself: no server is asked.
OPTIONS = [
    Row("an unknown long option", "--nonsense"),
    Row("an unknown long option with a value", "--nonsense=1"),
    Row("an unknown letter", "-x"),
    Row("an unknown letter in a group", "-nSx"),
    Row("an ambiguous abbreviation", "--c 2"),
    Row("an ambiguous abbreviation of many", "--p"),
    Row("an ambiguous abbreviation with a value", "--re=1"),
    Row("the name of one begins the other's", "--progress"),
    Row("a long option without its value", "--client"),
    Row("a letter without its value", "-c"),
    Row("a value too many", "--connect=3"),
    Row("help is no option behind others", "-n --help"),
    Row("nor is the version", "-n -V"),
    Row("too many arguments", "a b c"),
    Row("too many arguments, options between", "a -n b"),
    Row("too many arguments after --", "-- a -n"),
    Row("no clients", "-c 0"),
    Row("fewer than no clients", "-c -3"),
    Row("clients in words", "-c two"),
    Row("clients with a unit", "-c 2x"),
    Row("an empty number of clients", "-c ''"),
    Row("more clients than an integer holds", "-c 99999999999"),
    Row("more clients than files", "-c 1000000000"),
    Row("no threads", "-j 0"),
    Row("threads in words", "-j x"),
    Row("no transactions", "-t 0"),
    Row("transactions in words", "-t many"),
    Row("no time", "-T 0"),
    Row("a fraction of a second", "-T 0.5"),
    Row("transactions and time", "-t 5 -T 5"),
    Row("no scale", "-s 0"),
    Row("no progress", "-P 0"),
    Row("an unknown protocol", "-M binary"),
    Row("a protocol in capitals", "-M Simple"),
    Row("no rate", "-R 0"),
    Row("a negative rate", "-R -5"),
    Row("a rate in words", "-R fast"),
    Row("no latency limit", "-L 0"),
    Row("a latency limit in words", "-L soon"),
    Row("a definition without a value", "-D x"),
    Row("a definition with an empty value", "-D x="),
    Row("a definition without a name", "-D =3"),
    Row("a name that begins with a digit", "-D 1x=3"),
    Row("a name with a sign", "-D a+b=3"),
    Row("a seed in words", "--random-seed=seven"),
    Row("a seed with something behind it", "--random-seed='7 '"),
    Row("a good seed, then a mistake", "--random-seed=5 -c 0"),
    Row("a negative seed is a big one", "--random-seed=-1 -c 0"),
    Row("a bad seed in the environment", "-n", environment={"PGBENCH_RANDOM_SEED": "x"}),
    Row("a good seed in the environment, then a mistake", "-c 0",
        environment={"PGBENCH_RANDOM_SEED": "12"}),
    Row("a sampling rate above 1", "-l --sampling-rate=2"),
    Row("no sampling rate", "-l --sampling-rate=0"),
    Row("a sample without a log", "--sampling-rate=0.5"),
    Row("a sample of sums", "-l --sampling-rate=0.5 --aggregate-interval=1"),
    Row("sums without a log", "--aggregate-interval=1"),
    Row("no interval", "-l --aggregate-interval=0"),
    Row("an interval longer than the run", "-l -T 2 --aggregate-interval=5"),
    Row("an interval that does not fit", "-l -T 5 --aggregate-interval=2"),
    Row("a prefix without a log", "--log-prefix=x"),
    Row("a time stamp without progress", "--progress-timestamp"),
    Row("tries without end", "--max-tries=0"),
    Row("a negative number of tries", "--max-tries=-1"),
    Row("a script that is not there", "-f nope.sql"),
    Row("a directory for a script", "-f ."),
    Row("the first mistake counts, the file", "-f nope.sql -c 0"),
    Row("the first mistake counts, the number", "-c 0 -f nope.sql"),
    Row("no built-in of that name", "-b nope"),
    Row("several built-ins", "-b s"),
    Row("a weight in words", "-b tpcb@often"),
    Row("no weight behind the sign", "-b tpcb@"),
    Row("a negative weight", "-b tpcb@-1"),
    Row("a weight too big", "-b tpcb@99999999999"),
    Row("a weight of a file", "-f nope.sql@x"),
    Row("all weights are 0", "-b tpcb@0 -S -b simple@0 -b select@0 -f zero.sql@0 -b tpcb@x",
        files={"zero.sql": "select 1;"}),
    Row("the only weight is 0", "-b tpcb@0"),
    Row("an empty script", "-f empty.sql", files={"empty.sql": ""}),
    Row("a script of comments", "-f c.sql", files={"c.sql": "-- nothing\n  -- at all\n"}),
    Row("the list of built-ins", "-b list"),
    Row("the list, whatever comes after", "-b list --nonsense"),
    Row("a built-in shown", "--show-script=simple"),
    Row("a built-in shown that is not there", "--show-script=nope"),
    Row("options of initialisation only", "-q"),
    Row("a fill factor without -i", "-F 90"),
    Row("tablespaces without -i", "--tablespace=x --index-tablespace=y"),
    Row("partitions without -i", "--partitions=2"),
    Row("foreign keys without -i", "--foreign-keys --unlogged-tables"),
]

HELP = [
    Row("help", "--help"),
    Row("help, short", "-?"),
    Row("the version", "--version"),
    Row("the version, short, whatever comes after", "-V --nonsense"),
]

CONNECTIONS = [
    Row("no such database", "nowhere"),
    Row("no such role", "-U nobody_knows -S"),
    Row("no such socket", "-h /nonexistent/directory"),
    Row("a port in words", "-p ten"),
    Row("a port too big", "-p 99999"),
    Row("an unknown setting", "'host=/nonexistent foo=1'"),
    Row("a conninfo string that is none", "'dbname'=tables=x"),
    Row("a scheme with nothing behind it", "postgresql://"),
    Row("a URI that is broken", "'postgresql://[::1/x'"),
    Row("a wrong password", "-U secretive -n -S", environment={"PGPASSWORD": "wrong"}),
    Row("no password, and nobody to ask", "-U secretive -n -S"),
    Row("the right password", "-U secretive -n -f one.sql -t 1", files={"one.sql": "select 1;"},
        environment={"PGPASSWORD": "s3cret"}),
    Row("a conninfo string", "-n -S -t 3 'dbname=tables application_name=x'"),
    Row("a URI", "-n -S -t 3 postgresql:///tables?application_name=x"),
    Row("the database in the environment is not asked for when it is named", "-S -n -t 2 tables",
        environment={"PGDATABASE": "nowhere"}),
    Row("a client that can't connect, after setup did",
        "-n -f one.sql -c 2 -t 1 'dbname=tables user=single'", files={"one.sql": "select 1;"},
        before="drop role if exists single; create role single login connection limit 1;",
        differs="all connect at once: which one comes too late is not known",
        ours='too many connections for role "single"'),
    Row("no tables for a built-in", "-S -n", database="bare"),
    Row("no tables to vacuum", "-f one.sql -t 2 -v", database="bare",
        files={"one.sql": "select 1;"}),
]

INITIALISE = [
    Row("the defaults", "-i", fresh=True),
    Row("steps, quietly, at scale 2", "-i -q -s 2", fresh=True),
    Row("the long names", "--initialize --scale=2 --quiet --fillfactor=70 --no-vacuum", fresh=True),
    Row("one step", "-i -I d", fresh=True),
    Row("a step twice, and a blank", "-i -I 'dt dt'", fresh=True),
    Row("data made by the server", "-i -I dtGvp -s 2", fresh=True),
    Row("foreign keys by a step", "-i -I dtgpf -q", fresh=True),
    Row("foreign keys by an option", "-i --foreign-keys -q", fresh=True),
    Row("unlogged tables", "-i --unlogged-tables -q", fresh=True),
    Row("partitions", "-i --partitions=3 -q -F 80", fresh=True),
    Row("partitions by hash, unlogged", "-i --partitions=2 --partition-method=HASH -q "
        "--unlogged-tables --foreign-keys", fresh=True),
    Row("one partition", "-i -I dt --partitions=1", fresh=True),
    Row("tablespaces", "-i -q --tablespace=pg_default --index-tablespace=pg_default", fresh=True),
    Row("no such tablespace", "-i --tablespace='no \"such\"'", fresh=True),
    Row("no such tablespace for indexes", "-i -q --index-tablespace=none", fresh=True),
    Row("numbers that need 64 bits", "-i -I dt -s 20000", fresh=True),
    Row("nothing to do", "-i -I v -n", fresh=True),
    Row("tables that are there", "-i -I tt", fresh=True),
    Row("data without tables", "-i -I g", fresh=True),
    Row("data by the server without tables", "-i -I G", fresh=True),
    Row("a vacuum without tables", "-i -I v", fresh=True),
    Row("keys without tables", "-i -I p", fresh=True),
    Row("foreign keys without primary ones", "-i -I tf", fresh=True),
    Row("data twice is data once", "-i -I dtgg", fresh=True),
    Row("initialising nowhere", "-i nowhere"),
    Row("options of a run", "-i -c 2"),
    Row("a script", "-i -S"),
    Row("a seed", "-i --random-seed=5"),
    Row("a fill factor too small", "-i -F 9"),
    Row("a fill factor too big", "-i -F 101"),
    Row("an unknown step", "-i -I dx"),
    Row("no steps", "-i -I ''"),
    Row("partitions below none", "-i --partitions=-1"),
    Row("an unknown method", "-i --partitions=2 --partition-method=list"),
    Row("a method without partitions", "-i --partition-method=range"),
]

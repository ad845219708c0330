"""Scripts, runs, seeded values and logs, as pgbench has them: the other half of the table in
pgbench_invocations.py."""

from pgbench_invocations import Row

HOLDS_UP = "a shell holds up every client of its thread, and with it all that is measured"
USE_PGBENCH = "would hold up every client of its thread; use pgbench"


def script(why, text, args="-t 1", **more):
    """A row that runs a script text; its meta commands need no backslash to be doubled."""
    return Row(why, f"-n -f s.sql {args}", files={"s.sql": text}, **more)


SCRIPT_ERRORS = [
    script("a text in an expression", "\\if 'x'\n\\endif\n"),
    script("an unknown command", r"\nonsense 1" "\n"),
    script("an expression that ends early", "\\set x 1 +\n"),
    script("an expression that ends early, on a later line", "select 1;\n\\set x 1 \\\n  *\n"),
    script("a word where an operator belongs", "\\set x 1 2\n"),
    script("a parenthesis that stays open", "\\set x (1 + 2\n"),
    script("a character that is none", "\\set x 1 ? 2\n"),
    script("no value", "\\set x\n"),
    script("no name", "\\set\n"),
    script("an unknown function", "\\set x nonsense(1)\n"),
    script("too few arguments", "\\set x random(1)\n"),
    script("too many arguments", "\\set x abs(1, 2)\n"),
    script("no arguments", "\\set x least()\n"),
    script("a number too big", "\\set x 9223372036854775808\n"),
    script("a sleep without a time", "\\sleep\n"),
    script("a sleep with a strange unit", "\\sleep 1 h\n"),
    script("a sleep with too much", "\\sleep 1 ms 2\n"),
    script("a sleep for a word", "\\sleep soon\n"),
    script("an if without its end", "\\if true\nselect 1;\n"),
    script("an end without its if", "select 1;\n\\endif\n"),
    script("an else without its if", "\\else\n"),
    script("an elif behind an else", "\\if 1\n\\else\n\\elif 1\n\\endif\n"),
    script("an else behind an else", "\\if 1\n\\else\n\\else\n\\endif\n"),
    script("an end with an argument", "\\if 1\n\\endif 1\n"),
    script("gset without a query", "\\gset\n"),
    script("gset with too much", "select 1 \\gset a b\n"),
    script("a case without its end", "\\set x case when 1 then 2\n"),
    script("shell without a command", "\\shell\n"),
    script("setshell without a command", "\\setshell x\n"),
    script("more variables than the protocol takes", "select " + ", ".join([":a"] * 256) + ";",
           args="-t 1 -M extended -D a=1"),
]

# What goes wrong while it runs: the client ends, and with it the run.
RUN_ERRORS = [
    script("a name that is none", "\\set 1x 1\n"),
    script("division by zero in SQL", "select 1/0;\n", args="-t 2"),
    script("division by zero in an expression", "\\set x 1/0\n"),
    script("a sum too big", "\\set x 9223372036854775807 + 1\n"),
    script("a product too big", "\\set x 4611686018427387904 * 2\n"),
    script("an empty range", "\\set x random(2, 1)\n"),
    script("a range too wide", "\\set x random(-9223372036854775807, 9223372036854775807)\n"),
    script("an undefined variable", "\\set x :y + 1\n"),
    script("a value that is no number", "\\set x :y + 1\n", args="-t 1 -D y=word"),
    script("a number for a boolean operator", "\\set x not 1.5\n"),
    script("a parameter below the least", "\\set x random_gaussian(1, 10, 1.5)\n"),
    script("an exponent of 0", "\\set x random_exponential(1, 10, 0)\n"),
    script("a zipfian parameter of 1", "\\set x random_zipfian(1, 10, 1.0)\n"),
    script("a sleep for an unset variable", "\\sleep :t ms\n"),
    script("gset with two rows", "select generate_series(1, 2) as a \\gset\n"),
    script("gset with none", "select 1 as a where false \\gset\n"),
    script("gset into a name that is none", 'select 1 as "a b" \\gset\n'),
    script("a pipeline with the simple protocol", "\\startpipeline\nselect 1;\n\\endpipeline\n"),
    script("a pipeline that stays open", "\\startpipeline\nselect 1;\n", args="-t 1 -M extended"),
    script("a pipeline in a pipeline", "\\startpipeline\n\\startpipeline\n",
           args="-t 1 -M extended"),
    script("an end of no pipeline", "\\endpipeline\n", args="-t 1 -M extended"),
    script("an error in a pipeline", "\\startpipeline\nselect 1;\nselect 1/0;\nselect 2;\n"
           "\\endpipeline\n", args="-t 1 -M prepared"),
    script("an unknown table", "select * from nowhere;\n", args="-t 1 -M prepared",
           differs="pgbench goes on after the error and stumbles over the missing statement",
           code=2, ours='command 0 query 0: ERROR:  relation "nowhere" does not exist'),
    script("an SQL syntax error", "selec 1;\n", args="-t 1 -M extended"),
    script("a transaction left open", "begin;\n", code=2,
           differs="pgbench counts the transaction that it aborts as processed",
           ours="end of script reached without completing the last transaction"),
    script("a COPY", "copy pgbench_branches to stdout;\n"),
    script("one of two clients fails", "\\if :client_id = 1\nselect 1/0;\n\\endif\nselect 1;\n",
           args="-c 2 -t 2"),
    script("an error in the second statement of a compound one", "select 1\\; select 1/0;\n"),
]

RUNS = [
    Row("the defaults", ""),
    Row("everything vacuumed", "-v -t 1"),
    Row("a scale that the tables know better", "-S -s 7 -t 2 -n"),
    Row("select only", "-S -n -t 5"),
    Row("simple updates", "-N -n -t 5"),
    Row("a built-in by its beginning", "-b si -n -t 2"),
    Row("extended", "-S -n -t 5 -M extended"),
    Row("prepared", "-n -t 5 -M prepared"),
    Row("clients and threads", "-n -c 4 -j 2 -t 5"),
    Row("more threads than clients", "-n -S -c 2 -j 5 -t 2"),
    Row("a connection for each transaction", "-n -S -C -t 5"),
    Row("a connection for each, two clients", "-n -S -C -c 2 -t 5 -M prepared"),
    Row("by the clock", "-n -S -T 1", timed=True),
    Row("progress", "-n -S -T 2 -P 1", timed=True, collapse=True),
    Row("progress with time stamps", "-n -S -T 2 -P 1 --progress-timestamp -R 50 -L 100 "
        "--max-tries=2", timed=True, collapse=True),
    Row("a rate", "-n -S -t 20 -R 200"),
    script("a rate whose clients all end", "select 1/0;\n", args="-T 20 -R 200 -c 2", timed=True,
           ordered=False),
    Row("a rate and a limit", "-n -S -t 20 -R 200 -L 1000 -c 2"),
    Row("a limit that none keeps", "-n -f s.sql -t 3 -L 1", files={"s.sql": "\\sleep 5 ms\n"}),
    Row("a limit that all keep", "-n -S -t 3 -L 10000"),
    Row("a report per command", "-n -r -t 3"),
    Row("a report per command with tries", "-n -S -r -t 3 --max-tries=2"),
    Row("several scripts", "-n -b tpcb -b select -b simple@0 -t 10 --random-seed=3"),
    Row("several scripts, all reports", "-n -S -f s.sql@2 -t 10 -r -P 5 -R 1000 -L 1000 "
        "--failures-detailed --max-tries=3 --random-seed=4", files={"s.sql": "select 1;"}),
    Row("failures in detail", "-n -S -t 3 --failures-detailed"),
    Row("tries without end, by the clock", "-n -S -T 1 --max-tries=0", timed=True),
    Row("-- before the database", "-n -S -t 1 -- tables"),
    Row("options in a group", "-nSrt1"),
    Row("abbreviations", "--no --sel --tr 2 --proto=prepared"),
    Row("debugging", "-d -n -S -t 1", loosely=True),
    script("a serialization failure is counted",
           "do $$ begin raise 'x' using errcode = '40001'; end $$;\n", args="-t 3"),
    script("with all its tries", "do $$ begin raise 'x' using errcode = '40001'; end $$;\n",
           args="-t 3 --max-tries=3 --failures-detailed -r"),
    script("a deadlock is told", "do $$ begin raise 'x' using errcode = '40P01'; end $$;\n",
           args="-t 2 --max-tries=2 --verbose-errors --failures-detailed"),
    script("the second try succeeds", "select fails_at_odd();\n",
           args="-t 3 --max-tries=2 --verbose-errors -r"),
    script("a failure in a transaction block is rolled back",
           "begin;\nselect fails_at_odd();\ncommit;\n", args="-t 3 --max-tries=2 -r"),
    script("one without tries", "begin;\nselect fails_at_odd();\ncommit;\n", args="-t 4"),
    script("gset, aset and a compound statement",
           "select 1 as a \\; select 2 as b \\aset p_\n"
           "select :p_a + :p_b as sum \\gset\n\\set x debug(:sum)\n", args="-t 1"),
    script("a pipeline", "\\startpipeline\nselect 1;\nselect 2;\n\\endpipeline\n",
           args="-t 3 -M extended -r"),
    script("a prepared pipeline in a transaction", "\\startpipeline\nbegin;\nselect :client_id;\n"
           "commit;\n\\endpipeline\n", args="-t 3 -c 2 -M prepared"),
    script("branches", "\\if :n > 2\n\\set x debug(1)\n\\elif :n = 2\n\\set x debug(2)\n\\else\n"
           "\\set x debug(3)\n\\endif\n", args="-t 1 -D n=2"),
    script("sleeps", "\\sleep 1 ms\n\\sleep :t us\n\\set x debug(1)\n", args="-t 1 -D t=10"),
    script("a shell command", "\\shell echo hello >shell.out\n", differs=HOLDS_UP,
           ours=USE_PGBENCH),
    script("a shell command's number", "\\setshell x expr 40 + :two\n\\set y debug(:x)\n",
           args="-t 1 -D two=2", differs=HOLDS_UP, ours=USE_PGBENCH),
    script("a shell command that says no number", "\\setshell x echo word\n", differs=HOLDS_UP,
           ours=USE_PGBENCH),
    script("no vacuum for a script of one's own, as asked", "select 1;"),
    Row("a script from stdin", "-n -f - -t 1"),
    script("a comment that the server reads", "/* nothing */\n", args="-t 2"),
    script("only meta commands", "\\set x 1\n", args="-t 5"),
    Row("an SQL error ends its client only when nothing else is said",
        "-n -f s.sql -t 3 --continue-on-error", files={"s.sql": "select 1/0;\n"},
        differs="pgbench 15 has no such option", ours="number of failed transactions: 3", code=0),
    Row("a lost connection", "-n -f s.sql -t 3",
        files={"s.sql": "select pg_terminate_backend(pg_backend_pid());\n"},
        differs="pgbench aborts the client; ours connects again and accounts for all three",
        ours="number of clients: 1", code=2),
]

ARITHMETIC = [
    "7 / 2", "-7 / 2", "-7 % 3", "7.0 / 2", "1 + 2 * 3 - -4", "5 & 3 | 8 # 1", "~5", "1 << 62",
    "-1 >> 1", "2.5e3", "1e-7", "pi()", "sqrt(2)", "exp(1)", "ln(10)", "power(2, 10)",
    "power(2, -1)", "mod(10, 3)", "abs(-3.5)", "int(3.7)", "double(3)", "greatest(1, 2.5, 2)",
    "least(3, 1, 2)", "1 = 1.0", "1 <> 2", "1 != 2", "not true", "null", "null is null",
    "1 notnull", "1 is not null", "true and null", "false and null", "true or null",
    "case when false then 1 when 2 > 1 then 2.5 end", "case when false then 1 end",
    "-9223372036854775808", "1e308 * 10", "0.0 / 0", "1.0 / 0", "true is true", "1 is false",
]

VALUES = [
    script("uniform", "\\set x debug(random(1, 1000000))\n", args="-t 20 --random-seed=42"),
    script("uniform over the widest range", "\\set x debug(random(-4611686018427387903, "
           "4611686018427387903))\n", args="-t 10 --random-seed=43"),
    script("uniform over one more", "\\set x debug(random(-4611686018427387904, "
           "4611686018427387903))\n", args="-t 10 --random-seed=43"),
    script("uniform over one number", "\\set x debug(random(5, 5))\n",
           args="-t 2 --random-seed=43"),
    script("gaussian", "\\set x debug(random_gaussian(1, 1000, 2.5))\n",
           args="-t 20 --random-seed=44"),
    script("exponential", "\\set x debug(random_exponential(1, 1000, 3))\n",
           args="-t 20 --random-seed=45"),
    script("zipfian", "\\set x debug(random_zipfian(1, 1000, 1.2))\n",
           args="-t 20 --random-seed=46"),
    script("a permutation", "\\set x debug(permute(random(0, 999), 1000))\n"
           "\\set y debug(permute(7, 1000, 5))\n", args="-t 10 --random-seed=47"),
    script("hashes", "\\set x debug(hash(5))\n\\set x debug(hash_fnv1a(5, 7))\n"
           "\\set x debug(hash_murmur2(-1, 7))\n", args="-t 1 --random-seed=48"),
    script("variables that are there", "\\set x debug(:client_id)\n\\set x debug(:scale)\n"
           "\\set x debug(:random_seed)\n\\set x debug(:default_seed)\n",
           args="-t 1 -s 3 --random-seed=49"),
    script("four clients, each its own stream",
           "\\set x debug(random(1, 1000000) * 10 + :client_id)\n",
           args="-c 4 -t 5 --random-seed=50", ordered=False),
    script("four clients on two threads", "\\set x random(1, 1000000)\n"
           "insert into seen values (:client_id, :x);\n", args="-c 4 -j 2 -t 5 --random-seed=50",
           before="drop table if exists seen; create table seen (client int, x int);",
           after="select * from seen order by 1, 2"),
    Row("tpcb-like changes the same rows", "-n -t 50 --random-seed=52",
        before="truncate pgbench_history",
        after="select tid, bid, aid, delta from pgbench_history order by ctid"),
    Row("which script runs is drawn, too", "-n -f a.sql@1 -f b.sql@3 -f c.sql@6 -t 30 "
        "--random-seed=51", files={name + ".sql": f"\\set x debug({i})\n"
                                   for i, name in enumerate("abc")}),
    script("arithmetic", "".join(f"\\set x debug({expression})\n" for expression in ARITHMETIC)),
    script("what -D means", "".join(f"\\set x debug(:{name})\n" for name in "abcdefg"),
           args="-t 1 -D a=1 -D b=1.5 -D c=true -D d=off -D e=null -D f=' 7' -D g=1e3"),
    script("values written into the text, quotes and all",
           "\\set d 1.5\n\\set n null\n\\set b 1 = 1\n"
           "select ':d'::float8 + :d + 1 as f, :n is null as n, :b as b \\gset p_\n"
           "\\set x debug(:p_f)\n\\set x debug(:p_n)\n\\set x debug(:p_b)\n"),
    script("values sent beside it", "\\set i 7\n\\set d 1.5\n"
           "select :i::int + 1 as i, :d::float8 * 2 as d, :i || 'x' <> '' as t \\gset p_\n"
           "\\set x debug(:p_i)\n\\set x debug(:p_d)\n\\set x debug(:p_t)\n",
           args="-t 2 -M prepared"),
    script("a quoted variable is no text when it is sent",
           "\\set i 7\nselect ':i' as i \\gset p_\n", args="-t 1 -M extended"),
    script("a variable that is not set stays as written", "select ':nope', 1 as one \\gset p_\n"),
]

LOGS = [
    Row("a log", "-n -S -t 5 -l", log=True),
    Row("a log with a name, two threads", "-n -S -c 2 -j 2 -t 5 -l --log-prefix=mine", log=True),
    Row("a log of a throttled run", "-n -S -t 5 -l -R 500", log=True),
    Row("a log with tries", "-n -f s.sql -t 3 -l --max-tries=2",
        files={"s.sql": "select fails_at_odd();\n"}, log=True),
    Row("a log of failures", "-n -f s.sql -t 3 -l", log=True,
        files={"s.sql": "do $$ begin raise 'x' using errcode = '40001'; end $$;\n"}),
    Row("a log of failures in detail", "-n -f s.sql -t 3 -l --failures-detailed", log=True,
        files={"s.sql": "do $$ begin raise 'x' using errcode = '40001'; end $$;\n"}),
    Row("a log of several scripts", "-n -f a.sql -f b.sql -t 10 -l --random-seed=5", log=True,
        files={"a.sql": "select 1;", "b.sql": "select 2;"}),
    Row("a log that can't be written", "-n -S -t 1 -l --log-prefix=/nonexistent/x"),
]

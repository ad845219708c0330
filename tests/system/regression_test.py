#!/usr/bin/env python3
"""Regression in CI against real targets: base and head in turns, and runs against a baseline.
Short turns at a high rate, so that p99 may decide within a minute."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

from disturbance import undisturbed
from program import BINARY, ROOT, imbalances, read_result, scenario

ROUNDS = 6

BENCH = """schema = 1
[experiment]
name   = "bench"
order  = "ABBA"
rounds = {rounds}
[phases]
warmup = "2s"
before = "{before}s"
[groups.base]
role     = "control"
base_url = "{base}"
[groups.head]
role     = "experimental"
base_url = "{head}"
[[workloads]]
name    = "w"
kind    = "http"
{load}
timeout = "2s"
"""


class Target:
    """`loadgen target`, gone with the block."""

    def __init__(self, *flags):
        self._flags = flags

    def __enter__(self):
        self._process = subprocess.Popen(
            [BINARY, "target", "--listen", "127.0.0.1:0", *self._flags], stdout=subprocess.PIPE,
            text=True)
        self.url = self._process.stdout.readline().split()[-1]
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


def loadgen(*arguments, cwd=None):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, cwd=cwd,
                          timeout=280, stdin=subprocess.DEVNULL)


def invalid(done):
    return done.returncode == 13


class RegressionTest(unittest.TestCase):
    def setUp(self):
        self._temporary = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self._temporary.name)

    def tearDown(self):
        self._temporary.cleanup()

    def bench(self, head_delay, load="rate = 900", turn_s=3):
        """One run in turns against 20 ms and `head_delay`; its exit code and result."""
        def attempt(number):
            out = self.directory / f"bench-{head_delay}-{number}"
            with Target("--delay", "20ms") as base, Target("--delay", head_delay) as head:
                path = self.directory / "bench.toml"
                path.write_text(BENCH.format(base=base.url, head=head.url, load=load,
                                             rounds=ROUNDS, before=2 * ROUNDS * turn_s))
                return loadgen("run", path, "--out", out, "--progress", "none"), read_result(out)

        return undisturbed(attempt, lambda made: invalid(made[0]))

    def rows(self, result):
        return {row["metric"]: row for row in result["comparison"]}

    def test_equal_targets_in_turns_are_no_regression(self):
        done, result = self.bench("20ms")
        self.assertIn(done.returncode, (0, 12), done.stdout + done.stderr)
        self.assertEqual(imbalances(result), [])
        p50 = self.rows(result)["p50"]
        self.assertEqual(p50["verdict"], "PASS")
        self.assertEqual(len(p50["rounds"]), ROUNDS)
        # Never both at once, and both get the same: 2 s of warm-up, 12 turns of 3 s.
        series = {name: group["w"] for name, group in result["series"].items()}
        for second, (base, head) in enumerate(zip(series["base"]["planned"],
                                                  series["head"]["planned"])):
            self.assertEqual(sorted((base, head)), [0, 900], f"second {second}")
        order = "".join("A" if n else "B" for n in series["base"]["planned"])
        self.assertEqual(order, "AB" + "AAABBBBBBAAA" * 3)
        for group in ("base", "head"):
            before = result["groups"][group]["workloads"]["w"]["phases"]["before"]
            self.assertEqual(before["scheduled"], 900 * 18)
            self.assertEqual(before["offered_per_s"], 900)
        html = (next(self.directory.glob("bench-*")) / "report.html").read_text()
        self.assertIn("rounds: ", html)

    def test_a_slower_head_is_found_in_closed_loop(self):
        done, result = self.bench("40ms", load="rate = 0\nclients = 8")
        self.assertEqual(done.returncode, 10, done.stdout + done.stderr)
        rows = self.rows(result)
        self.assertEqual(rows["p50"]["verdict"], "FAILED")
        self.assertAlmostEqual(rows["p50"]["ratio"], 2, delta=0.1)
        self.assertEqual(rows["ok_rate"]["verdict"], "FAILED")
        self.assertAlmostEqual(rows["ok_rate"]["ratio"], 0.5, delta=0.05)

    def test_runs_against_a_baseline(self):
        def quick(name, delay):
            path = self.directory / f"{name}.json"
            with Target("--delay", delay) as target:
                done = undisturbed(lambda _: loadgen("http", target.url, "--rps", 400, "-t", 3,
                                                     "--json", path, "--quiet"), invalid)
            self.assertEqual(done.returncode, 0, done.stderr)
            return path

        baseline = self.directory / "baseline"
        stored = [quick(f"b{i}", "20ms") for i in range(5)]
        self.assertEqual(loadgen("baseline", "add", *stored, "--to", baseline).returncode, 0)
        files = sorted(baseline.glob("*.json"))
        self.assertEqual(len(files), 5)
        for file in files:
            self.assertLess(file.stat().st_size, 8_000)
            self.assertEqual(json.loads(file.read_text())["load"]["http: rate"], "400/s")
        self.assertIn("next run within", loadgen("baseline", "show", baseline).stdout)

        junit = self.directory / "junit.xml"
        slow = loadgen("compare", baseline, "--", quick("slow", "40ms"), "--junit", junit)
        self.assertEqual(slow.returncode, 10, slow.stdout)
        self.assertIn("5 runs stored: log-scale prediction limit", slow.stdout)
        self.assertGreater(int(ElementTree.parse(junit).getroot().get("failures")), 0)
        # 1,200 requests leave p99 open: nothing passes for want of data.
        same = loadgen("compare", baseline, "--", quick("same", "20ms"), "--margin", "p50=20%")
        self.assertEqual(same.returncode, 12, same.stdout)
        self.assertIn("answers beyond it", same.stdout)

        self.assertEqual(
            loadgen("baseline", "accept", self.directory / "slow.json", "--to",
                    baseline).returncode, 0)
        self.assertEqual(len(list(baseline.glob("*.json"))), 1)
        aa = loadgen("aa", *stored, "--splits", 100)
        self.assertIn("20 comparisons", aa.stdout)

    def test_the_jobs_for_ci_use_flags_that_there_are(self):
        jobs = sorted((ROOT / "scenarios/ci").glob("*.yml"))
        self.assertEqual(len(jobs), 2)
        for job in jobs:
            lines = job.read_text().replace("\\\n", " ")
            commands = re.findall(r"^\s*(?:- )?loadgen (\w+) (.*)$", lines, re.MULTILINE)
            self.assertGreaterEqual({name for name, _ in commands}, {"run", "http", "compare"})
            for name, rest in commands:
                known = loadgen(name, "--help").stdout
                for flag in re.findall(r"(?<!\S)--?[a-z][\w-]*", rest):
                    self.assertRegex(known, rf"(?m)[\s,]{flag}\b", f"{job.name}: {name}")

    def test_what_is_no_evidence_never_passes(self):
        def measured(name, url, *flags, seconds=4, rate=200):
            path = self.directory / f"{name}.toml"
            path.write_text(scenario(url, before=f"{seconds}s", rate=rate))
            def attempt(number):
                out = self.directory / f"{name}-{number}"
                return loadgen("run", path, "--out", out, "--progress", "none", *flags), out

            return undisturbed(attempt, lambda made: invalid(made[0]))[1]

        def without_result(name, journal):
            out = self.directory / name
            out.mkdir()
            (out / "journal").write_bytes(journal)
            return out

        with Target("--delay", "5ms") as target:
            base, twin = measured("base", target.url), measured("twin", target.url)
            second = measured("second", target.url, seconds=1)
            faster = measured("faster", target.url, rate=400)
            gone = target.url
        dead = [measured(name, gone, "--no-preflight") for name in ("dead", "dead-too")]
        nothing = self.directory / "nothing"
        nothing.mkdir()
        journal = (twin / "journal").read_bytes()
        result = read_result(twin)
        foreign = self.directory / "foreign.json"
        unread = {**result["run"], "scenario": "schema = 9"}
        foreign.write_text(json.dumps({**result, "run": unread}))
        older = self.directory / "older.json"
        older.write_text(json.dumps({**result, "tool": {**result["tool"], "version": "0.0.1"}}))

        rows = [  # why, base, head, exit codes, what the headline or a reason says
            ("the same run twice", base, base, (12,), "both sides"),
            ("one second", base, second, (12,), ""),
            ("another rate", base, faster, (12,), "different loads"),
            ("nothing answered", base, dead[0], (10, 12), "error_rate"),
            ("nothing ever answered", *dead, (12,), "not reached"),
            ("a directory without a run", base, nothing, (12,), "neither"),
            ("a truncated journal", base, without_result("cut", journal[:len(journal) // 2]),
             (12, 13), "ended early"),
            ("a journal of a few bytes", base, without_result("bytes", journal[:9]), (13,), "read"),
            ("an empty journal", without_result("empty", b""), base, (13,), "read"),
            ("a scenario that can't be read", base, foreign, (12, 13), "scenario"),
            ("another version of loadgen", base, older, (12,), "loadgen"),
        ]
        for why, one, other, codes, said in rows:
            with self.subTest(why):
                page = self.directory / "page.html"
                done = loadgen("compare", one, "--", other, "--html", page, "--junit",
                               self.directory / "junit.xml")
                self.assertIn(done.returncode, codes, done.stdout + done.stderr)
                self.assertIn(said, done.stdout)
                ElementTree.parse(self.directory / "junit.xml")
                for text in (done.stdout, page.read_text()):
                    self.assertNotRegex(text, r"(?i)[^a-z](nan|inf)[^a-z]")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""scenarios/node_loss.sh, whole, with shorter phases: a host is lost with the worker on it, and the
report stands on the others. First a run that is interrupted: nothing of it may be in the way."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

from disturbance import undisturbed
from program import BINARY, ROOT, imbalances, read_result, wait_until

HOSTS = "lgtest"
SHORTER = ("phases.warmup=2s", "phases.before=6s", "phases.during=24s", "phases.after=6s",
           "faults.lose-host.at=1s", "faults.lose-host.duration=18s")


def why_not():
    if os.geteuid() != 0:
        return "needs root"
    made = subprocess.run(["ip", "netns", "add", f"{HOSTS}-try"], capture_output=True, text=True)
    if made.returncode != 0:
        return f"no network namespaces here: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", f"{HOSTS}-try"], check=True)
    return None


class Script:
    """scenarios/node_loss.sh with hosts, ports and results of its own."""

    def __init__(self, directory, name):
        self.results = directory / name
        self._log = directory / f"{name}.log"
        flags = [word for change in SHORTER for word in ("--set", change)]
        with open(self._log, "wb") as log:
            # A session of its own gets the signals that a terminal would send.
            self.process = subprocess.Popen(
                # A busy machine's baseline may not be good enough; that is not the question here.
                [ROOT / "scenarios/node_loss.sh", *flags, "--force", "--progress", "plain"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**os.environ, "LOADGEN_BIN": str(BINARY), "LOADGEN_DEMO_HOSTS": HOSTS,
                     "LOADGEN_DEMO_STATE": str(directory / "state"),
                     "LOADGEN_DEMO_RESULTS": str(self.results),
                     "LOADGEN_DEMO_PORT_BASE": "18680"})

    @property
    def said(self):
        return self._log.read_text(errors="replace")

    def says(self, text):
        try:
            wait_until(lambda: text in self.said or self.process.poll() is not None, text, 120)
        except TimeoutError as late:
            raise RuntimeError(self.said) from late
        if text not in self.said:
            raise RuntimeError(f"it ended without saying {text!r}:\n{self.said}")

    def result(self):
        return read_result(next(self.results.iterdir()))

    def end(self):
        """However it stands: it cleans up when it is asked to end."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(60)


@unittest.skipIf(why_not(), why_not())
class NodeLossTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="node-loss-test-")
        self.addCleanup(directory.cleanup)
        os.chmod(directory.name, 0o755)  # user postgres must pass
        self.directory = pathlib.Path(directory.name)

    def start(self, name):
        script = Script(self.directory, name)
        self.addCleanup(script.end)
        return script

    def assert_nothing_is_left(self):
        namespaces = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True)
        self.assertNotIn(f"{HOSTS}-", namespaces.stdout)
        left = [path.parent.name for path in pathlib.Path("/proc").glob("[0-9]*/cmdline")
                if path.parent.name != str(os.getpid()) and
                str(self.directory).encode() in self.read(path)]
        self.assertEqual(left, [])

    @staticmethod
    def read(path):
        try:
            return path.read_bytes()
        except OSError:
            return b""

    def test_interrupted_and_then_whole(self):
        script = self.start("interrupted")
        script.says("event phase=before")
        time.sleep(1)
        os.killpg(script.process.pid, signal.SIGINT)
        self.assertEqual(script.process.wait(60), 130, script.said)
        self.assertTrue(script.result()["run"]["aborted"])
        self.assert_nothing_is_left()

        def attempt(number):
            script = self.start(f"whole-{number}")
            return script, script.process.wait(180)

        script, code = undisturbed(attempt, lambda made: made[1] == 13)
        self.assertEqual(code, 0, script.said)
        self.assert_nothing_is_left()
        self.assert_it_stands_on_the_survivors(script)

    def assert_it_stands_on_the_survivors(self, script):
        result = script.result()
        self.assertEqual(imbalances(result), [])
        self.assertTrue(result["trust"]["valid"], result["trust"])
        lost = [worker["id"] for worker in result["trust"]["workers"] if worker["lost"]]
        self.assertEqual(len(lost), 1, result["trust"]["workers"])
        blind = [one for one in result["trust"]["blind"] if one["reason"] == "worker_lost"]
        self.assertEqual({str(one["worker"]) for one in blind}, {str(lost[0])})
        self.assertEqual({one["group"] for one in blind}, {"control", "experimental"})
        requested = next(mark["at_us"] for mark in result["marks"] if mark["kind"] == "requested")
        for one in blind:  # what it had delivered counts, to the second
            self.assertGreater(one["to_us"], requested)
            self.assertGreater(one["from_us"], requested - 3_000_000)
        for group, workload in (("control", "home"), ("experimental", "test_db")):
            during = result["groups"][group]["workloads"][workload]["phases"]["during"]
            share = during["blind"]["worker_lost"] / during["scheduled"]
            self.assertTrue(0.25 < share < 0.4, during["blind"])  # but for a second or two
            self.assertGreater(during["ok"], 0)
        control = result["groups"]["control"]["workloads"]["home"]["phases"]["during"]
        self.assertEqual(control["error_rate"], 0)
        report = next(script.results.iterdir()) / "report.html"
        self.assertRegex(report.read_text(), re.compile("worker.{0,40}lost", re.I | re.S))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The README's first experiment, as typed, on ports of our own and with shorter phases."""

import os
import pathlib
import re
import socket
import subprocess
import tempfile
import unittest

from program import BINARY, ROOT, imbalances, read_result

SHORTER = [('"15s"', '"3s"'), ('"10s"', '"4s"'), ('"5s"', '"2s"'), ("-t 10 ", "-t 1 ")]


def blocks():
    """{name: text} of the code blocks that are marked as tested."""
    readme = (ROOT / "README.md").read_text()
    return dict(re.findall(r"<!-- tested: (.+?) -->\n```\w+\n(.*?)```", readme, re.DOTALL))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


class ReadmeTest(unittest.TestCase):
    def test_the_first_experiment_works_as_typed(self):
        changes = SHORTER + [("8081", free_port()), ("8082", free_port())]
        found = blocks()
        self.assertEqual(list(found), ["targets", "steady", "freeze.toml", "experiment"])
        for name, text in found.items():
            for old, new in changes:
                text = text.replace(old, new)
            found[name] = text
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            (directory / "freeze.toml").write_text(found["freeze.toml"])
            # The targets die with the script, however it ends.
            (directory / "script.sh").write_text(
                "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + found["targets"] +
                "sleep 0.5\n" + found["steady"] + found["experiment"])
            done = subprocess.run(
                ["bash", "script.sh"], cwd=directory, capture_output=True, text=True, timeout=60,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PATH": f"{BINARY.parent}:{os.environ['PATH']}"})
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertTrue((directory / "quick.html").exists())
            self.assertTrue((directory / "first/report.html").exists())
            result = read_result(directory / "first")
            self.assertEqual(imbalances(result), [])
            self.assertEqual(result["verdict"]["outcome"], "PASS")
            frozen = result["groups"]["experimental"]["workloads"]["home"]["phases"]["during"]
            self.assertGreater(frozen["error_rate"], 0.2)
            untouched = result["groups"]["control"]["workloads"]["home"]["phases"]["during"]
            self.assertEqual(untouched["error_rate"], 0)


if __name__ == "__main__":
    unittest.main()

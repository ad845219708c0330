#!/usr/bin/env python3
"""The README's first experiment, as typed, on ports of our own and with shorter phases; and its
coordinator with workers, all on this machine."""

import os
import pathlib
import re
import shlex
import socket
import subprocess
import tempfile
import unittest

import program
from cluster import Process, Target
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
        del found["machines"]
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

    def test_a_coordinator_and_its_workers_as_typed(self):
        text = blocks()["machines"].replace("\\\n", "")
        with tempfile.TemporaryDirectory() as name, Target(name) as target:
            directory = pathlib.Path(name)
            (directory / "pod-kill.toml").write_text(program.scenario(target.url))
            for old, new in (("0.0.0.0", "127.0.0.1"), ("coordinator.example", "localhost"),
                             ("7400", free_port()), ("shop.svc:8080", target.url.split("/")[2])):
                text = text.replace(old, new)
            token, *lines = text.splitlines()
            coordinator, worker = (shlex.split(line, comments=True) for line in lines)
            subprocess.run(["sh", "-c", token], cwd=directory, check=True)
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
                            "1", "-subj", "/CN=localhost", "-addext",
                            "subjectAltName=DNS:localhost", "-keyout", "coordinator.key", "-out",
                            "ca.pem"], cwd=directory, check=True, capture_output=True)
            (directory / "coordinator.pem").write_text((directory / "ca.pem").read_text())
            self.assertEqual([coordinator[0], worker[0]], ["loadgen", "loadgen"])
            with Process([BINARY, *coordinator[1:]], directory) as leader:
                workers = [Process([BINARY, *worker[1:]], directory) for _ in range(4)]
                codes = [each.wait_for_exit() for each in [leader, *workers]]
            self.assertEqual(codes, [0] * 5, leader.stderr + workers[0].stderr)
            result = read_result(directory / "run")
            self.assertEqual(imbalances(result), [])
            self.assertEqual(sum(target.counts().values()), 40)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The README's first experiment, as typed, on ports of our own and with shorter phases; and its
coordinator with workers, all on this machine."""

import os
import re
import shlex
import socket
import subprocess
import unittest

import program
from cases import ConcurrentCases, prepared
from cluster import Process, Target
from program import BINARY, ROOT, Finished, read_result

# Shorter, and with targets slow enough that a machine which is late by 7 ms spoils nothing.
CHANGES = [('"15s"', '"3s"'), ('"10s"', '"4s"'), ('"5s"', '"2s"'), ("-t 10 ", "-t 1 "),
           ("--jitter", "--delay 150ms --jitter"), ("p99 < 100ms", "p99 < 400ms")]


def blocks():
    """{name: text} of the code blocks that are marked as tested."""
    readme = (ROOT / "README.md").read_text()
    return dict(re.findall(r"<!-- tested: (.+?) -->\n```\w+\n(.*?)```", readme, re.DOTALL))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def script_of(text):
    """In bash, its background jobs ended with it, however it ends."""
    return "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + text


@prepared
def first_experiment(directory):
    changes = CHANGES + [("8081", free_port()), ("8082", free_port())]
    found = blocks()
    for name, text in found.items():
        for old, new in changes:
            text = text.replace(old, new)
        found[name] = text
    (directory / "freeze.toml").write_text(found["freeze.toml"])
    done = subprocess.run(
        ["bash", "-c", script_of(found["targets"] + "sleep 0.5\n" + found["steady"] +
                                 found["experiment"])],
        cwd=directory, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        env={**os.environ, "PATH": f"{BINARY.parent}:{os.environ['PATH']}"})
    out = directory / "first"
    return Finished(done.returncode, done.stdout, done.stderr, out, read_result(out))


@prepared
def coordinator_and_workers(directory):
    with Target(directory) as target:
        (directory / "pod-kill.toml").write_text(program.scenario(target.url))
        text = blocks()["machines"].replace("\\\n", "")
        for old, new in (("0.0.0.0", "127.0.0.1"), ("coordinator.example", "localhost"),
                         ("7400", free_port()), ("shop.svc:8080", target.url.split("/")[2])):
            text = text.replace(old, new)
        token, *lines = text.splitlines()
        coordinator, worker = (shlex.split(line, comments=True) for line in lines)
        assert [coordinator[0], worker[0]] == ["loadgen", "loadgen"], lines
        subprocess.run(["sh", "-c", token], cwd=directory, check=True)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                        "-keyout", "coordinator.key", "-out", "ca.pem"],
                       cwd=directory, check=True, capture_output=True)
        (directory / "coordinator.pem").write_text((directory / "ca.pem").read_text())
        with Process([BINARY, *coordinator[1:]], directory) as leader:
            workers = [Process([BINARY, *worker[1:]], directory) for _ in range(4)]
            code = leader.wait_for_exit()
            codes = [each.wait_for_exit() for each in workers]
        out = directory / "run"
        finished = Finished(code, leader.stdout, leader.stderr, out, read_result(out))
        return finished, codes, [each.stderr for each in workers], target.counts()


class ReadmeTest(ConcurrentCases):
    def test_every_tested_block_is_typed_here(self):
        self.assertEqual(list(blocks()),
                         ["targets", "steady", "freeze.toml", "experiment", "machines"])

    def test_the_first_experiment_works_as_typed(self):
        finished = self.outcome_of(first_experiment)
        self.assert_ran(finished, 0)
        self.assertTrue((finished.out.parent / "quick.html").exists())
        self.assertTrue((finished.out / "report.html").exists())
        self.assertEqual(finished.result["verdict"]["outcome"], "PASS")
        self.assertGreater(finished.phase("during", "experimental", "home")["error_rate"], 0.2)
        self.assertEqual(finished.phase("during", "control", "home")["error_rate"], 0)

    def test_a_coordinator_and_its_workers_as_typed(self):
        finished, codes, said, counts = self.outcome_of(coordinator_and_workers)
        self.assert_ran(finished, 0)
        self.assertEqual(codes, [0] * 4, said)
        self.assertEqual(sum(counts.values()), 40)


if __name__ == "__main__":
    unittest.main()

"""The demo's stacks on ports and in a state directory of their own, beside a running demo, for the
system tests."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from program import ROOT

STACK = ROOT / "scenarios/demo/stack.sh"
PORT_BASE = 18480


def run_stack(arguments):
    return subprocess.run([STACK, *arguments], timeout=60, check=False,
                          capture_output=True, text=True)


def stack(*arguments):
    """Exit code of stack.sh. What it says is shown only when it failed at something."""
    done = run_stack(arguments)
    if done.returncode != 0 and arguments[0] not in ("healthy", "dead"):
        print(done.stderr, file=sys.stderr)
    return done.returncode


class StackCase(unittest.TestCase):
    """A test class with stacks of its own, which were started with `options` of `stack.sh up`."""
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="stack-test-")
        cls.addClassCleanup(cls.directory.cleanup)
        os.chmod(cls.directory.name, 0o755)  # user postgres must pass
        cls.state = pathlib.Path(cls.directory.name)
        os.environ["LOADGEN_DEMO_STATE"] = cls.directory.name
        os.environ["LOADGEN_DEMO_PORT_BASE"] = str(PORT_BASE)
        cls.addClassCleanup(stack, "down")
        if stack("up", "all", "--data", "small", *cls.options) != 0:
            raise RuntimeError("the stacks did not start")

"""The demo's stacks on ports and in a state directory of their own, beside a running demo, for the
system tests."""
import contextlib
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


@contextlib.contextmanager
def standing(directory, data, *options):
    """Both deployments, their state in `directory`, started with `options` of `stack.sh up`."""
    os.chmod(directory, 0o755)  # user postgres must pass
    os.environ["LOADGEN_DEMO_STATE"] = directory
    os.environ["LOADGEN_DEMO_PORT_BASE"] = str(PORT_BASE)
    try:
        if stack("up", "all", "--data", data, *options) != 0:
            raise RuntimeError("the stacks did not start")
        yield
    finally:
        stack("down")


def targets():
    """What makes `loadgen run` find them."""
    return [flag for place, group in enumerate(("control", "experimental"), 1) for flag in
            ("--set", f"groups.{group}.base_url=http://127.0.0.1:{PORT_BASE + place}")]


class StackCase(unittest.TestCase):
    """A test class with stacks of its own, which were started with `options` of `stack.sh up`."""
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="stack-test-")
        cls.addClassCleanup(cls.directory.cleanup)
        cls.state = pathlib.Path(cls.directory.name)
        cls.enterClassContext(standing(cls.directory.name, "small", *cls.options))

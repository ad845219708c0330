#!/usr/bin/env python3
"""`loadgen selftest` itself: the gate passes what did not change here, and flags a slowdown."""

import subprocess
import unittest

from disturbance import undisturbed
from program import BINARY


class SelftestTest(unittest.TestCase):
    def test_the_gate_can_pass_and_can_fail(self):
        done = undisturbed(
            lambda _: subprocess.run([BINARY, "selftest", "--rate", "800", "--length", "3s"],
                                     capture_output=True, text=True, timeout=280,
                                     stdin=subprocess.DEVNULL),
            lambda done: done.returncode in (12, 13))  # too restless, or too busy
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("it can pass, and it can fail", done.stdout)


if __name__ == "__main__":
    unittest.main()

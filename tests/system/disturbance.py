"""Runs that this machine disturbed: they say nothing of loadgen, and are made once more."""

import pathlib
import time
import unittest

ATTEMPTS = 4
# As much as makes runs INVALID: with a tenth stolen 2.5 % of all sleeps were measured to be more
# than 1 ms too long.
STOLEN = 0.02


def _processor_time():
    """(what a hypervisor took, all), in ticks since the machine started."""
    ticks = [int(n) for n in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    return ticks[7], sum(ticks)


def undisturbed(attempt, disturbed, most=ATTEMPTS):
    """What attempt(number) returns, and once more while disturbed(it). A test that a hypervisor
    kept from its answer in each of the first attempts is skipped; if it was something else, there
    are `most`, and the last outcome stands."""
    least_stolen = 1
    for number in range(most):
        stolen, total = _processor_time()
        outcome = attempt(number)
        if not disturbed(outcome):
            return outcome
        now_stolen, now_total = _processor_time()
        least_stolen = min(least_stolen, (now_stolen - stolen) / max(1, now_total - total))
        if number + 1 >= ATTEMPTS and least_stolen >= STOLEN:
            raise unittest.SkipTest(f"a hypervisor took at least {least_stolen:.1%} of the "
                                    f"processors in each of {number + 1} attempts")
        time.sleep(2 * min(number, ATTEMPTS))  # it may pass
    return outcome

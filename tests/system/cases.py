"""A test case whose runs go on side by side: most of a run's time is waiting.

A run is a function of a directory, marked with @prepared; the test method that looks at it asks
for what it returned by `self.outcome_of(function)`. All are started when the class begins, unless
single tests were asked for (-k); those start theirs on demand."""

import concurrent.futures
import pathlib
import sys
import tempfile
import unittest

import program
from disturbance import undisturbed

_prepared = []
_spoiled_on_purpose = set()
_disturbed_by = {}


def prepared(function):
    _prepared.append(function)
    return function


def spoiled(function):
    """Marks a run that is meant to end INVALID, or to lose tickets of its own."""
    _spoiled_on_purpose.add(function)
    return prepared(function)


def disturbed_where(disturbed):
    """Marks a run, also a spoiled one, that is disturbed where disturbed(what it returned) is."""
    def mark(function):
        _disturbed_by[function] = disturbed
        return function

    return mark


def _finished_in(outcome):
    if isinstance(outcome, program.Finished):
        return [outcome]
    if isinstance(outcome, dict):
        outcome = outcome.values()
    elif not isinstance(outcome, (list, tuple)):
        return []
    return [finished for part in outcome for finished in _finished_in(part)]


def _disturbed(finished):
    """This machine held the load threads or the targets up: the run is rightly INVALID then, or
    INCONCLUSIVE, or some of its tickets are blind, and it is no answer to the test's question."""
    invalid = finished.code == 13 or (finished.code == 0 and finished.result and
                                      finished.result["verdict"]["outcome"] == "INVALID")
    return (invalid or " was disturbed, too, in " in finished.stdout or
            held_back(finished.result) > 0)


def held_back(result):
    """How many tickets a machine that stood still made worthless."""
    return sum(workload["totals"]["blind"].get(why, 0)
               for group in (result or {"groups": {}})["groups"].values()
               for workload in group["workloads"].values() for why in ("late", "stalled"))


def _outcome(function, directory):
    def attempt(number):
        place = directory / str(number)
        place.mkdir(parents=True)
        return function(place)

    def disturbed(outcome):
        if _disturbed_by.get(function, lambda _: False)(outcome):
            return True
        return (function not in _spoiled_on_purpose and
                any(map(_disturbed, _finished_in(outcome))))

    # A short stall now and then is less than a hypervisor's share, and more than a run stands.
    return undisturbed(attempt, disturbed, most=8)


class ConcurrentCases(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not program.BINARY.exists():
            raise RuntimeError(f"{program.BINARY} is not built; LOADGEN_BIN names another")
        cls._directory = tempfile.TemporaryDirectory(prefix="loadgen-test-")
        cls._pool = concurrent.futures.ThreadPoolExecutor(4)
        cls._futures = {}
        if "-k" not in sys.argv:
            for function in _prepared:
                if function.__module__ == cls.__module__:
                    cls._start(function)

    @classmethod
    def tearDownClass(cls):
        cls._pool.shutdown(cancel_futures=True)
        cls._directory.cleanup()

    @classmethod
    def _start(cls, function):
        if function not in cls._futures:
            directory = pathlib.Path(cls._directory.name) / function.__name__
            cls._futures[function] = cls._pool.submit(_outcome, function, directory)
        return cls._futures[function]

    def outcome_of(self, function):
        return self._start(function).result()

    def assert_ran(self, finished, code):
        """The run ended with this exit code, and every ticket is accounted for."""
        self.assertEqual(finished.code, code, finished.text())
        self.assertIsNotNone(finished.result, finished.text())
        self.assertEqual(program.imbalances(finished.result), [])
        for word in ("terminate called", "assertion failed", "Segmentation"):
            self.assertNotIn(word, finished.stderr)

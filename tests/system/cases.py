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

_prepared = []
_spoiled_on_purpose = set()


def prepared(function):
    _prepared.append(function)
    return function


def spoiled(function):
    """Marks a run that is meant to end INVALID."""
    _spoiled_on_purpose.add(function)
    return prepared(function)


def _finished_in(outcome):
    if isinstance(outcome, program.Finished):
        return [outcome]
    if isinstance(outcome, dict):
        outcome = outcome.values()
    elif not isinstance(outcome, (list, tuple)):
        return []
    return [finished for part in outcome for finished in _finished_in(part)]


def _undisturbed(function, directory):
    """What `function` returns, once more when this machine held the load threads up: INVALID is
    then the right verdict, and no answer to the test's question."""
    for attempt in range(4):
        place = directory / str(attempt)
        place.mkdir(parents=True)
        outcome = function(place)
        if function in _spoiled_on_purpose or all(
                finished.code != 13 for finished in _finished_in(outcome)):
            break
    return outcome


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
            cls._futures[function] = cls._pool.submit(_undisturbed, function, directory)
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

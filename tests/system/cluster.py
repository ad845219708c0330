"""A coordinator and its workers as real processes, a target with a log of its own, and a link that
can be cut, for the system tests."""

import csv
import os
import pathlib
import random
import re
import socket
import subprocess
import threading

from program import BINARY, Finished, read_result, wait_until
from servers import PUNCTUAL_S

TOKEN = "0123456789abcdef0123456789abcdef"
# Of the runs, and of the instants at which something happens to them.
SEED = int(os.environ.get("LOADGEN_TEST_SEED") or random.randrange(1 << 32))


def token_file(directory, token=TOKEN):
    path = pathlib.Path(directory) / f"token-{abs(hash(token)) % 1000000}"
    if not path.exists():  # written once: another process may be reading it
        path.write_text(token + "\n")
    return path


class Process:
    """A command whose output can be read while it runs. Leaving the `with` block kills it."""

    _count = 0

    def __init__(self, command, cwd, env=None, before=None):
        Process._count += 1
        self._said = {name: pathlib.Path(cwd) / f"{name}-{os.getpid()}-{Process._count}"
                      for name in ("stdout", "stderr")}
        with open(self._said["stdout"], "wb") as out, open(self._said["stderr"], "wb") as err:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdout=out, stderr=err,
                stdin=subprocess.DEVNULL, cwd=cwd, env={**os.environ, **(env or {})},
                preexec_fn=before)

    @property
    def stdout(self):
        return self._said["stdout"].read_text(errors="replace")

    @property
    def stderr(self):
        return self._said["stderr"].read_text(errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def signal(self, number):
        self.process.send_signal(number)

    def says(self, text, seconds=20):
        """Returns when stderr holds this text."""
        wait_until(lambda: text in self.stderr or self.process.poll() is not None, text, seconds)
        if text not in self.stderr:
            raise RuntimeError(f"it ended without saying {text!r}:\n{self.stderr}")

    def wait_for_exit(self, seconds=60):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise RuntimeError(f"it does not end:\n{self.stderr}") from None


class Coordinator(Process):
    """`resume`: an earlier one of this directory, whose run and port it takes over."""

    def __init__(self, directory, toml, workers, *flags, resume=None, before=None):
        directory = pathlib.Path(directory)
        self.out = directory / "out"
        scenario = directory / "scenario.toml"
        scenario.write_text(toml)
        where = ["--resume", self.out] if resume else ["--out", self.out]
        super().__init__(
            [BINARY, "coordinator", scenario, "--listen",
             f"127.0.0.1:{resume.port if resume else 0}", "--workers", workers, "--token-file",
             token_file(directory), *where, "--seed", SEED, "--progress", "plain", *flags],
            directory, before=before)
        self.says(" workers on 127.0.0.1:")
        self.port = int(re.search(r" workers on 127\.0\.0\.1:(\d+)", self.stderr)[1])

    def finished(self, seconds=60):
        code = self.wait_for_exit(seconds)
        return Finished(code, self.stdout, self.stderr, self.out, read_result(self.out))

    def begun(self):
        self.says("event phase=")


class Worker(Process):
    """`port` may be that of a Link. Each has a spool directory of its own, unless one is given."""

    _count = 0

    def __init__(self, directory, port, *flags, token=TOKEN, spool=None, env=None, prefix=()):
        Worker._count += 1
        self.spool = spool or pathlib.Path(directory) / f"spool-{Worker._count}"
        super().__init__(
            [*prefix, BINARY, "worker", "--coordinator", f"127.0.0.1:{port}", "--token-file",
             token_file(directory, token), "--spool", self.spool, *flags], directory, env=env)

    def spools(self):
        return sorted(self.spool.glob("*.spool"))


class Target(Process):
    """`loadgen target`, which counts what arrives by the second."""

    _count = 0

    def __init__(self, directory, *flags):
        Target._count += 1
        self.log = pathlib.Path(directory) / f"target-{Target._count}.csv"
        super().__init__([BINARY, "target", "--listen", "127.0.0.1:0", "--log", self.log,
                          "--delay", f"{PUNCTUAL_S * 1000:.0f}ms", *flags], directory)
        wait_until(lambda: "listening on " in self.stdout, "the target listens")
        self.url = re.search(r"listening on (\S+)", self.stdout)[1]

    def counts(self):
        """Ends it. Requests by Unix second."""
        self.process.terminate()
        self.wait_for_exit()
        seconds = {}
        with open(self.log, encoding="utf-8") as log:
            for row in csv.DictReader(log):
                second = int(row["unix_second"])
                seconds[second] = seconds.get(second, 0) + int(row["requests"])
        return seconds


class Link:
    """A TCP proxy that can be cut: nothing crosses it, nothing is closed, nobody gets in."""

    def __init__(self, port):
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._whole = threading.Event()
        self._whole.set()
        self._over = False
        self._pairs = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._over = True
        self._whole.set()
        self._listener.close()
        for one in self._pairs:
            one.close()

    def cut(self):
        self._whole.clear()

    def mend(self):
        self._whole.set()

    def _accept(self):
        while not self._over:
            try:
                one, _ = self._listener.accept()
                self._whole.wait()
                other = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                continue
            self._pairs += [one, other]
            for a, b in ((one, other), (other, one)):
                threading.Thread(target=self._copy, args=(a, b), daemon=True).start()

    def _copy(self, a, b):
        try:
            while data := a.recv(65536):
                self._whole.wait()
                b.sendall(data)
        except OSError:
            pass
        for one in (a, b):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

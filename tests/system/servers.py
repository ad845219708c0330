"""Peers for the system tests: a scripted server as a process that can be frozen, killed and
revived, places where nothing answers, and certificates good and bad."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
# A request is late by more than 5 % of the median response. A target that takes so long makes no
# run INVALID on a machine that is a few milliseconds late, as virtual ones are.
PUNCTUAL_S = 0.1


class ScriptedServer:
    """scripted_server.py as a process. Options are its flags: ScriptedServer(dir, mode="garbage",
    stall_for=2). Revived, it has the same port and goes on with the same log. It answers after
    PUNCTUAL_S unless `delay` says otherwise."""

    _count = 0

    def __init__(self, directory, **options):
        ScriptedServer._count += 1
        self.log = pathlib.Path(directory) / f"server-{os.getpid()}-{ScriptedServer._count}.log"
        self.options = {"delay": PUNCTUAL_S, **options}
        self.port = 0
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()

    def start(self):
        command = [sys.executable, str(HERE / "scripted_server.py"), "--log", str(self.log),
                   "--port", str(self.port)]
        for name, value in self.options.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the scripted server did not start: {command}")
        self.port = int(line)

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    @property
    def url(self):
        scheme = "https" if "tls_cert" in self.options else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    def requests(self):
        """[(seconds since 1970, status)], in order of arrival."""
        if not self.log.exists():
            return []
        rows = (line.split() for line in self.log.read_text().splitlines())
        return [(int(at) / 1e6, int(status)) for at, status in rows]

    def wait_for_requests(self, n, seconds=10):
        """Returns when n requests have arrived. A condition, not a guess at a duration."""
        give_up = time.monotonic() + seconds
        while len(self.requests()) < n:
            if time.monotonic() > give_up:
                raise TimeoutError(f"{len(self.requests())} of {n} requests within {seconds} s")
            time.sleep(0.01)


class RefusingPort:
    """A port that is ours and refuses: bound, but not listening."""

    def __enter__(self):
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_):
        self._socket.close()


class BlackHole:
    """A port where SYNs vanish: the listener's queue is full, and nobody accepts."""

    def __enter__(self):
        self._sockets = [socket.socket()]
        self._sockets[0].bind(("127.0.0.1", 0))
        self._sockets[0].listen(0)
        self.port = self._sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", self.port))
            self._sockets.append(filler)
        return self

    def __exit__(self, *_):
        for each in self._sockets:
            each.close()


class NeverAccepting:
    """A port whose connections are made by the kernel and taken up by nobody."""

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_):
        self._socket.close()


class Certificates:
    """A CA of our own, and what it signed, as PEM files in a directory: `server` (for 127.0.0.1 and
    localhost), `wrong_host`, `expired`, `client`; and `self_signed`, which it did not."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key("ca"),
                      "-out", self.cert("ca"), "-days", "2", "-subj", "/CN=test ca")
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes",
                      "-keyout", self.key("self_signed"), "-out", self.cert("self_signed"),
                      "-days", "2", "-subj", "/CN=127.0.0.1",
                      "-addext", "subjectAltName=IP:127.0.0.1")
        here = "IP:127.0.0.1,DNS:localhost"
        self._sign("server", here)
        self._sign("wrong_host", "DNS:elsewhere.invalid")
        self._sign("client", here)
        # `x509 -days` counts from now, and a negative number is refused by some versions; `ca`
        # takes both ends.
        self._sign("expired", here, ends="20200102000000Z")

    def cert(self, name):
        return self.directory / f"{name}.pem"

    def key(self, name):
        return self.directory / f"{name}.key"

    def _sign(self, name, alternatives, ends=None):
        request = self.directory / f"{name}.csr"
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key(name),
                      "-out", request, "-subj", f"/CN={name}")
        work = self.directory / f"{name}.ca"
        work.mkdir()
        (work / "index.txt").write_text("")
        (work / "ca.cnf").write_text(
            "[ca]\ndefault_ca = own\n"
            f"[own]\nnew_certs_dir = {work}\ndatabase = {work}/index.txt\nrand_serial = yes\n"
            "default_md = sha256\npolicy = any\nx509_extensions = ext\n"
            "[any]\ncommonName = supplied\n"
            f"[ext]\nsubjectAltName = {alternatives}\n")
        validity = (["-startdate", "20200101000000Z", "-enddate", ends] if ends
                    else ["-days", "2"])
        self._openssl("ca", "-batch", "-notext", "-config", work / "ca.cnf",
                      "-cert", self.cert("ca"), "-keyfile", self.key("ca"),
                      "-in", request, "-out", self.cert(name), *validity)

    @staticmethod
    def _openssl(*arguments):
        done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")

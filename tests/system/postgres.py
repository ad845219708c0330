"""A PostgreSQL cluster of a test's own, on a Unix socket and a port of 127.0.0.1."""

import contextlib
import os
import pathlib
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time


def installed(name):
    """The newest installed program of that name: Debian keeps the server's out of the PATH."""
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
                      key=lambda path: int(path.parts[-3]))
    found = versions[-1] if versions else shutil.which(name)
    if not found:
        raise RuntimeError(f"{name} is not installed")
    return str(found)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def signal_all(pids, number):
    """Those that are gone by now are passed over."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


class Cluster:
    """Everybody is trusted but the role `secretive`, who has the password `s3cret`. As root, the
    server runs as the user postgres. `with Cluster() as cluster`: running inside, gone after."""

    def __init__(self, **settings):
        self.settings = settings
        self.port = free_port()
        self.directory = None
        self._server = None

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="loadgen-postgres-"))
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.directory, user.pw_uid, user.pw_gid)
        try:
            self._create()
            self.start()
            self._furnish()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _furnish(self):
        self.psql("create role secretive login password 's3cret'")

    def _create(self):
        data = self.directory / "data"
        subprocess.run([installed("initdb"), "-N", "-D", str(data), "-U", "postgres", "-A", "trust",
                        "-E", "UTF8", "--locale=C"],
                       check=True, capture_output=True, **self._as_server())
        settings = {"port": self.port, "listen_addresses": "'127.0.0.1'",
                    "unix_socket_directories": f"'{self.directory}'", "fsync": "off",
                    "shared_buffers": "'64MB'", "max_connections": "60",
                    "password_encryption": "'scram-sha-256'", "log_statement": "'none'",
                    "autovacuum": "off", **self.settings}
        with open(data / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in settings.items())
        (data / "pg_hba.conf").write_text(
            "local all secretive scram-sha-256\nhost all secretive 127.0.0.1/32 scram-sha-256\n"
            "local all,replication all trust\nhost all all 127.0.0.1/32 trust\n")

    @staticmethod
    def _as_server():
        if os.geteuid() != 0:
            return {}
        user = pwd.getpwnam("postgres")
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/"}

    def start(self, accepting=True):
        """Returns when it accepts connections, or, if not `accepting`, when it refuses them."""
        with open(self.directory / "server.log", "ab") as log:
            self._server = subprocess.Popen(
                [installed("postgres"), "-D", str(self.directory / "data")], stdout=log,
                stderr=log, stdin=subprocess.DEVNULL, **self._as_server())
        give_up = time.monotonic() + 60
        wanted = 0 if accepting else 1
        while subprocess.run([installed("pg_isready"), "-q", "-h", str(self.directory), "-p",
                              str(self.port)], check=False).returncode != wanted:
            if time.monotonic() > give_up or self._server.poll() is not None:
                raise RuntimeError((self.directory / "server.log").read_text())
            time.sleep(0.02)

    def stop(self):
        """At once, whatever is connected: SIGQUIT."""
        if self._server:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()
            self._server = None

    def kill(self):
        """As when the machine loses its power, but for the page cache: SIGKILL to every process."""
        pids = self.processes()
        signal_all(pids, signal.SIGKILL)
        self._server.wait()
        self._server = None
        give_up = time.monotonic() + 10
        while any(os.path.exists(f"/proc/{pid}") for pid in pids) and time.monotonic() < give_up:
            time.sleep(0.01)

    def is_over(self):
        """Somebody else has stopped it, and nothing of it is left."""
        return self._server.poll() is not None

    def run_on(self, cores):
        """Keeps the server, and the backends of connections to come, to these cores."""
        os.sched_setaffinity(self._server.pid, cores)

    def dsn(self, database, **others):
        """For the `dsn` of a group."""
        settings = {"host": self.directory, "port": self.port, "user": "postgres",
                    "dbname": database, **others}
        return " ".join(f"{name}={value}" for name, value in settings.items())

    def initialise(self, database, scale=1):
        """A new database with pgbench's tables."""
        self.psql(f'create database "{database}"')
        subprocess.run([installed("pgbench"), "-i", "-q", "-n", "-s", str(scale)], check=True,
                       capture_output=True, env=self.environment(database))

    def backends(self, database):
        """Process ids of those who are connected to `database`."""
        return [int(line) for line in self.psql(
            "select pid from pg_stat_activity where backend_type = 'client backend' "
            f"and datname = '{database}'").split()]

    def processes(self):
        """Process ids of the whole server; stop them all, and it is frozen."""
        server = self._server.pid
        children = pathlib.Path(f"/proc/{server}/task/{server}/children").read_text().split()
        return [server, *map(int, children)]

    def environment(self, database):
        """What makes libpq's programs connect to `database` as postgres."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**clean, "PGHOST": str(self.directory), "PGPORT": str(self.port),
                "PGUSER": "postgres", "PGDATABASE": database, "LC_ALL": "C"}

    def psql(self, sql, database="postgres"):
        """Runs SQL, statement by statement; returns what it prints, unaligned."""
        done = subprocess.run([installed("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-"],
                              input=sql, capture_output=True, text=True,
                              env=self.environment(database), check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{sql}: {done.stderr}")
        return done.stdout


class Standby(Cluster):
    """Streams from `primary`, which must be running, until it is promoted; synchronous replication
    calls it `standby`."""

    def __init__(self, primary, **settings):
        super().__init__(**settings)
        self._primary = primary

    def _create(self):
        data = self.directory / "data"
        place = f"host={self._primary.directory} port={self._primary.port} user=postgres"
        subprocess.run([installed("pg_basebackup"), "-D", str(data), "-R", "-c", "fast", "-d",
                        f"{place} application_name=standby"],
                       check=True, capture_output=True, **self._as_server())
        settings = {"port": self.port, "unix_socket_directories": f"'{self.directory}'",
                    "synchronous_standby_names": "''", **self.settings}
        with open(data / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in settings.items())

    def _furnish(self):
        give_up = time.monotonic() + 30
        while self._primary.psql("select count(*) from pg_stat_replication").strip() != "1":
            if time.monotonic() > give_up:
                raise RuntimeError((self.directory / "server.log").read_text())
            time.sleep(0.02)

    def cut_off(self):
        """From now on nothing of the primary's reaches it."""
        self.psql("alter system set primary_conninfo = ''; select pg_reload_conf()")
        while self.psql("select count(*) from pg_stat_wal_receiver").strip() != "0":
            time.sleep(0.01)

    def promote(self):
        """Returns when it takes writes."""
        self.psql("select pg_promote()")


class LosingProxy:
    """Between clients and a server that takes one request at a time, as a script without a pipeline
    sends them. `fate(request)` is asked about each: "answer" loses what the server answers to it,
    "request" loses the request itself; either way the connection is closed. Anything else: it is
    passed on. Called from many threads."""

    def __init__(self, port, fate):
        self._to, self._fate = port, fate

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @staticmethod
    def answer(data):
        """What the client gets for an answer of the server's."""
        return data

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self._to)) as server:
            try:
                while self._pass_on(client, server):
                    pass
            except OSError:
                pass

    def _pass_on(self, client, server):
        """False when the connection is over."""
        for ready in select.select([client, server], [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return False
            if ready is server:
                client.sendall(self.answer(data))
                continue
            fate = self._fate(data)
            if fate == "request":
                return False
            server.sendall(data)
            if fate == "answer":
                server.recv(65536)
                return False
        return True


class PoolingProxy(LosingProxy):
    """Hands out process ids of its own, as connection poolers do."""

    def __init__(self, port):
        super().__init__(port, lambda request: "")

    @staticmethod
    def answer(data):
        at = data.find(b"K\0\0\0\x0c")
        return data if at < 0 else data[:at + 5] + b"\x7f\xff\xff\xff" + data[at + 9:]

#!/usr/bin/env python3
"""An HTTP/1.1 server with one chosen misbehaviour, for the system tests; a process of its own, so
that it can be frozen and killed. Prints its port. One thread per connection.

With --log, a line `<µs since 1970> <status it is meant to get>` is appended for each request read
whole, before it is answered and by a single write: the log is complete even after SIGKILL."""

import argparse
import os
import random
import select
import socket
import ssl
import struct
import threading
import time

OK = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Served-By: %s\r\n"
    b"Content-Length: 2\r\n\r\nok"
)
TRACEBACK = (
    b"<pre>Traceback (most recent call last):\n"
    b'  File "/app/app.py", line 41, in test_db\n'
    b"psycopg2.OperationalError: could not connect to server: Connection refused\n</pre>"
)


class Broken(Exception):
    """The connection is to end now, the way it was left."""


def reset(connection):
    """Ends the connection with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Broken


def plain(status, body):
    return b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (
        status, len(body), body)


# The misbehaviours: each writes its answer to the connection and returns, to go on with the next
# request, or raises Broken. `number` counts the requests of the server, `turn` those of the
# connection, both from 1.

def ok(server, connection, number, turn):
    connection.sendall(server.ok)


def every_fifth_503(server, connection, number, turn):
    connection.sendall(plain(b"503 Service Unavailable", b"busy") if number % 5 == 0 else server.ok)


def traceback_500(server, connection, number, turn):
    connection.sendall(plain(b"500 INTERNAL SERVER ERROR", TRACEBACK))


def reset_in_answer(server, connection, number, turn):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part")
    reset(connection)


def close_in_answer(server, connection, number, turn):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part")
    raise Broken


def close_in_header(server, connection, number, turn):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")
    raise Broken


def close_without_answer(server, connection, number, turn):
    raise Broken


def garbage(server, connection, number, turn):
    connection.sendall(random.Random(number).randbytes(200) + b"\r\n\r\n")
    raise Broken


def endless_header(server, connection, number, turn):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Padding: " + b"a" * 1000 + b"\r\n")


def too_much_body(server, connection, number, turn):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + b"surplus " * 10)


def chunked(server, connection, number, turn):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    connection.sendall(b"6;ext=1\r\n world\r\n0\r\nTrailer: x\r\n\r\n")


def broken_chunks(server, connection, number, turn):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n")


def until_close(server, connection, number, turn):
    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nto the very end")
    raise Broken


def stale_after_first(server, connection, number, turn):
    """A keep-alive connection that is gone when the second request arrives."""
    if turn > 1:
        raise Broken
    connection.sendall(server.ok)


def slow_body(server, connection, number, turn):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
    for _ in range(10):
        connection.sendall(b"x")
        time.sleep(0.02)


def never(server, connection, number, turn):
    """Reads and says nothing until the peer gives up."""
    while connection.recv(4096):
        pass
    raise Broken


MODES = {f.__name__: f for f in (
    ok, every_fifth_503, traceback_500, reset_in_answer, close_in_answer, close_in_header,
    close_without_answer, garbage, endless_header, too_much_body, chunked, broken_chunks,
    until_close, stale_after_first, slow_body, never)}
# Requests of these connections that were not answered at all stay out of the log.
UNLOGGED = {"stale_after_first": lambda turn: turn > 1}


class Server:
    def __init__(self, options):
        self.options = options
        self.answer = MODES[options.mode]
        self.unlogged = UNLOGGED.get(options.mode, lambda turn: False)
        self.ok = OK % options.served_by.encode()
        self.lock = threading.Lock()
        self.requests = 0
        self.stall_from = None
        self.first_at = None
        self.log = -1
        if options.log:
            self.log = os.open(options.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self.tls = None
        if options.tls_cert:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(options.tls_cert, options.tls_key)
            if options.tls_client_ca:
                self.tls.load_verify_locations(options.tls_client_ca)
                self.tls.verify_mode = ssl.CERT_REQUIRED

    def run(self):
        listener = socket.create_server(("127.0.0.1", self.options.port), backlog=1024)
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            self.converse(connection)
        except (Broken, OSError):
            pass
        finally:
            connection.close()

    def converse(self, connection):
        inbox = b""
        turn = 0
        while True:
            while b"\r\n\r\n" not in inbox:
                if self.options.idle_close and not inbox and turn:
                    if not select.select([connection], [], [], self.options.idle_close)[0]:
                        return
                received = connection.recv(65536)
                if not received:
                    return
                inbox += received
            header, _, inbox = inbox.partition(b"\r\n\r\n")
            for line in header.split(b"\r\n")[1:]:
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    while len(inbox) < int(value):
                        inbox += connection.recv(65536)
                    inbox = inbox[int(value):]
            turn += 1
            number = self.note(turn)
            self.hold()
            self.answer(self, connection, number, turn)

    def note(self, turn):
        """Counts and logs a request; returns its number."""
        if self.unlogged(turn):
            return 0
        with self.lock:
            self.requests += 1
            number = self.requests
            if number == 1:
                self.first_at = time.monotonic()
                if self.options.stall_for:
                    self.stall_from = self.first_at + self.options.stall_at
        status = 200
        if self.answer is traceback_500:
            status = 500
        elif self.answer is every_fifth_503 and number % 5 == 0:
            status = 503
        if self.log >= 0:
            os.write(self.log, b"%d %d\n" % (time.time_ns() // 1000, status))
        return number

    def hold(self):
        """Waits for the delay, which may grow, and for the end of the stall."""
        delay = self.options.delay
        if self.options.drift and self.first_at is not None:
            delay += self.options.drift * (time.monotonic() - self.first_at)
        if delay:
            time.sleep(delay)
        if self.stall_from is not None:
            into = time.monotonic() - self.stall_from
            if 0 <= into < self.options.stall_for:
                time.sleep(self.options.stall_for - into)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=sorted(MODES), default="ok")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log")
    parser.add_argument("--delay", type=float, default=0, help="seconds before each answer")
    parser.add_argument("--drift", type=float, default=0,
                        help="by how much the delay grows in each second after the first request")
    parser.add_argument("--stall-at", type=float, default=0, help="seconds after the first request")
    parser.add_argument("--stall-for", type=float, default=0, help="seconds without any answer")
    parser.add_argument("--idle-close", type=float, default=0,
                        help="seconds after which an idle keep-alive connection is closed")
    parser.add_argument("--served-by", default="a")
    parser.add_argument("--tls-cert")
    parser.add_argument("--tls-key")
    parser.add_argument("--tls-client-ca")
    Server(parser.parse_args()).run()


if __name__ == "__main__":
    main()

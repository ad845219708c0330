"""What else may knock at a coordinator's port: those who say nothing, garbage, an old version, too
much or too slowly. A frame is what loadgen/cluster/PROTOCOL.md calls one."""

import os
import selectors
import socket
import threading
import time

from cluster import TOKEN

HELLO = 1


def idle_connections(port, count):
    """So many connections that say nothing."""
    sockets = []
    for _ in range(count):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", port))
        sockets.append(one)
    return sockets


def gone_within(sockets, seconds):
    """How many of them the other end has closed by then."""
    selector = selectors.DefaultSelector()
    for one in sockets:
        selector.register(one, selectors.EVENT_READ)
    closed, give_up = set(), time.monotonic() + seconds
    while len(closed) < len(sockets) and time.monotonic() < give_up:
        for key, _ in selector.select(0.1):
            try:
                data = key.fileobj.recv(100)
            except OSError:
                data = b""
            if not data:
                closed.add(key.fileobj)
                selector.unregister(key.fileobj)
    return len(closed)


def number(value):
    """LEB128, as codec.h has it."""
    encoded = b""
    while value >= 0x80:
        encoded += bytes([value & 0x7F | 0x80])
        value >>= 7
    return encoded + bytes([value])


def text(value):
    return number(len(value)) + value.encode()


def hello(protocol=1, version="0.0.0"):
    return (bytes([HELLO]) + number(protocol) + text(version) + text("commit") + text("stranger") +
            number(1) + number(4711) + b"\0" + text("") + number(0) + b"\0")


def framed(payload, length=None):
    """A WebSocket frame; `length` is what it says of itself. The mask is zero."""
    size = len(payload) if length is None else length
    if size < 126:
        head = bytes([0x80 | size])
    elif size < 1 << 16:
        head = b"\xfe" + size.to_bytes(2, "big")
    else:
        head = b"\xff" + size.to_bytes(8, "big")
    return b"\x82" + head + bytes(4) + payload


def upgraded(port):
    """A connection of one who has the token, and has not said hello."""
    one = socket.create_connection(("127.0.0.1", port), timeout=20)
    one.sendall(("GET /v1/worker HTTP/1.1\r\nHost: stranger\r\nConnection: Upgrade\r\n"
                 "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                 f"Sec-WebSocket-Protocol: loadgen\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
                 ).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        data = one.recv(4096)
        if not data:
            raise RuntimeError(f"no upgrade: {answer}")
        answer += data
    if not answer.startswith(b"HTTP/1.1 101"):
        raise RuntimeError(f"no upgrade: {answer}")
    return one


def heard_until_closed(one):
    answer = b""
    try:
        while data := one.recv(4096):
            answer += data
    except ConnectionError:
        pass  # closed with what it had not read
    return answer


def told_and_closed(port, payload):
    """What the coordinator answers to a frame before it closes."""
    with upgraded(port) as one:
        one.sendall(payload)
        return heard_until_closed(one)


def drip(port, seconds=20):
    """Sends a hello byte by byte, each soon after the other. How long that was put up with."""
    begun = time.monotonic()
    with upgraded(port) as one:
        for byte in framed(hello() + bytes(1000), 1000):
            try:
                one.sendall(bytes([byte]))
            except OSError:
                break
            if gone_within([one], 0.2) or time.monotonic() > begun + seconds:
                break
    return time.monotonic() - begun


def nuisances(port):
    """All of them. Returns what came of each, by name."""
    idle = idle_connections(port, 500)
    dripped = []
    dripping = threading.Thread(target=lambda: dripped.append(drip(port)))
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port)) as one:
            one.sendall(os.urandom(2000))
    dripping.start()
    found = {"old protocol": told_and_closed(port, framed(hello(protocol=99))),
             "old version": told_and_closed(port, framed(hello())),
             "oversized": told_and_closed(port, framed(b"", 1 << 40)),
             "garbage": told_and_closed(port, framed(os.urandom(500)))}
    found["idle ones closed"] = gone_within(idle, 8)
    for one in idle:
        one.close()
    dripping.join()
    found["dripped for"] = dripped[0]
    return found

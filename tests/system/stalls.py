#!/usr/bin/env python3
"""stalls.py FILE: notes in FILE, as long as its parent lives, when a processor was taken away from
this machine: a line "CPU MILLISECONDS" each time that a sleeper on it woke that much too late.

It sleeps at real-time priority where it may, so that nothing that runs here makes it late; only a
hypervisor does (or whoever imitates one). That is evidence from outside of what is tested."""

import os
import sys
import threading
import time

EACH_S = 0.01
STALL_S = 0.02  # at real-time priority; 2.4 ms were the most in 20 s without a hypervisor's doing
ORDINARY_STALL_S = 0.05  # more than an ordinary scheduler makes a sleeper late when all is busy


def sleep_on(cpu, out):
    os.sched_setaffinity(0, {cpu})  # 0: this thread
    stall_s = STALL_S
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    except PermissionError:
        stall_s = ORDINARY_STALL_S
    while True:
        begun = time.monotonic()
        time.sleep(EACH_S)
        late = time.monotonic() - begun - EACH_S
        if late >= stall_s:
            out.write(f"{cpu} {late * 1000:.0f}\n")


def main():
    parent = os.getppid()
    with open(sys.argv[1], "a", buffering=1) as out:
        for cpu in os.sched_getaffinity(0):
            threading.Thread(target=sleep_on, args=(cpu, out), daemon=True).start()
        while os.getppid() == parent:
            time.sleep(1)


if __name__ == "__main__":
    main()

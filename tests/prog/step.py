# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Two CPUs in step: two processes that each run a frame at the same moment, again and again."""

import mmap
import os
import struct

from expected import address_in

ROW = 8 + 4  # what a process leaves of a step: its verdict, padded, and yiaddr
SPREAD = 97  # the first of the two is late by up to so many turns of a loop: races are narrow
CPUS = sorted(os.sched_getaffinity(0))


def _child(program, side, prepared, steps, rows):
    """Run every frame when the other process is about to run its own."""
    os.sched_setaffinity(0, {CPUS[side]})
    other = memoryview(steps)[4 * (1 - side):4 * (2 - side)].cast("I")
    for number, frame in enumerate(prepared):
        struct.pack_into("=I", steps, 4 * side, number + 1)
        while other[0] < number + 1:
            pass
        for _ in range(number // 2 * (1 - side) % SPREAD):
            pass
        action, out = program.run_prepared(frame)
        at = (2 * number + side) * ROW
        rows[at:at + ROW] = action.encode().ljust(8, b"\0") + (
            address_in(out) if action == "TX" else bytes(4))


def in_step(program, pairs):
    """Run pairs of frames, each on its CPU; returns for each a pair of (action, yiaddr)."""
    steps, rows = mmap.mmap(-1, 8), mmap.mmap(-1, 2 * ROW * len(pairs))
    children = []
    for side in (0, 1):
        prepared = [program.prepare(pair[side]) for pair in pairs]
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _child(program, side, prepared, steps, rows)
                status = 0
            finally:
                os._exit(status)
        children.append(pid)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0]
    cells = [rows[at:at + ROW] for at in range(0, len(rows), ROW)]
    read = [(cell[:8].rstrip(b"\0").decode(), cell[8:]) for cell in cells]
    return list(zip(read[::2], read[1::2]))

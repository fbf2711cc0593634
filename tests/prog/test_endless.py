# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Nothing is kept for each client without a bound; bench/bench_endless.py is the long form, with the
table of machines: that takes memory as they come, up to its bound (tests/unit/test_machines.c).
"""

import endless
import served
from conftest import inside
from lib.lab import Lab
from lib.server import Xdpxe
from lib.wait import until
from reader import Reader, data, oack

FIRST, CLIENTS = 2000, 98_000
LITTLE = 4 << 20  # what an allocator may keep


def test_memory_is_after_many_clients_where_it_was():
    with Lab() as lab:
        text = served.write(lab)[1]
        lab.put(endless.NAME, endless.CONTENT)
        with inside(Xdpxe(lab, f"{text}\ntelemetry: no\n").start()) as box:
            clients = endless.Endless(box)
            clients.run(FIRST)
            maps, rss = endless.memory(box)
            clients.run(CLIENTS)
            box.settle()
            assert clients.counts["transfers"] == FIRST + CLIENTS
            assert clients.counts["addresses"] > 10_000, "the pool was not used up"
            assert endless.memory(box)[0] == maps and len(maps) > 10
            until(lambda: endless.memory(box)[1] < rss + LITTLE, 20, "the daemon to be small again")
            reader = Reader(box)
            reader.asks(reader.rrq(endless.NAME, ("blksize", 1024)), oack(blksize=1024))
            reader.gets(reader.ack(0), data(1, endless.CONTENT[:1024]))

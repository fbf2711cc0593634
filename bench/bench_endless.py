# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A million clients in sequence, no two alike (tests/prog/endless.py): what the kernel's maps and the
daemon take before and after. The pool is used up on the way, since every eighth keeps its address.
"""

import os
import pathlib
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests"), str(TOP / "tests/prog")]

import endless
from box import Box
from lib.lab import Lab
from lib.server import Xdpxe, config

CLIENTS, FIRST = int(os.environ.get("CLIENTS", "1000000")), 500000  # then the table of machines is full
READING = 8  # MiB that reading all leases takes for a moment, and gives back
MIB = 1 << 20


def show(when, clients, maps, rss):
    """One row."""
    print(f"{when:7} {clients.next:9,} {clients.counts['addresses']:9,} "
          f"{clients.counts['transfers']:9,} {sum(maps.values()) / MIB:9.3f} {rss / MIB:9.3f}")


def main():
    with Lab() as lab:
        lab.put(endless.NAME, endless.CONTENT)
        server = Xdpxe(lab, config(lab)).start()
        with lab.server.entered():
            box = Box(server)
            clients = endless.Endless(box)
            clients.run(FIRST)
            maps, rss = endless.memory(box)
            print("        clients   with an      with   MiB of    MiB of\n"
                  "         so far   address  transfer     maps    daemon")
            show("before", clients, maps, rss)
            begun = time.monotonic()
            clients.run(CLIENTS - FIRST)
            seconds = time.monotonic() - begun
            show("after", clients, *endless.memory(box))
            box.settle()
            time.sleep(60)  # by then no transfer that was left open is helped any more
            after, rss_after = endless.memory(box)
            show("+60 s", clients, after, rss_after)
            box.close()
    print(f"{CLIENTS - FIRST:,} clients in {seconds:.0f} s")
    grown = [name for name in maps if after[name] != maps[name]]
    print("maps that grew:", ", ".join(grown) or "none")
    sys.exit(1 if grown or rss_after > rss + READING * MIB else 0)


if __name__ == "__main__":
    main()

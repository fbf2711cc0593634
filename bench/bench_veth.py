# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
What a block costs over one veth pair, by window and by kind of client:

  xdp     the clients' end is an XDP program, whose ACKs have room: a lone block is written into its
          ACK, the blocks of a window into clones
  socket  the clients are programs, and the ACKs that the kernel makes for them have no room on a
          veth: every block is written into a clone

First blocks a second, both ends in one softirq as they are by default. Then with a thread for each
end of the pair (threaded NAPI), since the kernel keeps the CPU time of a thread to the nanosecond,
whoever else runs: what the server spends on a block, and what both ends spend. Read the ratios:
rounds are interleaved and medians are printed.
"""

import os
import pathlib
import socket
import statistics
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests"), str(TOP / "bench")]

from acks import Acks
from ends import napi_thread, thread_ends, thread_seconds
from lib import fetch
from lib.lab import Lab
from lib.server import Xdpxe, config
from lib.wait import until

BLKSIZE, BLOCKS, ROUNDS = 1468, 20000, 5
CLIENTS = 8 # with windows of 8 they fill a quarter of the ring of 256 frames that a veth has
SOCKETS = 2
WINDOWS = (1, 4, 8)


def requests(window):
    """A socket for each client, each with its OACK: (socket, server's address)."""
    for _ in range(CLIENTS):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.settimeout(5)
        sock.sendto(b"\0\1file\0octet\0blksize\0%d\0windowsize\0%d\0" % (BLKSIZE, window),
                    ("10.77.0.1", 69))
        oack, peer = sock.recvfrom(600)
        assert oack.startswith(b"\0\6") and b"windowsize\0%d\0" % window in oack, oack
        yield sock, peer


def run_xdp(lab, acks, window):
    """Clients in XDP. Returns (blocks a second, blocks)."""
    acks.begin(window, BLKSIZE)
    with lab.client.entered():
        clients = list(requests(window))
        for sock, peer in clients:
            sock.sendto(b"\0\4\0\0", peer)
    until(lambda: acks.read()[1] >= CLIENTS, 60, "every transfer to end")
    for sock, _ in clients:
        sock.close()
    blocks, _, first, last = acks.read()
    assert blocks < CLIENTS * (BLOCKS + 1) * 1.001, "blocks were sent again"
    return blocks * 1e9 / (last - first), blocks


def run_socket(lab, acks, window):
    """Clients with sockets. Returns (blocks a second, blocks)."""
    acks.begin(0, BLKSIZE)  # passes everything
    begun = time.monotonic()
    argv = fetch.command(lab.root / "file", "file", BLKSIZE, window)
    clients = [lab.client.start(*argv) for _ in range(SOCKETS)]
    for client in clients:
        assert client.join(60) == 0, client.report()
    blocks = SOCKETS * (BLOCKS + 1)
    return blocks / (time.monotonic() - begun), blocks


def measure(lab, acks, pids=()):
    """Medians by (kind, window): [blocks a second, ns of each thread a block]."""
    figures = {}
    for _ in range(ROUNDS):
        for kind, run in (("xdp", run_xdp), ("socket", run_socket)):
            for window in WINDOWS:
                before = [thread_seconds(pid) for pid in pids]
                rate, blocks = run(lab, acks, window)
                spent = [(thread_seconds(pid) - start) * 1e9 / blocks
                         for pid, start in zip(pids, before)]
                figures.setdefault((kind, window), []).append([rate, *spent])
    return {key: [statistics.median(column) for column in zip(*rows)]
            for key, rows in figures.items()}


def show(figures, threads):
    """One row for each kind of client and window."""
    print("                 one softirq              a thread for each end, ns of CPU a block\n"
          "client  window     blocks/s  time to 1  of server  to window 1  of both  to window 1")
    for (kind, window), row in figures.items():
        base = figures[kind, 1]
        server, both = threads[kind, window][1], sum(threads[kind, window][1:])
        print(f"{kind:6}  {window:6}  {row[0]:11,.0f}  {base[0] / row[0]:9.2f}  {server:9.0f}  "
              f"{server / threads[kind, 1][1]:11.2f}  {both:7.0f}  "
              f"{both / sum(threads[kind, 1][1:]):11.2f}")


def main():
    with Lab() as lab:
        (lab.root / "file").write_bytes(os.urandom(BLKSIZE) * BLOCKS)
        server = Xdpxe(lab, config(lab))
        server.start()
        acks = Acks(lab)
        try:
            figures = measure(lab, acks)
            thread_ends(lab)
            threads = measure(lab, acks, (napi_thread("srv0"), napi_thread("cli0")))
        finally:
            acks.remove()
    show(figures, threads)


if __name__ == "__main__":
    main()

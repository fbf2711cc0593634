# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
How fast `xdpxe storm` itself is: TFTP against a bare XDP reflector, and beside it against xdpxe and
dnsmasq, under the same storm. Rounds are interleaved; the median of each is printed.
"""

import contextlib
import json
import pathlib
import statistics
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests"), str(TOP / "bench")]

from lib.dnsmasq import start_dnsmasq
from lib.lab import Lab, attach_pass
from lib.server import BINARY, BOOT, Xdpxe, config
from reflector import BLOCK, Reflector, content, distinct_blocks

BLOCKS, ROUNDS, CLIENTS = 20000, 5, 16


@contextlib.contextmanager
def reflector(lab, distinct):
    one = Reflector(lab, distinct, BLOCKS)
    try:
        yield
    finally:
        one.stop()


@contextlib.contextmanager
def xdpxe(lab, _distinct):
    server = Xdpxe(lab, config(lab)).start()
    try:
        yield
    finally:
        server.stop()


@contextlib.contextmanager
def dnsmasq(lab, _distinct):
    attach_pass(lab.server, "srv0")
    process = start_dnsmasq(lab, BOOT)
    try:
        yield
    finally:
        process.stop()
        lab.server.run("bpftool", "net", "detach", "xdpdrv", "dev", "srv0")


def storm(lab):
    """Blocks a second of one storm."""
    done = lab.client.run(BINARY, "storm", "-i", "cli0", "--json", "-n", CLIENTS, "--stage", "tftp",
                          "--server", "10.77.0.1", "--addresses", "10.77.16.1", "--client", "ipxe",
                          "--blksize", BLOCK, "--expect", lab.root / "file", timeout=150)
    return json.loads(done.stdout)["blocks_per_s"]


def main():
    distinct = distinct_blocks()
    servers = {"bare reflector": reflector, "xdpxe": xdpxe, "dnsmasq": dnsmasq}
    rates = {name: [] for name in servers}
    with Lab() as lab:
        lab.client.run("bpftool", "net", "detach", "xdpdrv", "dev", "cli0")
        (lab.root / "file").write_bytes(content(distinct, BLOCKS))
        for _ in range(ROUNDS):
            for name, server in servers.items():
                with server(lab, distinct):
                    rates[name].append(storm(lab))
    base = statistics.median(rates["bare reflector"])
    print("server            blocks/s  ns a block  reflector to it")
    for name, values in rates.items():
        rate = statistics.median(values)
        print(f"{name:15}  {rate:9,.0f}  {1e9 / rate:10.0f}  {base / rate:15.2f}")


if __name__ == "__main__":
    main()

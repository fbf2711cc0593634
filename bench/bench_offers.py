# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
How many DHCP exchanges a second `xdpxe storm` makes, its machines all switched on at once: with a
bare XDP program that answers everything from a template, and with xdpxe. Rounds are interleaved;
medians are printed.
"""

import contextlib
import json
import os
import pathlib
import statistics
import struct
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests")]

from lib import packet
from lib.lab import Lab
from lib.namespace import BPFFS, SCRATCH, sh
from lib.server import BINARY, BOOT, Xdpxe, config

MACHINES, ROUNDS = 40_000, 5
SERVER = bytes((10, 77, 0, 1))
OFFER, ACK = 2, 5
NO_LIMITS = "limits: { messages: none, offers: none }\n"


def reply(mac, kind):
    """A frame of 342 bytes without xid, yiaddr and chaddr."""
    bootp = struct.pack("!BBBBIHH4s4s4s4s", 2, 1, 6, 0, 0, 0, 0x8000, bytes(4), bytes(4), SERVER,
                        bytes(4)).ljust(236, b"\0")
    options = b"\x63\x82\x53\x63" + bytes((53, 1, kind)) + b"\x36\x04" + SERVER + \
        b"\x33\x04" + struct.pack("!I", 600) + b"\x01\x04\xff\xff\0\0" + b"\xff"
    frame = packet.udp(b"\xff" * 6, mac, (SERVER, 67), (b"\xff" * 4, 68),
                       (bootp + options).ljust(300, b"\0"))
    return frame[:40] + b"\0\0" + frame[42:]


@contextlib.contextmanager
def bare(lab):
    """The bare program on srv0."""
    pin = BPFFS / f"{SCRATCH}{os.getpid()}-offers"
    maps = pin.with_name(pin.name + "-maps")
    sh("bpftool", "prog", "load", TOP / "build/offers.bpf.o", pin, "pinmaps", maps)
    try:
        mac = packet.mac_bytes(lab.server.run("ip", "-br", "link", "show",
                                              "srv0").stdout.split()[2])
        for slot, kind in enumerate((OFFER, ACK)):
            sh("bpftool", "map", "update", "pinned", maps / "offers_replies",
               "key", *struct.pack("=I", slot), "value", *reply(mac, kind))
        lab.server.run("bpftool", "net", "attach", "xdpdrv", "pinned", pin, "dev", "srv0")
        yield
        lab.server.run("bpftool", "net", "detach", "xdpdrv", "dev", "srv0")
    finally:
        pin.unlink()
        sh("rm", "-r", maps)


@contextlib.contextmanager
def xdpxe(lab):
    """xdpxe, which finds no lease of an earlier round."""
    text = config(lab, BOOT).replace("    lease-time", "    conflict-check: no\n    lease-time")
    text = text.replace(f"{lab.dir}/leases.db", "none")
    server = Xdpxe(lab, text + NO_LIMITS).start()
    try:
        yield
    finally:
        server.stop()


def storm(lab):
    """Exchanges a second of one storm."""
    done = lab.client.run(BINARY, "storm", "-i", "cli0", "--json", "-n", MACHINES, "--stage", "dhcp",
                          "--mix", "efi-x64", timeout=150)
    return json.loads(done.stdout)["exchanges_per_s"]


def main():
    servers = {"bare program": bare, "xdpxe": xdpxe}
    rates = {name: [] for name in servers}
    with Lab() as lab:
        lab.client.run("bpftool", "net", "detach", "xdpdrv", "dev", "cli0")
        [lab.put(name, b"file") for name in BOOT.values() if "/" not in name]
        for _ in range(ROUNDS):
            for name, server in servers.items():
                with server(lab):
                    rates[name].append(storm(lab))
    base = statistics.median(rates["xdpxe"])
    print("server        exchanges/s  ns an exchange  to xdpxe")
    for name, values in rates.items():
        rate = statistics.median(values)
        print(f"{name:12}  {rate:11,.0f}  {1e9 / rate:14.0f}  {rate / base:8.2f}")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
How fast `xdpxe storm` itself is: TFTP against a bare XDP reflector, and beside it against xdpxe and
dnsmasq, under the same storm. Rounds are interleaved; the median of each is printed.
"""

import contextlib
import json
import os
import pathlib
import select
import statistics
import struct
import sys
import threading

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests"))

from lib import packet
from lib.crowd import packet_socket
from lib.dnsmasq import start_dnsmasq
from lib.lab import Lab, attach_pass
from lib.namespace import BPFFS, SCRATCH, sh
from lib.server import BINARY, BOOT, Xdpxe, config

BLOCK, DISTINCT, BLOCKS, ROUNDS, CLIENTS, TID = 1468, 64, 20000, 5, 16, 4444
SERVER = bytes((10, 77, 0, 1))


class Reflector:
    """The reflector on srv0, and a thread that answers requests and the first ACK."""

    def __init__(self, lab, distinct):
        self.pin = BPFFS / f"{SCRATCH}{os.getpid()}-reflect"
        self.maps = self.pin.with_name(self.pin.name + "-maps")
        self.first, self.over = distinct[:BLOCK], threading.Event()
        sh("bpftool", "prog", "load", TOP / "build/reflect.bpf.o", self.pin, "pinmaps", self.maps)
        for slot in range(DISTINCT):
            self._update("reflect_blocks", slot, distinct[slot * BLOCK:(slot + 1) * BLOCK])
        self._update("reflect_length", 0, struct.pack("=I", BLOCKS))
        lab.server.run("bpftool", "net", "attach", "xdpdrv", "pinned", self.pin, "dev", "srv0")
        self.mac = packet.mac_bytes(
            lab.server.run("ip", "-br", "link", "show", "srv0").stdout.split()[2])
        self.lab, self.socket = lab, packet_socket(lab.server, "srv0")
        self.thread = threading.Thread(target=self._answer, daemon=True)
        self.thread.start()

    def _update(self, name, slot, value):
        sh("bpftool", "map", "update", "pinned", self.maps / name, "key", *struct.pack("=I", slot),
           "value", *value)

    def _answer(self):
        while not self.over.is_set():
            if not select.select([self.socket], [], [], 0.05)[0]:
                continue
            asked = packet.parse(self.socket.recv(2048))
            if not isinstance(asked, packet.Datagram) or asked.dport not in (69, TID):
                continue
            answer = b"\0\3\0\1" + self.first
            if asked.dport == 69:
                words = asked.payload.split(b"\0")[3:]
                options = dict(zip(words[::2], words[1::2]))
                answer = b"\0\6blksize\0" + options[b"blksize"] + b"\0"
            self.socket.send(packet.udp(asked.src_mac, self.mac, (SERVER, TID),
                                        (asked.src, asked.sport), answer))

    def stop(self):
        self.over.set()
        self.thread.join()
        self.socket.close()
        self.lab.server.run("bpftool", "net", "detach", "xdpdrv", "dev", "srv0")
        self.pin.unlink()
        sh("rm", "-r", self.maps)


@contextlib.contextmanager
def reflector(lab, distinct):
    one = Reflector(lab, distinct)
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
    distinct = os.urandom(BLOCK * DISTINCT)
    servers = {"bare reflector": reflector, "xdpxe": xdpxe, "dnsmasq": dnsmasq}
    rates = {name: [] for name in servers}
    with Lab() as lab:
        lab.client.run("bpftool", "net", "detach", "xdpdrv", "dev", "cli0")
        (lab.root / "file").write_bytes((distinct * (BLOCKS // DISTINCT + 1))[:BLOCK * BLOCKS])
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

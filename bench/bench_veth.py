# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Blocks a second over one veth pair, by window, the clients' end in XDP too. Read the ratios: rounds
are interleaved and the median of each window is printed.
"""

import json
import os
import pathlib
import socket
import statistics
import struct
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests"))

from lib.lab import Lab
from lib.namespace import BPFFS, SCRATCH, sh
from lib.server import Xdpxe, config
from lib.wait import until

BLKSIZE, BLOCKS, ROUNDS = 1468, 20000, 5
CLIENTS = 8 # with windows of 8 they fill a quarter of the ring of 256 frames that a veth has
WINDOWS = (1, 4, 8)


class Acks:
    """The clients' XDP program on cli0, and its maps."""

    def __init__(self, lab):
        self.pin = BPFFS / f"{SCRATCH}{os.getpid()}-acks"
        maps = self.pin.with_name(self.pin.name + "-maps")
        lab.client.run("bpftool", "net", "detach", "xdpdrv", "dev", "cli0")
        sh("bpftool", "prog", "load", TOP / "build/acks.bpf.o", self.pin, "pinmaps", maps)
        lab.client.run("bpftool", "net", "attach", "xdpdrv", "pinned", self.pin, "dev", "cli0")
        self.rules, self.results = maps / "acks_rules", maps / "acks_results"
        self.maps = maps

    @staticmethod
    def update(path, *numbers):
        words = [f"0x{byte:02x}" for byte in b"".join(numbers)]
        sh("bpftool", "map", "update", "pinned", path, "key", "0", "0", "0", "0", "value", *words)

    def begin(self, window):
        self.update(self.results, struct.pack("=4Q", 0, 0, 0, 0))
        self.update(self.rules, struct.pack("=2I", window, BLKSIZE))

    def read(self):
        text = sh("bpftool", "-j", "map", "lookup", "pinned", self.results, "key", "0", "0", "0", "0")
        return struct.unpack("=4Q", bytes(int(byte, 16) for byte in json.loads(text.stdout)["value"]))

    def remove(self):
        self.pin.unlink(missing_ok=True)
        sh("rm", "-r", self.maps, check=False)


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


def run(lab, acks, window):
    """Blocks a second."""
    acks.begin(window)
    with lab.client.entered():
        clients = list(requests(window))
        for sock, peer in clients:
            sock.sendto(b"\0\4\0\0", peer)
    until(lambda: acks.read()[1] >= CLIENTS, 60, "every transfer to end")
    for sock, _ in clients:
        sock.close()
    blocks, _, first, last = acks.read()
    return blocks * 1e9 / (last - first), blocks / (CLIENTS * (BLOCKS + 1))


def main():
    with Lab() as lab:
        (lab.root / "file").write_bytes(os.urandom(BLKSIZE) * BLOCKS)
        server = Xdpxe(lab, config(lab))
        server.start()
        acks = Acks(lab)
        try:
            rates = {window: [] for window in WINDOWS}
            for _ in range(ROUNDS):
                for window in WINDOWS:
                    rates[window].append(run(lab, acks, window))
        finally:
            acks.remove()
    base = statistics.median(rate for rate, _ in rates[1])
    print("window  blocks/s  ns a block  to window 1  blocks sent per block needed")
    for window in WINDOWS:
        rate = statistics.median(rate for rate, _ in rates[window])
        sent = max(sent for _, sent in rates[window])
        print(f"{window:6}  {rate:8,.0f}  {1e9 / rate:10.0f}  {base / rate:11.2f}  {sent:10.4f}")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""TFTP clients that are an XDP program (acks.bpf.c): on every client's end of a laboratory."""

import json
import os
import struct

from lib.lab import TOP
from lib.namespace import BPFFS, SCRATCH, sh


class Acks:
    """The program on cli0, cli1 and so on, and its maps."""

    def __init__(self, lab):
        self.pin = BPFFS / f"{SCRATCH}{os.getpid()}-acks"
        self.maps = self.pin.with_name(self.pin.name + "-maps")
        self.rules, self.results = self.maps / "acks_rules", self.maps / "acks_results"
        sh("bpftool", "prog", "load", TOP / "build/acks.bpf.o", self.pin, "pinmaps", self.maps)
        for link in range(lab.links):
            lab.client.run("bpftool", "net", "detach", "xdpdrv", "dev", f"cli{link}")
            lab.client.run("bpftool", "net", "attach", "xdpdrv", "pinned", self.pin, "dev",
                           f"cli{link}")

    @staticmethod
    def _update(path, value):
        sh("bpftool", "map", "update", "pinned", path, "key", *bytes(4), "value", *value)

    def begin(self, window, blksize):
        """Count from zero. A block shorter than `blksize` is the last; window 0: all is passed."""
        self._update(self.results, bytes(32))
        self._update(self.rules, struct.pack("=2I", window, blksize))

    def read(self):
        """(blocks, transfers that ended, ns of the first block, ns of the last end)."""
        text = sh("bpftool", "-j", "map", "lookup", "pinned", self.results, "key", *bytes(4))
        words = json.loads(text.stdout)["value"]
        return struct.unpack("=4Q", bytes(int(word, 16) for word in words))

    def remove(self):
        """Leave no pins."""
        self.pin.unlink(missing_ok=True)
        sh("rm", "-r", self.maps, check=False)

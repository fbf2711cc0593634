# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The bare XDP reflector (reflect.bpf.c) as a server: the program on srv0, and a thread that answers
what it passes up, which are requests and first ACKs.
"""

import os
import select
import struct
import threading

from lib import packet
from lib.crowd import packet_socket
from lib.lab import TOP
from lib.namespace import BPFFS, SCRATCH, sh

BLOCK, DISTINCT, TID = 1468, 64, 4444
SERVER = bytes((10, 77, 0, 1))
REQUEST_PORT = 69
HEADERS = 14 + 20 + 8


def content(distinct, blocks):
    """Bytes of a file of so many full blocks, as the reflector serves it."""
    return (distinct * (blocks // DISTINCT + 1))[:BLOCK * blocks]


def distinct_blocks():
    """The blocks that a file repeats."""
    return os.urandom(BLOCK * DISTINCT)


def _checksum(header):
    """Of an IPv4 header whose own field is zero."""
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


class Reflector:
    """Serves one file of so many blocks, whatever its name, from start to stop()."""

    def __init__(self, lab, distinct, blocks):
        self.pin = BPFFS / f"{SCRATCH}{os.getpid()}-reflect"
        self.maps = self.pin.with_name(self.pin.name + "-maps")
        self.first, self.over = distinct[:BLOCK], threading.Event()
        sh("bpftool", "prog", "load", TOP / "build/reflect.bpf.o", self.pin, "pinmaps", self.maps)
        for slot in range(DISTINCT):
            self._update("reflect_blocks", slot, distinct[slot * BLOCK:(slot + 1) * BLOCK])
        self._update("reflect_length", 0, struct.pack("=I", blocks))
        lab.server.run("bpftool", "net", "attach", "xdpdrv", "pinned", self.pin, "dev", "srv0")
        self.mac = packet.mac_bytes(
            lab.server.run("ip", "-br", "link", "show", "srv0").stdout.split()[2])
        self.lab, self.socket = lab, packet_socket(lab.server, "srv0")
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def _update(self, name, slot, value):
        sh("bpftool", "map", "update", "pinned", self.maps / name, "key", *struct.pack("=I", slot),
           "value", *value)

    def _work(self):
        while not self.over.is_set():
            if select.select([self.socket], [], [], 0.05)[0]:
                answer = self._answer(self.socket.recv(2048))
                if answer:
                    self.socket.send(answer)

    def _answer(self, frame):
        """The OACK of a request, block 1 for another packet to the transfer's port, or None."""
        if len(frame) < HEADERS or frame[12:14] != b"\x08\0" or frame[23] != 17:
            return None
        port = int.from_bytes(frame[36:38], "big")
        if port == REQUEST_PORT:
            words = frame[HEADERS:].split(b"\0")[3:]
            options = dict(zip(words[::2], words[1::2]))
            payload = b"\0\6blksize\0" + options[b"blksize"] + b"\0"
        elif port == TID:
            payload = b"\0\3\0\1" + self.first
        else:
            return None
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), 0, 0x4000, 64, 17, 0, SERVER,
                         frame[26:30])
        ip = ip[:10] + _checksum(ip).to_bytes(2, "big") + ip[12:]
        udp = struct.pack("!HHHH", TID, int.from_bytes(frame[34:36], "big"), 8 + len(payload), 0)
        return frame[6:12] + self.mac + b"\x08\0" + ip + udp + payload

    def stop(self):
        """Leave nothing of it."""
        self.over.set()
        self.thread.join()
        self.socket.close()
        self.lab.server.run("bpftool", "net", "detach", "xdpdrv", "dev", "srv0")
        self.pin.unlink()
        sh("rm", "-r", self.maps)

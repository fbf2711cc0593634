# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Clients without end, one after another, no two alike: each takes an address by DHCP, reads a file of
two blocks by TFTP and gives the address back. Some keep it, some leave their transfer open. Frames
are made in place: a million clients are six million of them.
"""

import collections
import json
import pathlib
import struct

import served
from lib import packet, tftp
from lib.namespace import sh
from reader import rrq_bytes

KEEPS, ABANDONS = 8, 16  # every so many: keeps its address, abandons its transfer
NAME, BLKSIZE, BLOCKS = "two-blocks.bin", 1468, 2
CONTENT = bytes(range(250)) * 8
IP, UDP, BOOTP = 14, 34, 42
XID, CIADDR, YIADDR, CHADDR, OPTIONS = (BOOTP + at for at in (4, 12, 16, 28, 240))
DISCOVER, REQUEST, RELEASE = 1, 3, 7


class Frame:
    """A frame that is changed in place and run."""

    def __init__(self, program, frame):
        self.program = program
        self.prepared = program.prepare(frame)
        self.bytes = self.prepared[1]

    def put(self, at, data):
        """Change some bytes."""
        self.bytes[at:at + len(data)] = data

    def source(self, address, port):
        """Another client: address and port. No UDP checksum is right, too (RFC 768)."""
        self.put(IP + 12, address)
        self.put(UDP, struct.pack("!H", port))
        self.put(IP + 10, b"\0\0")
        self.put(IP + 10, struct.pack("!H", packet.checksum(self.bytes[IP:UDP])))

    def run(self):
        """The reply, or None."""
        action, out = self.program.run_prepared(self.prepared)
        return out if action == "TX" else None


def _dhcp(kind, options=b""):
    """A DHCP message without its machine."""
    head = struct.pack("!BBBBIHH", 1, 1, 6, 0, 0, 0, 0x8000).ljust(236, b"\0") + b"\x63\x82\x53\x63"
    return (head + bytes((53, 1, kind)) + options + b"\xff").ljust(300, b"\0")


class Endless:
    """Clients numbered from 0, of a server in a box."""

    def __init__(self, box):
        self.box, self.next = box, 0
        self.counts = collections.Counter()
        server = served.SERVER
        mac = bytes(6)

        def frame(payload, port, source=bytes(4), sport=68, to=server):
            made = bytearray(packet.udp(box.mac, mac, (source, sport), (to, port), payload))
            made[UDP + 6:UDP + 8] = b"\0\0"
            return Frame(box.program, bytes(made))
        everyone = b"\xff" * 4
        self.discover = frame(_dhcp(DISCOVER), 67, to=everyone)
        self.request = frame(_dhcp(REQUEST, b"\x36\x04" + server + b"\x32\x04" + bytes(4)), 67,
                             to=everyone)
        self.release = frame(_dhcp(RELEASE, b"\x36\x04" + server), 67)
        self.rrq = frame(rrq_bytes(NAME, (("blksize", BLKSIZE),)), 69)
        self.ack = frame(tftp.ack(0), 69)
        self.rrq.source(bytes((10, 77, 3, 3)), 3)
        box.answer(bytes(self.rrq.bytes))  # this block size may be new to the daemon

    def run(self, count):
        """So many clients more."""
        for number in range(self.next, self.next + count):
            self.counts["addresses"] += self._lease(number)
            self.counts["transfers"] += self._read(number)
        self.next += count

    def _lease(self, number):
        """Four-way exchange, and mostly RELEASE. Did it get an address?"""
        mac, xid = struct.pack("!HI", 0x0200, number), struct.pack("!I", number)
        for frame in (self.discover, self.request, self.release):
            frame.put(6, mac)
            frame.put(CHADDR, mac)
            frame.put(XID, xid)
        offer = self.discover.run()
        if not offer:
            return False
        address = offer[YIADDR:YIADDR + 4]
        self.request.put(OPTIONS + 11, address)
        if not self.request.run():
            return False
        if number % KEEPS:
            self.release.put(CIADDR, address)
            self.release.source(address, 68)
            self.release.run()
        return True

    def _read(self, number):
        """Read the file, or leave it after its first block. Was it answered?"""
        address = bytes((10, 77, 64 + (number >> 8) % 128, number & 0xFF))
        port = 1024 + (number >> 15)
        self.rrq.source(address, port)
        oack = self.rrq.run()
        if not oack:
            return False
        self.ack.source(address, port)
        self.ack.put(UDP + 2, oack[UDP:UDP + 2])
        last = 0 if number % ABANDONS == 0 else BLOCKS
        for block in range(last + 1):
            self.ack.put(BOOTP + 2, struct.pack("!H", block))
            if block < BLOCKS and not self.ack.run():
                return False
        if last:
            self.ack.run()
        return True


def memory(box):
    """Bytes: of each pinned map as the kernel counts them, and of the daemon."""
    maps = json.loads(sh("bpftool", "-j", "-f", "map", "show").stdout)
    taken = {one["name"]: one["bytes_memlock"] for one in maps
             if any(str(box.folder) in pin for pin in one.get("pinned", []))}
    status = pathlib.Path(f"/proc/{box.server.process.pid}/status").read_text(encoding="ascii")
    rss = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return taken, int(rss) * 1024

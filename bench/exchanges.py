# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Machines that ask for addresses: exchanges.bpf.c on the clients' end of a link, started and read."""

import os
import socket
import struct
import time
from dataclasses import dataclass

from lib import packet
from lib.lab import TOP
from lib.namespace import BPFFS, SCRATCH, sh
from lib.wait import until
from prog_run import pinned_map

XID_OFFER = 0x0F000000
DISCOVER, REQUEST, SERVER = 1, 3, b"\x0a\x4d\x00\x01"
ASKED = b"\x37\x04\x01\x03\x06\x0f"  # option 55: mask, router, DNS, domain
RULES, RESULTS = struct.Struct("=304s304sI4s4s"), struct.Struct("=8Q")
MACHINE = struct.Struct("=4s4s")
STALLED = 2  # seconds without an exchange that end a run
NOBODY = bytes(4)


@dataclass
class Outcome:
    """What became of the exchanges."""

    done: int
    doubles: int
    changed: int
    refused: int
    strays: int
    first_ns: int
    last_ns: int
    next: int
    lost: int = 0

    @property
    def rate(self):
        """Exchanges a second."""
        return self.done * 1e9 / max(self.last_ns - self.first_ns, 1)


def message(server_mac, kind, options):
    """A broadcast message without its machine; the frame has no UDP checksum."""
    bootp = struct.pack("!BBBBIHH", 1, 1, 6, 0, 0, 0, 0x8000).ljust(236, b"\0")
    options = b"\x63\x82\x53\x63" + bytes((53, 1, kind)) + options + b"\xff"
    frame = packet.udp(server_mac, bytes(6), (bytes(4), 68), (b"\xff" * 4, 67),
                       bootp + options.ljust(4 + 22, b"\0"))
    return frame[:40] + b"\0\0" + frame[42:]


class Exchanges:
    """So many machines on cli0, so many of them at a time."""

    def __init__(self, lab, machines):
        self.lab, self.machines = lab, machines
        self.pin = BPFFS / f"{SCRATCH}{os.getpid()}-exchanges"
        self.maps = self.pin.with_name(self.pin.name + "-maps")
        lab.at_end.append(self.remove)
        sh("make", "-sC", TOP, "build/exchanges.bpf.o", timeout=120)
        lab.client.run("bpftool", "net", "detach", "xdpdrv", "dev", "cli0")
        sh("bpftool", "prog", "load", TOP / "build/exchanges.bpf.o", self.pin, "pinmaps", self.maps)
        lab.client.run("bpftool", "net", "attach", "xdpdrv", "pinned", self.pin, "dev", "cli0")
        self.rules = pinned_map(self.maps / "ex_rules", 4, RULES.size)
        self.results = pinned_map(self.maps / "ex_results", 4, RESULTS.size)
        self.each = pinned_map(self.maps / "ex_machines", 4, MACHINE.size)
        everyone = b"\xff" * 6
        self.discover = message(everyone, DISCOVER, ASKED)
        self.request = message(everyone, REQUEST,
                               b"\x36\x04" + SERVER + ASKED + b"\x32\x04" + bytes(4))

    def remove(self):
        """Leave nothing behind."""
        self.pin.unlink(missing_ok=True)
        sh("rm", "-rf", self.maps, check=False)

    def _set(self, machines):
        """How many there are; none ends the load."""
        self.rules.put(RULES.pack(self.discover, self.request, machines, b"\x0a\x4d\0\0",
                                  b"\xff\xff\0\0"), bytes(4))

    def read(self):
        """Outcome so far."""
        return Outcome(*RESULTS.unpack(self.results.get(bytes(4))))

    def _begins(self, at_once):
        """A server may listen and not be ready yet, so the first are sent until it answers."""
        self._start(at_once)
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline and not self.read().first_ns:
            time.sleep(0.01)
        return self.read().first_ns

    def _start(self, at_once):
        """The first DISCOVER of so many machines, from a socket."""
        with self.lab.client.entered():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        with sock:
            sock.bind(("cli0", 0))
            for number in range(at_once):
                frame = bytearray(self.discover)
                mac = struct.pack("!HI", 0x0277, number)
                frame[6:12] = frame[42 + 28:42 + 34] = mac
                frame[46:50] = struct.pack("!I", XID_OFFER | number)
                sock.send(frame)

    def _address(self, number):
        """What a machine has."""
        return MACHINE.unpack(self.each.get(struct.pack("=I", number)))[1]

    def run(self, at_once, seconds):
        """Exchange until every machine has its address, the time is up or nothing moves."""
        self._set(self.machines)
        self.results.put(RESULTS.pack(0, 0, 0, 0, 0, 0, 0, at_once), bytes(4))
        until(lambda: self._begins(at_once), 10, "a first OFFER")
        end, done, moved = time.monotonic() + seconds, 0, time.monotonic()
        while time.monotonic() < min(end, moved + STALLED) and done < self.machines:
            time.sleep(0.02)
            now = self.read().done
            if now != done:
                done, moved = now, time.monotonic()
        outcome = self.read()
        self._set(0)
        time.sleep(0.5)  # those under way end
        final = self.read()
        begun = min(outcome.next, self.machines)
        outcome.lost = sum(self._address(number) == NOBODY for number in range(begun))
        outcome.doubles, outcome.changed = final.doubles, final.changed
        outcome.refused, outcome.strays = final.refused, final.strays
        return outcome

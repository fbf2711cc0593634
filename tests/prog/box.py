# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The box that frames are put into: the ingress program of a running server. Every run is held
against the contract: one reason ends a frame, its row tells the verdict, and a frame that is
passed or dropped is untouched, and every reply has right lengths and checksums.
"""

import contextlib
import json
import struct
from typing import NamedTuple

from lib import packet
from lib.namespace import BPFFS
from lib.wait import until
from prog_run import Counters, Program, inner_map, pinned_map
from tables import constant, reasons

VERDICTS = {"PASS": ("PASS",), "DROP": ("DROP",), "REPLY": ("TX",), "MISS": ("DROP",)}
RESOLVED = ("REPLAYED", "MISS_STALE", "MISS_UNRESOLVED")
CLIENT_SIZE, ADDRESS_SIZE, LEASE_SIZE = 24, 4, 32


class Outcome(NamedTuple):
    """What became of a frame."""

    action: str
    reason: str
    frame: bytes
    notes: dict


class Box:
    """A server's program and its maps."""

    def __init__(self, server):
        folder = BPFFS / "xdpxe" / f"{server.lab.server.inode}-srv0"
        link, = json.loads(server.lab.server.run("ip", "-j", "link", "show", "srv0").stdout)
        self.server, self.folder = server, folder
        self.mac = packet.mac_bytes(link["address"])
        self.program = Program(folder / "port-srv0" / "ingress", link["ifindex"])
        self.rows = {row.name: row for row in reasons()}
        self.counters = Counters(folder / "counters", list(self.rows.values()),
                                 constant("reasons.h", "XDPXE_REASON_MAX"))

    def close(self):
        """No more."""
        self.program.close()
        self.counters.close()

    def total(self, *names):
        """Sum of counters."""
        now = self.counters.read()
        return sum(now[self.rows[name].number] for name in names)

    def settle(self):
        """Wait until the daemon has resolved every miss, so that no counter moves by itself."""
        misses = [row.name for row in self.rows.values() if row.action == "MISS"]
        until(lambda: self.total(*misses) == self.total(*RESOLVED), 5, "the daemon")

    def run(self, frame):
        """Run a frame; a verdict against the contract fails here."""
        before = self.counters.read()
        action, out = self.program.run(frame)
        if action == "DROP":
            self._settle_miss(before)
        return self.judge(frame, action, out, self.counters.moved(before))

    def _settle_miss(self, before):
        """After a miss the daemon moves counters too."""
        now = self.counters.read()
        if any(now[row.number] != before[row.number] for row in self.rows.values()
               if row.action == "MISS"):
            self.settle()

    def judge(self, frame, action, out, moved):
        """Hold a run against reasons.def; returns its Outcome."""
        ends = {name: count for name, count in moved.items()
                if self.rows[name].action in VERDICTS}
        missed = [name for name in ends if self.rows[name].action == "MISS"]
        if missed and action == "DROP":
            ends = {missed[0]: 1}  # the others belong to the replay
        assert list(ends.values()) == [1], f"{action}, but one reason ends a frame: {moved}"
        reason, = ends
        if action == "REDIRECT":
            return self.judge_twice(frame, reason, out, moved)
        assert action in VERDICTS[self.rows[reason].action], f"{reason} ended with {action}"
        if action == "TX":
            assert moved.get("IN_PLACE") == 1, f"a reply in place is counted: {moved}"
            assert len(out) == len(frame) if reason == "ARP_ANSWERED" else len(out) >= 60, len(out)
            assert not packet.parse(out).fault, packet.parse(out).fault
            assert packet.split_tags(out)[0] == packet.split_tags(frame)[0], "tags are kept"
        else:
            assert out == frame, f"{reason}: {action} has changed the frame"
        notes = {name: count for name, count in moved.items() if name != reason}
        return Outcome(action, reason, out, notes)

    def judge_twice(self, frame, reason, out, moved):
        """The same of a reply that goes out twice: two clones are asked for, which a run does not show."""
        assert self.rows[reason].action == "REPLY", f"{reason} ended with REDIRECT"
        assert moved.get("CLONED") == moved.get("DHCP_TOLD_TWICE") == 1, moved
        assert out[14:] == frame[14:] and out[:14] != frame[:14], "a mark in place of addresses"
        notes = {name: count for name, count in moved.items() if name != reason}
        return Outcome("REDIRECT", reason, out, notes)

    def answer(self, frame):
        """The Outcome of a frame that is answered, if need be after the daemon's help."""
        outcome = self.run(frame)
        for _ in range(5):
            if self.rows[outcome.reason].action != "MISS":
                break
            outcome = self.run(frame)
        assert outcome.action == "TX", f"no answer: {outcome.action} for {outcome.reason}"
        return outcome

    def tally(self):
        """(machines with a lease, addresses with an owner, free addresses in the queue)"""
        with contextlib.ExitStack() as stack:
            def opened(table):
                stack.callback(table.close)
                return table
            leases = opened(pinned_map(self.folder / "leases", CLIENT_SIZE, LEASE_SIZE))
            owners = opened(pinned_map(self.folder / "owners", ADDRESS_SIZE, CLIENT_SIZE))
            queue = opened(inner_map(opened(pinned_map(self.folder / "pools", 4, 4)),
                                     struct.pack("=I", 0), 0, ADDRESS_SIZE))
            free = queue.drain()
            for address in free:
                queue.put(address)
            return leases.keys(), owners.keys(), free

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A simulated TFTP client: its frames, and the answers that RFC 1350, 2347-2349 ask for."""

import itertools
import struct

import served
from compare import assert_frame
from expected import tftp_reply
from lib import packet, tftp

PORTS = itertools.count(40000)
FILE_NOT_FOUND, READ_ONLY = (1, b"File not found"), (2, b"This server is read-only")
NOT_OCTET, MALFORMED = (4, b"Only octet mode is served"), (4, b"Malformed request")
UNKNOWN_TID = (5, b"Unknown transfer ID")
PLACE_LOST = (0, b"Place in the file is lost; ask again")
GRANTS = ("blksize", "windowsize", "timeout", "tsize")


def rrq_bytes(name, options=(), mode=b"octet", opcode=tftp.RRQ):
    """A request; all is bytes or text, options are (name, value) pairs."""
    words = [name, mode, *(word for pair in options for word in pair)]
    return struct.pack("!H", opcode) + b"".join(
        (word if isinstance(word, bytes) else str(word).encode()) + b"\0" for word in words)


def oack(**granted):
    """
    An OACK: nothing that was not asked for (RFC 2347). The order is free; this is the server's.
    """
    return struct.pack("!H", tftp.OACK) + b"".join(
        b"%s\0%d\0" % (name.encode(), granted[name]) for name in GRANTS if name in granted)


def data(number, block):
    """A DATA; the number rolls over to 0."""
    return struct.pack("!HH", tftp.DATA, number & 0xFFFF) + block


def block_of(content, number, size):
    """Block `number` of a file, empty behind an exact multiple."""
    return content[(number - 1) * size:number * size]


def last_block(content, size):
    """The number of the block that ends a transfer."""
    return len(content) // size + 1


class Reader:
    """A client's port; every one is new, and so is its transfer."""

    made = []  # of the current test

    def __init__(self, box, address="10.77.0.40", mac="52:54:00:00:69:01", tags=b"",
                 server=served.SERVER):
        self.box, self.port = box, next(PORTS)
        self.tags, self.server = tags, server
        self.address, self.mac = packet.ip_bytes(address), packet.mac_bytes(mac)
        self.tid = None
        Reader.made.append(self)

    def frame(self, payload, port=None):
        """A frame to a port of the server, that of the transfer unless it is told."""
        port = self.tid if port is None else port
        return packet.tagged(packet.udp(self.box.mac, self.mac, (self.address, self.port),
                                        (self.server, port), payload), self.tags)

    def rrq(self, name, *options, **how):
        """RRQ."""
        return self.frame(rrq_bytes(name, options, **how), 69)

    def ack(self, block):
        """ACK."""
        return self.frame(tftp.ack(block))

    def error(self, code=8, text=b"User aborted the transfer"):
        """ERROR."""
        return self.frame(tftp.error(code, text))

    def asks(self, frame, answer, reason="TFTP_OACK"):
        """A request that gets this payload from a TID; returns the outcome."""
        outcome = self.box.answer(frame)
        self.tid = packet.parse(outcome.frame).sport
        assert 20000 <= self.tid <= 32767 and outcome.reason == reason
        assert_frame(outcome.frame, tftp_reply(frame, answer, self.tid))
        return outcome

    def gets(self, frame, answer, reason="TFTP_DATA"):
        """A frame that gets this payload from the port it went to."""
        outcome = self.box.run(frame)
        assert (outcome.reason, outcome.action) == (reason, "TX")
        assert_frame(outcome.frame, tftp_reply(frame, answer,
                                               packet.parse(frame).dport))
        return outcome

    def starts(self, name, blksize):
        """A transfer that has come to its OACK."""
        self.asks(self.rrq(name, ("blksize", blksize)), oack(blksize=blksize))
        return self

    @classmethod
    def all_give_up(cls):
        """End every transfer, else the daemon comes to its help while others are counted."""
        for reader in cls.made:
            if reader.tid and reader.box.program.prog is not None:
                reader.box.program.run(reader.error())
        cls.made.clear()

    def fails(self, frame, fault, reason):
        """A frame that gets an ERROR from the port it went to."""
        code, text = fault
        return self.gets(frame, tftp.error(code, text), reason)

    def dropped(self, frame, reason):
        """A frame that ends here without an answer."""
        outcome = self.box.run(frame)
        assert (outcome.reason, outcome.action) == (reason, "DROP")
        return outcome

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The wire itself: frames sent from the client's end of the link, and what comes back. A window leaves
through the devmap, where a run of the program alone does not go.
"""

import select
import time

from compare import assert_frame
from expected import tftp_reply
from lib import packet, tftp
from lib.crowd import packet_socket, recv_tagged
from reader import block_of, data

QUIET, PATIENCE = 0.1, 2.0  # seconds: after the last frame; for the first of them


class Wire:
    """The client's end of link 0."""

    def __init__(self, lab):
        self.socket = packet_socket(lab.client, "cli0")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, reader, frame, count):
        """Send; returns what comes for the reader, until it is at least so much or long enough."""
        early = self._heard(reader)  # the OACK of a request that the daemon has run again
        assert all(frame[packet.PAYLOAD + 1] == tftp.OACK for frame in early), "a block too many"
        self.socket.send(frame)
        found, limit = [], time.monotonic() + PATIENCE
        while len(found) < count and select.select([self.socket], [], [],
                                                   max(0, limit - time.monotonic()))[0]:
            found += self._heard(reader)
        return found

    def waits_for(self, reader, seconds):
        """The next frame that comes for the reader by itself."""
        assert select.select([self.socket], [], [], seconds)[0], f"nothing came for {seconds} s"
        return self._heard(reader)[0]

    def silent(self, reader, frame):
        """Send; nothing may come."""
        self.socket.send(frame)
        time.sleep(QUIET)
        assert not self._heard(reader), "an answer came"

    def _heard(self, reader):
        """Frames for a reader's port."""
        heard = []
        while select.select([self.socket], [], [], 0)[0]:
            frame = recv_tagged(self.socket)
            datagram = packet.parse(frame)
            if isinstance(datagram, packet.Datagram) and datagram.dport == reader.port:
                heard.append(frame)
        return heard

    def gets_blocks(self, reader, frame, blocks, block):
        """An ACK that is answered with these blocks in order; block(n) is (number, bytes) of n."""
        got = self.ask(reader, frame, len(blocks))
        assert len(got) == len(blocks), f"{len(got)} frames for {len(blocks)} blocks"
        for one, number in zip(got, blocks):
            due = tftp_reply(frame, data(*block(number)), reader.tid)
            assert_frame(one, due, f"block {number} of {blocks}")


def to_zero(content, size):
    """Blocks of a file whose numbers roll over to 0."""
    return lambda number: (number, block_of(content, number, size))


def to_one(content, size):
    """Blocks of a file whose numbers go from 65,535 to 1."""
    return lambda number: ((number - 1) % 65535 + 1, block_of(content, number, size))


def read_on(wire, reader, block, window, blocks):
    """Whole windows from the block before the first one to the last one."""
    first, last = blocks
    for acked in range(first - 1, last, window):
        due = range(acked + 1, min(acked + window, last) + 1)
        wire.gets_blocks(reader, reader.ack(block(acked)[0] if acked else 0), due, block)

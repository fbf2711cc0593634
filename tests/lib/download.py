# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A TFTP client that a test leads block by block, over a kernel socket: for transfers in flight while
a server changes.
"""

import socket

from lib import tftp
from lib.clients import SERVER


class Download:
    """One transfer; it acknowledges when it is told to."""

    def __init__(self, lab, name, options=(("blksize", "1468"), ("tsize", "0")), server=SERVER):
        with lab.client.entered():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server, self.peer = server, None
        self.data, self.block, self.complete, self.repeats = b"", 0, False, 0
        self.oack = self._ask(tftp.request(name, options), (server, 69)).options
        self.blksize = int(self.oack.get("blksize", 512))
        self.size = int(self.oack.get("tsize", 0))

    def _ask(self, payload, target, tries=10):
        """Send and await an answer, again every half second, as a patient client does."""
        self.socket.settimeout(0.5)
        for _ in range(tries):
            self.socket.sendto(payload, target)
            try:
                answer, peer = self.socket.recvfrom(2048)
            except TimeoutError:
                self.repeats += 1
                continue
            self.peer = self.peer or peer
            assert peer == self.peer, f"answer from {peer}, the transfer is with {self.peer}"
            answer = tftp.parse(answer)
            assert answer.opcode != tftp.ERROR, f"ERROR {answer.number}: {answer.data!r}"
            return answer
        raise AssertionError(f"no answer to {payload[:40]!r} to {target} after {tries} tries")

    def step(self, blocks=1):
        """Acknowledge and receive so many blocks."""
        for _ in range(blocks):
            answer = self._ask(tftp.ack(self.block), self.peer)
            while answer.number != (self.block + 1) & 0xFFFF:
                answer = self._ask(tftp.ack(self.block), self.peer)
            self.block += 1
            self.data += answer.data
            if len(answer.data) < self.blksize:
                self.complete = True
                self.socket.sendto(tftp.ack(self.block), self.peer)
                return self
        return self

    def lose_next(self):
        """Acknowledge, and lose what comes."""
        self.socket.settimeout(5)
        self.socket.sendto(tftp.ack(self.block), self.peer)
        self.socket.recv(2048)
        return self

    def wait_rescue(self, seconds):
        """Send nothing, as GRUB does, and wait for the lost block to come again."""
        self.socket.settimeout(seconds)
        answer = tftp.parse(self.socket.recv(2048))
        assert answer.number == (self.block + 1) & 0xFFFF
        self.block += 1
        self.data += answer.data
        return self

    def finish(self):
        """All blocks that are left; returns the file."""
        while not self.complete:
            self.step()
        self.socket.close()
        return self.data

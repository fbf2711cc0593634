# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A TFTP client of which every packet is the test's own, in windows if need be (RFC 7440)."""

import contextlib
import socket
import time

from lib import packet, tftp
from lib.clients import SERVER
from lib.crowd import packet_socket


class Led:
    """
    One transfer over a kernel socket. It sends what it is told, and repeats nothing by itself.
    """

    def __init__(self, lab, port=0, address="10.77.0.2"):
        with lab.client.entered():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.port = self.socket.getsockname()[1]
        self.peer, self.options = None, {}
        self.blksize, self.window, self.counted_data = 512, 1, 0
        self.name = ""
        lab.at_end.append(self.socket.close)

    # Packets

    def send(self, payload, to=None):
        """To the transfer's peer, or to a port."""
        self.socket.sendto(payload, (SERVER, to) if to else self.peer)

    def hear(self, seconds=2.0):
        """The next packet of the server, or None after so many seconds."""
        self.socket.settimeout(max(seconds, 0.001))
        try:
            payload, peer = self.socket.recvfrom(2048)
        except TimeoutError:
            return None
        self.peer = self.peer or peer
        assert peer == self.peer, f"answer from {peer}, the transfer is with {self.peer}"
        answer = tftp.parse(payload)
        self.counted_data += answer.opcode == tftp.DATA
        return answer

    def hear_all(self, quiet=0.3):
        """All that comes until nothing came for so long."""
        answers = []
        while (answer := self.hear(quiet)) is not None:
            answers.append(answer)
        return answers

    def ask(self, name, **options):
        """Send an RRQ."""
        self.name = name
        self.send(tftp.request(name, [(key, str(value)) for key, value in options.items()]), 69)
        return self

    def open(self, name, **options):
        """RRQ and OACK; returns itself."""
        answer = self.ask(name, **options).hear()
        assert answer is not None, f"no answer to RRQ {name}"
        assert answer.opcode == tftp.OACK, answer
        fault = tftp.oack_fault([(key, str(value)) for key, value in options.items()],
                                answer.options)
        assert not fault, fault
        self.options = answer.options
        self.blksize = int(answer.options.get("blksize", 512))
        self.window = int(answer.options.get("windowsize", 1))
        return self

    def ack(self, block):
        """Send an ACK."""
        self.send(tftp.ack(block))
        return self

    # Blocks

    def take(self, first, count):
        """
        Hear so many blocks from this one on, or fewer up to the short one; returns them. An OACK
        that comes again means nothing to a client.
        """
        data = []
        for block in range(first, first + count):
            answer = self.hear()
            while answer is not None and answer.opcode == tftp.OACK:
                answer = self.hear()
            assert answer is not None, f"block {block} did not come"
            assert (answer.opcode, answer.number) == (tftp.DATA, block & 0xFFFF), answer[:2]
            data.append(answer.data)
            if len(answer.data) < self.blksize:
                break
        return data

    def rest(self, acked=0):
        """Acknowledge so much, then read window by window; returns the bytes from there on."""
        data = []
        while True:
            window = self.ack(acked).take(acked + 1, self.window)
            acked += len(window)
            data += window
            if len(window[-1]) < self.blksize:
                self.ack(acked)
                return b"".join(data)

    def quiet(self, seconds=0.3):
        """Nothing more comes."""
        answer = self.hear(seconds)
        assert answer is None, f"unasked: opcode {answer.opcode} number {answer.number}"
        return self


def wait_after_answer():
    """An ACK that comes again sooner than this is the network's doing, and not answered."""
    time.sleep(0.08)


@contextlib.contextmanager
def looking_at_checksums(lab, interface="cli0"):
    """Yields a list that is filled, at the end, with what the server's frames have wrong."""
    sock = packet_socket(lab.client, interface)
    faults = []
    try:
        yield faults
        frames = list(_waiting_frames(sock))
        datagrams = [one for one in map(packet.parse, frames) if isinstance(one, packet.Datagram)]
        faults += sorted({one.fault for one in datagrams if one.fault})
        faults += [] if datagrams else ["no datagram was seen"]
    finally:
        sock.close()


def _waiting_frames(sock):
    """What a packet socket has received."""
    while True:
        try:
            yield sock.recv(2048, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return

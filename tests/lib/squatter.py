# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
What answers ARP on a segment beside the machines that were given an address, and what is asked
there.
"""

import contextlib
import select
import socket
import struct
import threading

from lib import packet
from lib.crowd import packet_socket

TPIDS = (0x8100, 0x88A8)
NOBODY = bytes(4)
SOL_PACKET, PACKET_AUXDATA, VLAN_VALID = 263, 8, 0x10
AUXDATA = struct.Struct("=IIIHHHH")  # struct tpacket_auxdata


def receive(sock):
    """(tags, frame without them): VLAN ids, outermost first; the kernel takes that one out itself."""
    frame, beside, *_ = sock.recvmsg(2048, socket.CMSG_SPACE(AUXDATA.size))
    tags = []
    for _, _, data in beside:
        status, *_, tci, _ = AUXDATA.unpack(data[:AUXDATA.size])
        tags += [tci & 0xFFF] if status & VLAN_VALID else []
    while int.from_bytes(frame[12:14], "big") in TPIDS:
        tags.append(int.from_bytes(frame[14:16], "big") & 0xFFF)
        frame = frame[:12] + frame[16:]
    return tuple(tags), frame


def with_tags(frame, tags):
    """Put tags, (TPID, VLAN id) each, outermost first, into a frame."""
    body = b"".join(struct.pack("!HH", *tag) for tag in tags)
    return frame[:12] + body + frame[12:]


class Segment:
    """
    Listens to ARP at the client's end of a link, and answers requests for some addresses as
    machines that were set up by hand do. tags: of the VLAN it is in. A context manager.
    """

    def __init__(self, lab, mac="52:54:00:bb:00:01", has=(), everything=False, interface="cli0",
                 tags=()):  # pylint: disable=too-many-arguments
        self.socket = packet_socket(lab.client, interface)
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.tags = tags
        self.mac, self.everything = packet.mac_bytes(mac), everything
        self.has = {packet.ip_bytes(address) for address in has}
        self.requests = []  # (message, frame)
        self.over = False
        self.thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.thread.join(5)
        self.socket.close()

    def _listen(self):
        """Until the end."""
        while not self.over:
            if select.select([self.socket], [], [], 0.05)[0]:
                with contextlib.suppress(OSError):  # the link went down: told once
                    self._hear(*receive(self.socket))

    def _hear(self, tags, frame):
        """A frame on the trunk."""
        message = packet.parse(frame) if tags == tuple(vid for _, vid in self.tags) else None
        if not isinstance(message, packet.Arp) or message.operation != 1:
            return
        self.requests.append((message, frame))
        if self.everything or message.target in self.has:
            answer = packet.arp(2, self.mac, message.target, message.address, message.mac,
                                message.mac)
            self.socket.send(with_tags(answer, self.tags))

    def announce(self, address):
        """Say once, unasked, that it has an address (RFC 5227 section 2.3)."""
        packed = packet.ip_bytes(address)
        self.socket.send(with_tags(packet.arp(1, self.mac, packed, packed), self.tags))

    def probes(self):
        """Requests of senders without an address: (message, frame)."""
        return [one for one in list(self.requests) if one[0].address == NOBODY]

    def probed(self):
        """The addresses that were asked for so, as text."""
        return {packet.ip_text(message.target) for message, _ in self.probes()}

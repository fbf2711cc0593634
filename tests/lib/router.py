# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
IPv6 router advertisements: iPXE 1.0 waits 13 s for one before it goes on with what IPv4 gave it.
This router has no prefix and no lifetime; it only ends the wait.
"""

import struct

from lib import packet
from lib.background import Background
from lib.crowd import packet_socket

ETH_IPV6, ICMPV6, ADVERTISEMENT = 0x86DD, 58, 134
ALL_NODES = bytes.fromhex("ff020000000000000000000000000001")
ALL_NODES_MAC = bytes.fromhex("333300000001")
ROUTER = bytes.fromhex("fe800000000000000000000000000001")
ROUTER_MAC = bytes.fromhex("020000000001")


def advertisement():
    """The frame: no flags, lifetime 0."""
    body = struct.pack("!BBHBBHII", ADVERTISEMENT, 0, 0, 64, 0, 0, 0, 0)
    pseudo = ROUTER + ALL_NODES + struct.pack("!II", len(body), ICMPV6)
    body = body[:2] + packet.checksum(pseudo + body).to_bytes(2, "big") + body[4:]
    head = struct.pack("!IHBB", 6 << 28, len(body), ICMPV6, 255) + ROUTER + ALL_NODES
    return packet.ETHERNET.pack(ALL_NODES_MAC, ROUTER_MAC, ETH_IPV6) + head + body


class Router(Background):
    """Context manager: advertises on an interface, several times a second."""

    def __init__(self, namespace, interface, every=0.5):
        self.socket, self.every = packet_socket(namespace, interface), every
        super().__init__(self.socket)

    def work(self):
        """The thread."""
        frame = advertisement()
        while not self.over.wait(self.every):
            self.socket.send(frame)

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A DHCP client of which every message is told, and that hears the answers of all servers."""

import select
import time

from lib import dhcp, packet
from lib.crowd import packet_socket

EVERYWHERE = b"\xff" * 4


class DhcpClient:
    """A machine on an interface of a namespace."""

    def __init__(self, namespace, interface, mac, options=()):
        self.socket = packet_socket(namespace, interface)
        self.mac, self.xid = packet.mac_bytes(mac), packet.mac_bytes(mac)[2:]
        self.options = list(options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, kind, more=(), ciaddr=dhcp.ZERO):
        """Broadcast a message."""
        payload = dhcp.message(self.mac, self.xid, [(53, bytes((kind,))), *more, *self.options],
                               flags=0x8000, ciaddr=ciaddr, pad_to=300)
        self.socket.send(packet.udp(packet.BROADCAST_MAC, self.mac, (ciaddr, 68),
                                    (EVERYWHERE, 67), payload))

    def hear(self, kind, servers, seconds=20):
        """
        Wait until each of these servers has answered with this kind of message; returns all replies
        until then, server -> Reply.
        """
        deadline, heard = time.monotonic() + seconds, {}
        while not all(one in heard and heard[one].kind == kind for one in servers):
            left = deadline - time.monotonic()
            assert left > 0, f"{sorted(heard)} answered, and not all of {servers} with {kind}"
            if not select.select([self.socket], [], [], left)[0]:
                continue
            datagram = packet.parse(self.socket.recv(2048))
            reply = (dhcp.parse(datagram.payload) if isinstance(datagram, packet.Datagram)
                     and datagram.dport == 68 else None)
            if reply and (reply.mac, reply.xid) == (self.mac, self.xid):
                heard[packet.ip_text(reply.options[54])] = reply
        return heard

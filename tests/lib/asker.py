# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Machines that want an address and nothing else, many at once, each asking again until it has one."""

import select
import time

from lib import dhcp, packet
from lib.crowd import packet_socket

AGAIN = 1.0


class Asker:
    """DISCOVER and REQUEST for many hardware addresses over one packet socket; a context manager."""

    def __init__(self, lab, interface="cli0"):
        self.socket = packet_socket(lab.client, interface)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, count, seconds, first=0, again=AGAIN):
        """
        Ask for so many machines, again after so many seconds; returns mac -> address of those that
        were acknowledged.
        """
        macs = [bytes.fromhex(f"5254{first + number:08x}") for number in range(count)]
        state = {mac: (None, None) for mac in macs}  # what it was offered, by whom
        bound, limit, next_time = {}, time.monotonic() + seconds, 0
        while len(bound) < count and time.monotonic() < limit:
            if time.monotonic() >= next_time:
                self._ask_all(macs, state, bound)
                next_time = time.monotonic() + again
            self._hear(state, bound)
        return {packet.mac_text(mac): packet.ip_text(address) for mac, address in bound.items()}

    def _ask_all(self, macs, state, bound):
        """Everybody who has no address asks, or asks again."""
        for number, mac in enumerate(macs):
            if mac not in bound:
                self._send(mac, *state[mac])
            if number % 64 == 63:
                self._hear(state, bound, 0)

    def _send(self, mac, address, server):
        """DISCOVER, or REQUEST of what was offered."""
        options = [(53, bytes([dhcp.REQUEST if address else dhcp.DISCOVER]))]
        if address:
            options += [(54, server), (50, address)]
        body = dhcp.message(mac, mac[2:], options)
        self.socket.send(packet.udp(packet.BROADCAST_MAC, mac, (bytes(4), 68), (b"\xff" * 4, 67),
                                    body))

    def _hear(self, state, bound, wait=0.05):
        """Take what has come."""
        while select.select([self.socket], [], [], wait)[0]:
            wait = 0
            read = packet.parse(self.socket.recv(2048))
            reply = isinstance(read, packet.Datagram) and read.dport == 68 and dhcp.parse(
                read.payload)
            if not reply or reply.mac not in state:
                continue
            if reply.kind == dhcp.OFFER and state[reply.mac][0] is None:
                state[reply.mac] = (reply.yiaddr, reply.options[54])
                self._send(reply.mac, *state[reply.mac])
            elif reply.kind == dhcp.ACK:
                bound[reply.mac] = reply.yiaddr

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Looks on from beside the wire: what a machine that is not ours to ask (real firmware, a kernel
client) did.
"""

from lib import dhcp, packet
from lib.crowd import PACKET_IGNORE_OUTGOING, SOL_PACKET, packet_socket

RRQ, DATA, OACK = b"\0\1", b"\3", b"\6"


class Watcher:
    """
    Follows one machine behind an interface (its tap): address, files asked for, bytes of each.
    """

    def __init__(self, namespace, interface, mac):
        self.mac = packet.mac_bytes(mac)
        self.socket = packet_socket(namespace, interface)
        self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 0)
        self.address, self.stage = "", "off"
        self.files, self.received, self.faults = {}, {}, []
        self.by_port = {}
        self.requests = []  # file and options of each RRQ that is no repetition

    def close(self):
        """No more."""
        self.socket.close()

    def look(self):
        """Take all frames since the last look."""
        while True:
            try:
                frame = self.socket.recv(2048, 0x40)  # MSG_DONTWAIT
            except BlockingIOError:
                return
            datagram = packet.parse(frame)
            if isinstance(datagram, packet.Datagram):
                self._note(datagram)

    def _count(self, name):
        """Count a packet of the server."""
        self.received[name] = self.received.get(name, 0) + 1

    def _note(self, datagram):
        """A datagram of the machine, or for it."""
        ours = datagram.src_mac == self.mac
        if ours and datagram.dport == 69 and datagram.payload[:2] == RRQ:
            name, _, *options = datagram.payload[2:].split(b"\0")
            name = name.decode("ascii", "replace").lstrip("/")
            if self.by_port.get(datagram.sport) != name:
                self.requests.append((name, dict(zip(options[::2], options[1::2]))))
            self.by_port[datagram.sport] = name
            self.files[name] = 0
            self.stage = "tftp"
        elif datagram.dport == 68:
            self._note_dhcp(datagram)
        elif datagram.dport in self.by_port and datagram.dst_mac == self.mac:
            self._note_tftp(datagram)

    def _note_dhcp(self, datagram):
        """A DHCP reply."""
        reply = dhcp.parse(datagram.payload)
        if reply and reply.mac == self.mac and reply.kind in (dhcp.OFFER, dhcp.ACK):
            self._fault(datagram)
            self._count("dhcp_offer" if reply.kind == dhcp.OFFER else "dhcp_ack")
            self.stage = "dhcp"
            self.address = packet.ip_text(reply.yiaddr)

    def _note_tftp(self, datagram):
        """A TFTP packet to a port that asked for a file."""
        opcode, name = datagram.payload[1:2], self.by_port[datagram.dport]
        if opcode in (DATA, OACK):
            self._fault(datagram)
            self._count("tftp_blocks" if opcode == DATA else "tftp_oack")
            self.files[name] += len(datagram.payload) - 4 if opcode == DATA else 0

    def _fault(self, datagram):
        """What the server's headers have wrong, each kind once."""
        if datagram.fault and datagram.fault not in self.faults:
            self.faults.append(datagram.fault)

    def biggest(self):
        """The file most bytes came of: (name, bytes)."""
        return max(self.files.items(), key=lambda item: item[1], default=("", 0))

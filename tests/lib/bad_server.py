# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A boot server in a few lines that is right, so that a test can make it wrong in one place: each
method is one decision. It hears and speaks through a packet socket; ARP is the kernel's.
"""

import select
import struct

from lib import dhcp, packet, tftp
from lib.background import Background
from lib.crowd import packet_socket
from lib.server import BOOT

ADDRESS = bytes((10, 77, 0, 1))
NAMES = {0: "bios", 7: "efi-x64", 11: "efi-arm64"}


class Server(Background):
    """Context manager: serves the first link of a laboratory in a thread."""

    def __init__(self, lab, files):
        self.lab, self.files = lab, files
        self.socket = packet_socket(lab.server, "srv0")
        text = lab.server.run("cat", "/sys/class/net/srv0/address", check=False).stdout
        link = lab.server.run("ip", "-br", "link", "show", "srv0").stdout.split()[2]
        self.mac = packet.mac_bytes(link or text)
        self.leases, self.reads = {}, {}
        super().__init__(self.socket)

    # What a test makes wrong

    def address(self, mac):
        """The address of a machine."""
        return bytes((10, 77, 1, 1 + list(self.leases).index(mac)))

    def file(self, arch):
        """The first stage of an architecture."""
        return BOOT[NAMES[arch]]

    def second_stage(self):
        """What iPXE boots."""
        return BOOT["ipxe"]

    def options(self, options):
        """The options of a reply, as (code, bytes) pairs."""
        return options

    def granted(self, options):
        """The options of an OACK, as pairs of text."""
        return options

    def block(self, number, data):
        """The bytes of a block."""
        del number
        return data

    def frame(self, frame, answer):
        """A frame on its way out; answer is the payload's first four bytes."""
        del answer
        return frame

    def arp(self, message):
        """An ARP message came; the kernel answers it."""

    # What is right

    def work(self):
        """Answer frame by frame, to the last that came before the end."""
        while True:
            over = self.over.is_set()
            if not select.select([self.socket], [], [], 0.05)[0]:
                if over:
                    return
                continue
            datagram = packet.parse(self.socket.recv(2048))
            if isinstance(datagram, packet.Arp):
                self.arp(datagram)
            if not isinstance(datagram, packet.Datagram):
                continue
            if datagram.dport == 67:
                self._dhcp(datagram)
            elif datagram.dport == 69:
                self._request(datagram)
            elif (datagram.src, datagram.sport) in self.reads:
                self._acknowledged(datagram)

    def _send(self, datagram, target, port, payload):
        """Answer a datagram."""
        mac = packet.BROADCAST_MAC if target[0] == dhcp.ZERO or target[0] == b"\xff" * 4 else \
            datagram.src_mac
        frame = packet.udp(mac, self.mac, (ADDRESS, port), target, payload)
        self.socket.send(self.frame(frame, payload[:4]))

    def _dhcp(self, datagram):
        """DISCOVER, REQUEST."""
        payload = datagram.payload
        (_, _, _, _, xid, _, flags, _, _, _, _, chaddr, _, _) = dhcp.BOOTP.unpack_from(payload)
        said = dhcp.parse(b"\2" + payload[1:]).options
        self.leases.setdefault(chaddr[:6], len(self.leases))
        address = self.address(chaddr[:6])
        kind = dhcp.OFFER if said[53] == b"\1" else dhcp.ACK
        name = self.second_stage() if 175 in said else \
            self.file(int.from_bytes(said[93][:2], "big"))
        head = dhcp.BOOTP.pack(2, 1, 6, 0, xid, 0, flags, dhcp.ZERO, address, ADDRESS, dhcp.ZERO,
                               chaddr, b"", name.encode())
        options = self.options([(53, bytes((kind,))), (54, ADDRESS), (51, struct.pack("!I", 600)),
                                (1, bytes((255, 255, 0, 0))), (3, ADDRESS)])
        reply = (head + dhcp.MAGIC + dhcp.encode(options)).ljust(300, b"\0")
        target = b"\xff" * 4 if flags & 0x8000 else address
        self._send(datagram, (target, 68), 67, reply)

    def _request(self, datagram):
        """RRQ: all options are granted but the window."""
        words = datagram.payload[2:].rstrip(b"\0").decode().split("\0")
        name, asked = words[0].lstrip("/"), dict(zip(words[2::2], words[3::2]))
        granted = {key: str(len(self.files[name])) if key == "tsize" else value
                   for key, value in asked.items() if key != "windowsize"}
        blksize = int(granted.get("blksize", 512))
        self.reads[(datagram.src, datagram.sport)] = (name, blksize)
        oack = b"\0\6" + b"".join(word.encode() + b"\0"
                                  for pair in self.granted(list(granted.items())) for word in pair)
        self._send(datagram, (datagram.src, datagram.sport), 5000, oack)

    def _acknowledged(self, datagram):
        """ACK n -> DATA n + 1."""
        name, blksize = self.reads[(datagram.src, datagram.sport)]
        opcode, number = struct.unpack_from("!HH", datagram.payload)
        data = self.files[name]
        if opcode != tftp.ACK or number * blksize > len(data):
            return
        block = data[number * blksize:(number + 1) * blksize]
        self._send(datagram, (datagram.src, datagram.sport), 5000,
                   struct.pack("!HH", tftp.DATA, number + 1) + self.block(number + 1, block))

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A simulated machine's DHCP: messages as firmware builds them, and a dialogue with the box."""

import itertools
import struct

import served
from compare import assert_frame
from expected import ZERO, address_in, dhcp_reply
from frames import options_of, payload_of
from lib import dhcp, packet

RELAY_MAC = bytes.fromhex("02000000ee01")
NUMBERS = itertools.count(1)


def fresh_mac():
    """A hardware address that no other test has."""
    return struct.pack("!HI", 0x5254, next(NUMBERS) + 0x10000000)


def fresh_xid():
    """A transaction that no other is: a message that comes again is answered twice."""
    return struct.pack("!I", 0x10000000 + next(NUMBERS))


def pxe(arch=0, vendor=b"PXEClient:Arch:%05d:UNDI:003000", **more):
    """Options of a boot ROM; arch may be a list of codes. more: o57=bytes and so on."""
    codes = [arch] if isinstance(arch, int) else arch
    options = {57: struct.pack("!H", 1472), 93: struct.pack(f"!{len(codes)}H", *codes),
               94: bytes((1, 3, 0)), 97: bytes(17)}
    if vendor:
        options[60] = vendor % codes[0] if b"%" in vendor else vendor
    options.update({int(name[1:]): value for name, value in more.items()})
    return [(code, value) for code, value in options.items() if value is not None]


class Machine:
    """A client; options are those of each of its messages."""

    def __init__(self, box, mac=None, options=(), flags=0):
        self.box, self.options, self.flags = box, list(options), flags
        self.mac = mac if isinstance(mac, bytes) else packet.mac_bytes(mac) if mac else fresh_mac()
        self.xid, self.giaddr, self.secs = fresh_xid(), ZERO, 4
        self.address = ZERO
        self.network, self.tags, self.relay_mac = served, b"", RELAY_MAC

    def frame(self, kind, more=(), ciaddr=ZERO, to=b"\xff" * 4, source=None, port=67):
        """
        A message of this machine, through the relay if it has one; source: its (address, port).
        """
        options = [(53, bytes((kind,))), *more, *self.options]
        head = dhcp.BOOTP.pack(1, 1, 6, 0, self.xid, self.secs, self.flags, ciaddr, ZERO, ZERO,
                               self.giaddr, self.mac, b"", b"")
        body = (head + dhcp.MAGIC + dhcp.encode(options)).ljust(300, b"\0")
        relayed = self.giaddr != ZERO
        source = source or ((self.giaddr, 67) if relayed else (ciaddr, 68))
        target_mac = packet.BROADCAST_MAC if to == b"\xff" * 4 else self.box.mac
        sender = self.relay_mac if relayed else self.mac
        return packet.tagged(packet.udp(target_mac, sender, source, (to, port), body), self.tags)

    def discover(self, **more):
        """DISCOVER."""
        return self.frame(dhcp.DISCOVER, **more)

    def request(self, address=None, server=None, **more):
        """REQUEST that chooses an offer: options 54 and 50."""
        return self.frame(dhcp.REQUEST, [(54, server or self.network.SERVER),
                                         (50, address or self.address)], **more)

    def renew(self, to=None):
        """REQUEST of an address in use: ciaddr, neither 54 nor 50."""
        return self.frame(dhcp.REQUEST, ciaddr=self.address, to=to or self.network.SERVER)

    def reboot(self, address=None):
        """REQUEST in INIT-REBOOT: 50 alone."""
        return self.frame(dhcp.REQUEST, [(50, address or self.address)])

    def release(self):
        """RELEASE."""
        return self.frame(dhcp.RELEASE, [(54, self.network.SERVER)], ciaddr=self.address,
                          to=self.network.SERVER)

    def inform(self, to=served.SERVER, **more):
        """INFORM."""
        return self.frame(dhcp.INFORM, to=to, **{"ciaddr": self.address, **more})

    def asks_boot_server(self, kind=dhcp.REQUEST, more=(), sport=68, **how):
        """A message to port 4011, where a client with an address asks what to boot."""
        there = {"ciaddr": self.address, "source": (self.address, sport), "to": served.SERVER,
                 "port": 4011}
        return self.frame(kind, more, **{**there, **how})

    def offered(self, boot=None, frame=None):
        """A first DISCOVER, and hold the OFFER against what is due; returns the address."""
        if not frame:
            self.xid = fresh_xid()
            frame = self.discover()
        outcome = self.box.answer(frame)
        self.address = address_in(outcome.frame)
        assert outcome.reason == "DHCP_OFFER"
        self._is_due(outcome, frame, dhcp.OFFER, boot)
        return self.address

    def acknowledged(self, frame, boot=None):
        """A REQUEST, and hold the ACK against what is due."""
        outcome = self.box.run(frame)
        assert outcome.reason == "DHCP_ACK", f"{outcome.reason}: {outcome.action}"
        self._is_due(outcome, frame, dhcp.ACK, boot)
        return outcome

    def _is_due(self, outcome, frame, kind, boot):
        """Is the reply the one that the frame must get?"""
        assert_frame(outcome.frame, dhcp_reply(frame, self.box.mac, kind, self.address, boot,
                                               self.network))

    def boots(self, boot=None):
        """DISCOVER, OFFER, REQUEST, ACK; both replies with this boot."""
        self.offered(boot)
        self.acknowledged(self.request(), boot)
        return self.address


def refused(box, frame, reason, action="PASS"):
    """Run a frame that is not answered."""
    outcome = box.run(frame)
    assert (outcome.reason, outcome.action) == (reason, action)
    return outcome


def option_of(reply, code):
    """An option of a reply, None when absent."""
    return dict(options_of(payload_of(reply))).get(code)

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A simulated machine that boots over the network as its firmware does, and looks at every byte it
gets.

Machine.boot() is a generator: it yields the moment until which it waits, and is sent the next frame
for it, or None when that moment came. Who drives it (lib.crowd) owns the socket and the clock.
"""

import random
import time
from dataclasses import dataclass, field

from lib import dhcp, dialect, packet
from lib.failure import Failure
from lib.transfer import Transfer

SERVER_PORT, CLIENT_PORT = 67, 68
EVERYWHERE = b"\xff" * 4


@dataclass
class Result:
    """What became of a boot; .seconds has the time of each step."""

    mac: str
    firmware: str
    address: str = ""
    file: str = ""
    bytes: int = 0
    size: int = 0
    stage: str = "off"
    second_stage: str = ""
    seconds: dict = field(default_factory=dict)
    received: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)

    @property
    def done(self):
        """Reached the second stage, and nothing was wrong on the way."""
        return bool(self.second_stage) and not self.errors


class Machine:
    """One machine. hurry: it does not collect OFFERs for seconds as EDK2 does."""

    def __init__(self, mac, firmware, file=None, second_stage=None, hurry=True, pause=None):
        self.mac = packet.mac_bytes(mac)
        self.firmware, self.hurry = firmware, hurry
        self.expected_file, self.expected_bytes = file or (None, None)
        self.expected_second_stage = second_stage
        self.pause = pause or (lambda block: 0)
        self.result = Result(mac, firmware.name)
        self.random = random.Random(mac)
        self.uuid = self.random.randbytes(16)
        self.port = self.random.randrange(1100, 9000)
        self.ident = self.random.randrange(1, 60000)
        self.address, self.server, self.server_mac = dhcp.ZERO, None, None
        self.send = None

    # What drives it

    def boot(self, send):
        """The whole boot, as a generator; every failure ends up in .result.errors."""
        self.send = send
        started = time.monotonic()
        try:
            yield from self._boot()
            self.result.stage = "done"
        except Failure as failure:
            self.fault(str(failure))
            self.result.stage = "failed"
        self.result.seconds["all"] = time.monotonic() - started

    def _boot(self):
        """ROM: address, file. iPXE: address again, and the second stage's URL."""
        rom = yield from self._timed("dhcp", self._lease(self.firmware))
        first = self.address
        self._look_at_class(rom, rom.boot_file(), self.expected_file, "file")
        yield from self._timed("arp", self._find_server(rom.server))
        self.result.file = rom.boot_file()
        image = yield from self._timed("tftp", self._read(rom))
        if self.expected_bytes is not None and image != self.expected_bytes:
            self.fault(f"{self.result.file}: {_difference(image, self.expected_bytes)}")
        self.result.stage = "iPXE"
        ipxe = dialect.IPXE_AFTER[self.firmware.arch]
        reply = yield from self._timed("dhcp as iPXE", self._lease(ipxe))
        if self.address != first:
            now = packet.ip_text(self.address)
            self.fault(f"address changed from {packet.ip_text(first)} to {now}")
        self._look_at_class(reply, reply.boot_file(), self.expected_second_stage, "second stage")
        self.result.second_stage = reply.boot_file()

    def _timed(self, name, steps):
        """Do steps, and note the stage and the time they took."""
        self.result.stage = name
        started = time.monotonic()
        value = yield from steps
        self.result.seconds[name] = time.monotonic() - started
        return value

    def fault(self, text):
        """Something is wrong that need not end the boot; each kind is told once."""
        if text not in self.result.errors:
            self.result.errors.append(text)

    def count(self, name):
        """Count a packet received."""
        self.result.received[name] = self.result.received.get(name, 0) + 1

    def _look_at_class(self, reply, got, expected, what):
        """Is the boot file the one for this kind of client?"""
        if not got:
            raise Failure(f"ACK names no {what}")
        if expected is not None and got != expected:
            self.fault(f"{what} is {got!r}, expected {expected!r}")
        self.result.address = packet.ip_text(reply.yiaddr)

    # Exchanges

    def exchange(self, what, frame, moments, accept):
        """Send a frame at each moment until accept() returns something for a frame that came."""
        started = time.monotonic()
        for following in moments[1:]:
            self.send(frame() if callable(frame) else frame)
            answer = yield from self.wait_for(started + following, accept)
            if answer is not None:
                return answer
        raise Failure(f"no answer to {what} in {moments[-1]} s")

    def wait_for(self, deadline, accept):
        """Give frames to accept() until it returns something, or None at the deadline."""
        while (frame := (yield deadline)) is not None:
            answer = accept(frame)
            if answer is not None:
                return answer
        return None

    def udp(self, dst_mac, source, target, payload):
        """A frame of this machine."""
        self.ident = (self.ident + 1) % 65536
        return packet.udp(dst_mac, self.mac, source, target, payload, self.firmware.ttl, self.ident)

    # DHCP

    def _lease(self, firmware):
        """DISCOVER, OFFER, REQUEST, ACK; returns the ACK."""
        xid = self.random.randbytes(4)
        offer = yield from self._discover(firmware, xid)
        options = [(53, b"\x03"), *firmware.options(self.mac, self.uuid, offer)]
        request = self._bootp(firmware, xid, options, 2)
        ack = yield from self.exchange("REQUEST", request, firmware.request,
                                        self._dhcp_filter(firmware, xid, dhcp.ACK))
        self._compare(offer, ack)
        self.address = ack.yiaddr
        return ack

    def _bootp(self, firmware, xid, options, number=0):
        """A broadcast DHCP frame."""
        secs = firmware.secs[min(number, len(firmware.secs) - 1)]
        payload = dhcp.message(self.mac, xid, options, firmware.flags, secs)
        return self.udp(packet.BROADCAST_MAC, (dhcp.ZERO, CLIENT_PORT), (EVERYWHERE, SERVER_PORT),
                        payload)

    def _discover(self, firmware, xid):
        """Send DISCOVERs as patiently as this firmware; returns the OFFER it would choose."""
        options = [(53, b"\x01"), *firmware.options(self.mac, self.uuid)]
        count = iter(range(99))
        offer = yield from self.exchange(
            "DISCOVER", lambda: self._bootp(firmware, xid, options, next(count)), firmware.discover,
            self._dhcp_filter(firmware, xid, dhcp.OFFER))
        wait = firmware.collect
        if wait is None:
            spared = offer.options.get(60, b"").startswith(b"PXEClient") or _no_proxy(offer)
            wait = 0 if spared else 2
        if wait and not self.hurry:
            yield from self.wait_for(time.monotonic() + wait, lambda frame: None)
        return offer

    def _dhcp_filter(self, firmware, xid, kind):
        """An accept() that takes this kind of reply and notes all that is wrong with it."""
        def accept(frame):
            datagram = packet.parse(frame)
            if not isinstance(datagram, packet.Datagram) or datagram.dport != CLIENT_PORT:
                return None
            reply = dhcp.parse(datagram.payload)
            if reply is None or reply.xid != xid:
                return None
            if reply.kind == dhcp.NAK:
                raise Failure("NAK")
            if reply.kind != kind:
                return None
            self.count("dhcp_offer" if kind == dhcp.OFFER else "dhcp_ack")
            self._look_at_reply(firmware, datagram, reply)
            return reply
        return accept

    def _look_at_reply(self, firmware, datagram, reply):
        """Addressing and fields of an OFFER or ACK."""
        who = "OFFER" if reply.kind == dhcp.OFFER else "ACK"
        faults = [datagram.fault] if datagram.fault else []
        faults += reply.faults
        wanted = EVERYWHERE if firmware.flags & 0x8000 else reply.yiaddr
        if datagram.dst != wanted:
            target = packet.ip_text(datagram.dst)
            faults.append(f"went to {target} instead of {packet.ip_text(wanted)}")
        if datagram.sport != SERVER_PORT:
            faults.append(f"came from port {datagram.sport}")
        if reply.mac != self.mac:
            faults.append(f"is for {packet.mac_text(reply.mac)}")
        if reply.flags != firmware.flags:
            faults.append(f"has flags {reply.flags:#x}")
        faults += [f"lacks option {code}" for code in (1, 51, 54) if code not in reply.options]
        for fault in faults:
            self.fault(f"{firmware.name}: {who} {fault}")

    def _compare(self, offer, ack):
        """OFFER and ACK must say the same."""
        if ack.yiaddr != offer.yiaddr:
            given = packet.ip_text(ack.yiaddr)
            self.fault(f"OFFER has {packet.ip_text(offer.yiaddr)}, ACK {given}")
        if ack.boot_facts() != offer.boot_facts():
            self.fault(f"OFFER says {offer.boot_facts()}, ACK {ack.boot_facts()}")

    # ARP and TFTP

    def _find_server(self, address):
        """Ask for the server's hardware address, as every firmware does before its first RRQ."""
        def accept(frame):
            message = packet.parse(frame)
            if not isinstance(message, packet.Arp):
                return None
            return message.mac if (message.operation, message.address) == (2, address) else None
        question = packet.arp(1, self.mac, self.address, address)
        self.server_mac = yield from self.exchange(
            f"ARP for {packet.ip_text(address)}", question, (0, 0.15, 0.42, 1, 2, 4), accept)
        self.server = address

    def answer_arp(self, message):
        """The reply to an ARP request for this machine's address."""
        return packet.arp(2, self.mac, self.address, message.address, message.mac, message.mac)

    def _read(self, reply):
        """Read the file, with this firmware's probes before it; returns its bytes."""
        image = b""
        for request in self.firmware.reads:
            if request.abort and self.firmware.skips_probe_for_13 and 13 in reply.options:
                size = int.from_bytes(reply.options[13], "big") * 512
                if self.expected_bytes is not None and size < len(self.expected_bytes):
                    self.fault(f"option 13 says {size} bytes: too small a buffer")
                continue
            self.port += 1
            image = yield from Transfer(self, reply.boot_file(), request).run()
        return image


def _no_proxy(offer):
    """Does option 175.176 = 1 spare iPXE its wait for a proxy?"""
    return b"\xb0\x01\x01" in offer.options.get(175, b"")


def _difference(got, expected):
    """Where two files differ."""
    if len(got) != len(expected):
        return f"has {len(got)} bytes, expected {len(expected)}"
    at = next(index for index, pair in enumerate(zip(got, expected)) if pair[0] != pair[1])
    return f"differs first at byte {at}"

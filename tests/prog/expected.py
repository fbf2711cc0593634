# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
The frame that RFC 2131, 2132, 3046, 4578, 6842 and the configuration of served.py ask for. Built
from the client's frame and from nothing that the server said but the address it chose.
"""

import struct
from typing import NamedTuple

import served
from frames import BOOTP, IP, ip_sum, options_of, payload_of, udp_sum
from lib import dhcp, packet

ZERO = dhcp.ZERO
SERVER_PORT, CLIENT_PORT, BOOT_SERVER_PORT = 67, 68, 4011
# What a reply is, beside its message type: one with a lease, one to an INFORM, a proxy's offer, a
# boot server's.
LEASE, INFORM, PROXY, BOOT_SERVER = range(4)
LEASE_TIMES = (51, 58, 59)
DONT_FRAGMENT, TTL = 0x4000, 64


class Boot(NamedTuple):
    """
    What a client is to be told to boot: kind is tftp, http, ipxe or ipxe-proxy; size that of the
    file.
    """

    kind: str
    name: str
    size: int = 0


def tftp_boot(files, name):
    """A file of this server."""
    return Boot("tftp", name, len(files[name]))


def reply_frame(macs, addresses, ports, payload):
    """A server's frame; macs, addresses and ports are (from, to) pairs."""
    header = ip_sum(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), 0, DONT_FRAGMENT, TTL,
                                17, 0, *addresses))
    udp = struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload
    udp = udp[:6] + udp_sum(*addresses, udp).to_bytes(2, "big") + udp[8:]
    return (macs[1] + macs[0] + b"\x08\x00" + header + udp).ljust(60, b"\0")


def network_options(network):
    """What every OFFER and ACK says; T1 is half the lease, T2 seven eighths (RFC 2131 4.4.5)."""
    seconds = network.LEASE_SECONDS
    return [(51, struct.pack("!I", seconds)), (58, struct.pack("!I", seconds // 2)),
            (59, struct.pack("!I", seconds * 7 // 8)), (1, network.MASK), (28, network.BROADCAST),
            (3, network.ROUTER), (6, network.SERVER), (15, network.DOMAIN)]


def boot_options(boot, says_pxe, network=served, item=None):
    """
    Options of a boot; names end in NUL, and 60 comes with 43.6 = 8, or before all of them with the
    boot item that the client has chosen (PXE 2.1).
    """
    pxe = [(60, b"PXEClient"), (43, bytes((6, 1, 8, 255)))] if says_pxe else []
    if item:
        head = [(60, b"PXEClient"), (43, b"\x47\4" + item + b"\xff")]
        return head + boot_options(boot, False, network)
    name = (67, boot.name.encode() + b"\0")
    tftp_name = [(66, packet.ip_text(network.SERVER).encode() + b"\0")]
    if boot.kind == "http":
        return [(60, b"HTTPClient"), name]
    if boot.kind == "ipxe":
        own = tftp_name if boot.name.startswith("tftp://") or "://" not in boot.name else []
        return [*own, name, (175, bytes((176, 1, 1)))]
    if boot.kind == "ipxe-proxy":
        return boot_options(Boot("ipxe", boot.name), False)[:-1] + pxe
    size = [(13, struct.pack("!H", -(-boot.size // 512)))]
    return [*tftp_name, name, *size, *pxe]


def _options(asked, kind, boot, network, relayed, what, item):
    """All options of a reply, in order; 118 is for relays (RFC 3011), 82 is last (RFC 3046)."""
    options = [(53, bytes((kind,))), (54, network.SERVER)]
    if kind != dhcp.NAK:
        if what in (LEASE, INFORM):
            options += [(code, value) for code, value in network_options(network)
                        if what == LEASE or code not in LEASE_TIMES]
        if boot:
            options += boot_options(boot, asked.get(60, b"").startswith(b"PXEClient"), network,
                                    item)
    echoed = (61, 97, 118, 82) if relayed else (61, 97, 82)
    return options + [(code, asked[code]) for code in echoed if code in asked]


def _bootp(head, kind, address, boot, network):
    """The fixed part; a NAK has no addresses (RFC 2131 table 3)."""
    nak = kind == dhcp.NAK
    nowhere = nak or (kind == dhcp.OFFER and address == ZERO)
    flags = head["flags"] | (0x8000 if nowhere and head["giaddr"] != ZERO else 0)
    ciaddr = head["ciaddr"] if kind == dhcp.ACK else ZERO
    siaddr = network.SERVER if boot and not nak else ZERO
    file = boot.name.encode() if boot and not nak and len(boot.name) < 128 else b""
    return dhcp.BOOTP.pack(2, head["htype"], head["hlen"], 0, head["xid"], 0, flags, ciaddr,
                           address, siaddr, head["giaddr"], head["chaddr"], b"", file)


def read_head(payload):
    """The fixed part of a client's message; ciaddr counts as 0 where it has no business."""
    names = ("op", "htype", "hlen", "hops", "xid", "secs", "flags", "ciaddr", "yiaddr", "siaddr",
             "giaddr", "chaddr", "sname", "file")
    head = dict(zip(names, dhcp.BOOTP.unpack_from(payload)))
    asked = dict(options_of(payload))
    if asked[53][0] == dhcp.DISCOVER or 50 in asked:
        head["ciaddr"] = ZERO
    return head


def destination(head, kind, address, source_mac):
    """(MAC, address, port) of a reply, RFC 2131 section 4.1; a relay is reached as it came."""
    if head["giaddr"] != ZERO:
        return source_mac, head["giaddr"], SERVER_PORT
    if kind != dhcp.NAK and head["ciaddr"] != ZERO:
        return head["chaddr"][:6], head["ciaddr"], CLIENT_PORT
    if address == ZERO or head["flags"] & 0x8000:
        return packet.BROADCAST_MAC, b"\xff" * 4, CLIENT_PORT
    return head["chaddr"][:6], address, CLIENT_PORT


def _ends(frame, head, kind, address, what):
    """((MAC, address), (port it comes from, port it goes to)) of a reply."""
    source, port = frame[IP + 12:IP + 16], int.from_bytes(frame[34:36], "big")
    if what == BOOT_SERVER:
        return (frame[6:12], source), (BOOT_SERVER_PORT, port)
    if what == INFORM:
        there = head["ciaddr"] if head["ciaddr"] != ZERO else source
        return (frame[6:12], there), (SERVER_PORT, CLIENT_PORT)
    mac, target, port = destination(head, kind, address, frame[6:12])
    return (mac, target), (SERVER_PORT, port)


def dhcp_reply(frame, server_mac, kind, address=ZERO, boot=None, network=served, what=LEASE,
               item=None):
    """
    The answer to a client's frame, with the tags of that; item is the boot item it is told again,
    of four bytes.
    """
    tags, frame = packet.split_tags(frame)
    asked_payload = payload_of(frame)
    head = read_head(asked_payload)
    asked = dict(options_of(asked_payload))
    options = _options(asked, kind, boot, network, head["giaddr"] != ZERO, what, item)
    body = _bootp(head, kind, address, boot, network) + dhcp.MAGIC + dhcp.encode(options)
    (mac, target), ports = _ends(frame, head, kind, address, what)
    reply = reply_frame((server_mac, mac), (network.SERVER, target), ports,
                        body.ljust(dhcp.SHORTEST, b"\0"))
    return packet.tagged(reply, tags)


def address_in(frame):
    """yiaddr of a reply."""
    frame = packet.split_tags(frame)[1]
    at = packet.PAYLOAD + BOOTP["yiaddr"]
    return frame[at:at + 4]


def tftp_reply(request, payload, tid):
    """The answer to a TFTP client's frame, from server port tid, padded as Ethernet asks."""
    tags, request = packet.split_tags(request)
    client = int.from_bytes(request[34:36], "big")
    reply = reply_frame((request[0:6], request[6:12]),
                        (request[IP + 16:IP + 20], request[IP + 12:IP + 16]), (tid, client),
                        payload)
    return packet.tagged(reply, tags)

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Frames: Ethernet, ARP, IPv4 and UDP built by struct, and taken apart with every checksum and length
verified.
"""

import socket
import struct
from typing import NamedTuple

BROADCAST_MAC = b"\xff" * 6
ETH_ARP, ETH_IPV4 = 0x0806, 0x0800
ETHERNET = struct.Struct("!6s6sH")
IPV4 = struct.Struct("!BBHHHBBH4s4s")
UDP = struct.Struct("!HHHH")
ARP = struct.Struct("!HHBBH6s4s6s4s")
PAYLOAD = ETHERNET.size + IPV4.size + UDP.size


def ones_sum(data):
    """
    The 16-bit words of data as one number modulo 65535: RFC 1071's sum without its loop, since
    65536 is 1 there. A header is right exactly if this is 0.
    """
    return int.from_bytes(data + b"\0" if len(data) % 2 else data, "big") % 0xFFFF


def checksum(data):
    """RFC 1071 checksum of data that has zero in the checksum's place."""
    return 0xFFFF - ones_sum(data)


class Datagram(NamedTuple):
    """A UDP datagram over IPv4; fault says what is wrong with its headers, if anything."""

    dst_mac: bytes
    src_mac: bytes
    src: bytes
    dst: bytes
    sport: int
    dport: int
    payload: bytes
    fault: str


class Arp(NamedTuple):
    """An ARP message; fault says what is wrong with its header, if anything."""

    operation: int
    mac: bytes
    address: bytes
    target: bytes
    fault: str = ""


def tag(*tags):
    """Bytes of 802.1Q or 802.1ad tags: (ethertype, TCI) pairs, the outer one first."""
    return b"".join(struct.pack("!HH", *one) for one in tags)


def tagged(frame, tags):
    """A frame with those bytes between its addresses and its ethertype."""
    return frame[:12] + tags + frame[12:]


def split_tags(frame):
    """(the tags of a frame, the frame without them)"""
    end = 12
    while frame[end:end + 2] in (b"\x81\x00", b"\x88\xa8"):
        end += 4
    return frame[12:end], frame[:12] + frame[end:]


def parse(frame):
    """A Datagram, an Arp, or None for all else; tags are no part of it."""
    frame = split_tags(frame)[1]
    kind = frame[12:14]
    if kind == b"\x08\x00" and len(frame) >= PAYLOAD and frame[14] == 0x45 and frame[23] == 17:
        return _datagram(frame)
    if kind == b"\x08\x06" and len(frame) >= ETHERNET.size + ARP.size:
        *head, operation, mac, address, _, target = ARP.unpack_from(frame, ETHERNET.size)
        fault = "" if head == [1, ETH_IPV4, 6, 4] else f"is not for Ethernet and IPv4: {head}"
        return Arp(operation, mac, address, target, fault)
    return None


def _datagram(frame):
    """Take an IPv4 UDP frame apart; padding behind the datagram is no part of it."""
    length = int.from_bytes(frame[16:18], "big")
    packet = frame[14:14 + length]
    sport, dport, udp_length, udp_sum = UDP.unpack_from(frame, 34)
    fault = ""
    if ones_sum(packet[:20]):
        fault = "IP header checksum is wrong"
    elif len(packet) != length or udp_length != length - 20:
        fault = f"lengths disagree: IP {length}, UDP {udp_length}, frame {len(frame)}"
    elif udp_sum == 0:
        fault = "UDP checksum is absent"
    elif ones_sum(packet[12:20] + b"\0\x11" + packet[24:26] + packet[20:]):
        fault = "UDP checksum is wrong"
    elif packet[6] & 0x3F or packet[7]:
        fault = "is a fragment"
    return Datagram(frame[:6], frame[6:12], packet[12:16], packet[16:20], sport, dport,
                    packet[28:], fault)


def udp(dst_mac, src_mac, source, target, payload, ttl=64, ident=0):
    """A frame; source and target are (address, port) pairs with packed addresses."""
    length = UDP.size + len(payload)
    head = IPV4.pack(0x45, 0, IPV4.size + length, ident, 0, ttl, 17, 0, source[0], target[0])
    head = head[:10] + checksum(head).to_bytes(2, "big") + head[12:]
    ports = UDP.pack(source[1], target[1], length, 0)
    total = checksum(source[0] + target[0] + struct.pack("!HH", 17, length) + ports
                     + payload) or 0xFFFF
    return (ETHERNET.pack(dst_mac, src_mac, ETH_IPV4) + head + ports[:6]
            + total.to_bytes(2, "big") + payload)


def arp(operation, mac, address, target, target_mac=b"\0" * 6, dst_mac=BROADCAST_MAC):
    """An ARP frame, padded to Ethernet's least."""
    body = ARP.pack(1, ETH_IPV4, 6, 4, operation, mac, address, target_mac, target)
    return (ETHERNET.pack(dst_mac, mac, ETH_ARP) + body).ljust(60, b"\0")


def mac_text(mac):
    """52:54:00:..."""
    return mac.hex(":")


def mac_bytes(text):
    """The six bytes of 52:54:00:..."""
    return bytes.fromhex(text.replace(":", ""))


def ip_text(address):
    """Dotted quad of a packed address."""
    return socket.inet_ntoa(address)


def ip_bytes(text):
    """Packed address of a dotted quad."""
    return socket.inet_aton(text)

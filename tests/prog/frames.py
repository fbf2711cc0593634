# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Frames that real clients sent, and how to change one and make lengths and sums right again."""

import pathlib
import struct

from lib import packet

FOLDER = pathlib.Path(__file__).with_name("frames")
ETHERNET, IP, UDP = 0, 14, 34
PAYLOAD = packet.PAYLOAD
BOOTP = {"op": 0, "htype": 1, "hlen": 2, "xid": 4, "secs": 8, "flags": 10, "ciaddr": 12,
         "yiaddr": 16, "siaddr": 20, "giaddr": 24, "chaddr": 28, "sname": 44, "file": 108,
         "magic": 236, "options": 240}


def captured(client):
    """What a client of the captures sent: message -> frame."""
    found, message = {}, None
    for line in (FOLDER / f"{client}.hex").read_text(encoding="ascii").splitlines():
        if line.endswith(":"):
            message = line[:-1]
            found[message] = b""
        else:
            found[message] += bytes.fromhex(line)
    return found


def patched(frame, offset, value):
    """A frame with other bytes at an offset, and nothing made right."""
    return frame[:offset] + value + frame[offset + len(value):]


def to_server(frame, mac):
    """A frame for the server that is under test."""
    return patched(frame, ETHERNET, mac)


def ip_sum(header):
    """A header of any length with its checksum made right."""
    blank = header[:10] + b"\0\0" + header[12:]
    return header[:10] + packet.checksum(blank).to_bytes(2, "big") + header[12:]


def udp_sum(source, target, datagram):
    """The checksum of a UDP datagram whose own field is ignored."""
    blank = datagram[:6] + b"\0\0" + datagram[8:]
    pseudo = source + target + struct.pack("!HH", 17, len(datagram))
    return packet.checksum(pseudo + blank) or 0xFFFF


def pseudo_sum(source, target, length):
    """What a kernel leaves in the field for the NIC to finish: the pseudo header's sum alone."""
    return 0xFFFF - packet.checksum(source + target + struct.pack("!HH", 17, length))


def with_payload(frame, payload):
    """A frame with another UDP payload: lengths and checksums right, none where there was none."""
    length = 8 + len(payload)
    header = ip_sum(patched(frame[IP:UDP], 2, (20 + length).to_bytes(2, "big")))
    udp = frame[UDP:UDP + 4] + length.to_bytes(2, "big") + b"\0\0" + payload
    if frame[UDP + 6:UDP + 8] != b"\0\0":
        total = udp_sum(header[12:16], header[16:20], udp)
        udp = patched(udp, 6, total.to_bytes(2, "big"))
    return frame[:IP] + header + udp


def payload_of(frame):
    """The UDP payload, as long as the UDP header says."""
    length = int.from_bytes(frame[UDP + 4:UDP + 6], "big")
    return frame[PAYLOAD:UDP + length]


def options_of(payload):
    """Options of a DHCP message: (code, bytes) in order, repeats included, as far as END."""
    found, at = [], BOOTP["options"]
    while at < len(payload) and payload[at] != 255:
        if payload[at] == 0:
            at += 1
            continue
        size = payload[at + 1]
        found.append((payload[at], payload[at + 2:at + 2 + size]))
        at += 2 + size
    return found

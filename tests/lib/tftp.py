# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""TFTP packets: requests built, answers taken apart."""

import struct
from typing import NamedTuple

RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)


class Answer(NamedTuple):
    """A server's packet: block and data of DATA, code and text of ERROR, options of OACK."""

    opcode: int
    number: int
    data: bytes
    options: dict


def request(name, options=(), opcode=RRQ, mode="octet"):
    """RRQ or WRQ; options as pairs of text, in order."""
    words = [name, mode, *(word for pair in options for word in pair)]
    return struct.pack("!H", opcode) + b"".join(word.encode() + b"\0" for word in words)


def ack(block):
    """ACK; the number rolls over to 0."""
    return struct.pack("!HH", ACK, block & 0xFFFF)


def error(code, text):
    """ERROR."""
    return struct.pack("!HH", ERROR, code) + text + b"\0"


def parse(payload):
    """An Answer; malformed ones raise ValueError."""
    if len(payload) < 2:
        raise ValueError(f"TFTP packet of {len(payload)} bytes")
    opcode = payload[1]
    if opcode == OACK and payload[0] == 0:
        return Answer(opcode, 0, b"", _options(payload[2:]))
    if opcode in (DATA, ERROR) and payload[0] == 0 and len(payload) >= 4:
        return Answer(opcode, int.from_bytes(payload[2:4], "big"), payload[4:], {})
    raise ValueError(f"not a server's TFTP packet: {payload[:16].hex()}")


def _options(data):
    """Options of an OACK, names in lower case."""
    if not data.endswith(b"\0"):
        raise ValueError("OACK does not end with NUL")
    words = [word.decode("ascii", "replace") for word in data[:-1].split(b"\0")]
    if len(words) % 2:
        raise ValueError(f"OACK with an odd number of words: {words}")
    return {name.lower(): value for name, value in zip(words[::2], words[1::2])}


def oack_fault(asked, granted):
    """What EDK2 would refuse in an OACK, or an empty text."""
    asked = {name.lower(): value for name, value in asked}
    for name, value in granted.items():
        if name not in asked:
            return f"OACK grants {name}, which was not asked for"
        if not value.isdigit():
            return f"OACK says {name}={value}"
        if name in ("blksize", "windowsize") and not 0 < int(value) <= int(asked[name]):
            return f"OACK says {name}={value}, asked was {asked[name]}"
        if name == "timeout" and value != asked[name]:
            return f"OACK says timeout={value}, asked was {asked[name]}"
    return ""

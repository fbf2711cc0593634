# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
DHCP messages: built as firmware builds them, and read with the strictness of the pickiest client.
"""

import struct
from dataclasses import dataclass, field

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
MAGIC = b"\x63\x82\x53\x63"
BOOTP = struct.Struct("!BBBB4sHH4s4s4s4s16s64s128s")
SHORTEST = 300
ZERO = b"\0" * 4

# What tells a client what to boot: the same in OFFER and ACK, or EDK2 refuses.
BOOT_OPTIONS = (13, 43, 54, 60, 66, 67, 175)


def encode(options):
    """Options as (code, bytes) pairs, with END."""
    return b"".join(bytes((code, len(value))) + value for code, value in options) + b"\xff"


def message(mac, xid, options, flags=0, secs=0, ciaddr=ZERO, pad_to=0):
    """A client's BOOTREQUEST."""
    head = BOOTP.pack(1, 1, 6, 0, xid, secs, flags, ciaddr, ZERO, ZERO, ZERO, mac, b"", b"")
    return (head + MAGIC + encode(options)).ljust(pad_to, b"\0")


@dataclass
class Reply:
    """A server's message; faults lists what a picky client would refuse."""

    kind: int
    xid: bytes
    flags: int
    yiaddr: bytes
    siaddr: bytes
    mac: bytes
    sname: bytes
    file: bytes
    options: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)

    @property
    def server(self):
        """Where to fetch from: siaddr, or else the server identifier."""
        return self.siaddr if self.siaddr != ZERO else self.options.get(54, ZERO)

    def boot_file(self):
        """Option 67 goes before the BOOTP field, as in EDK2 and iPXE."""
        return self.options.get(67, self.file).rstrip(b"\0").decode("ascii", "replace")

    def boot_facts(self):
        """All that decides about the boot."""
        return (self.siaddr, self.sname, self.file,
                {code: self.options[code] for code in BOOT_OPTIONS if code in self.options})


def parse(payload):
    """A Reply, or None for what is no DHCP reply at all."""
    if len(payload) < BOOTP.size + 4 or payload[0] != 2 or payload[236:240] != MAGIC:
        return None
    (_, _, _, _, xid, _, flags, _, yiaddr, siaddr, _, chaddr, sname, file
     ) = BOOTP.unpack_from(payload)
    options, faults = _options(payload[240:])
    if len(payload) < SHORTEST:
        faults.append(f"is shorter than {SHORTEST} bytes")
    if b"\0" not in file or b"\0" not in sname:
        faults.append("a BOOTP name is not NUL-terminated")
    if 67 in options and not options[67].endswith(b"\0"):
        faults.append("option 67 is not NUL-terminated")
    return Reply((options.get(53) or b"\0")[0], xid, flags, yiaddr, siaddr, chaddr[:6],
                 sname.split(b"\0")[0], file.split(b"\0")[0], options, faults)


def _options(data):
    """Options and what is wrong with their encoding."""
    options, at = {}, 0
    while at < len(data):
        code = data[at]
        if code == 255:
            return options, []
        if code == 0:
            at += 1
            continue
        end = at + 2 + (data[at + 1] if at + 1 < len(data) else len(data))
        if end > len(data):
            return options, [f"option {code} runs past the end"]
        if code in options:
            return options, [f"option {code} comes twice"]
        options[code] = data[at + 2:end]
        at = end
    return options, ["options do not end"]

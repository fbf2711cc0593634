# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Two frames held against each other: equal to the byte, or the difference field by field."""

import difflib
import logging

from lib import packet

logging.getLogger("scapy").setLevel(logging.ERROR)

# pylint: disable=wrong-import-position
from scapy.layers.dhcp import BOOTP, DHCP  # noqa: E402
from scapy.layers.l2 import Ether  # noqa: E402
from scapy.layers.tftp import TFTP  # noqa: E402

LINE = 16


def assert_frame(got, expected, sentence=""):
    """Fail with a table of fields unless the frames are equal."""
    if got == expected:
        return
    raise AssertionError("\n".join([
        sentence or "the frames differ", f"got {len(got)} bytes, expected {len(expected)}",
        *differences(got, expected)]))


def differences(got, expected):
    """Lines `- expected` and `+ got`, for fields that differ, then what scapy does not show."""
    rows = [line for line in difflib.ndiff(fields(expected), fields(got)) if line[0] in "-+"]
    return rows or [line for line in difflib.ndiff(_hex(expected), _hex(got)) if line[0] in "-+"]


def fields(frame):
    """A line for each field, with a DHCP option to each line, and faults of the headers."""
    layer, lines = _dissect(frame), []
    while layer:
        for field in layer.fields_desc:
            value = layer.getfieldval(field.name)
            name = f"{layer.name}.{field.name}"
            if isinstance(layer, DHCP):
                lines += [f"{name} {one}" for one in value]
            elif isinstance(value, bytes) and len(value) > LINE:
                lines += [f"{name} {line}" for line in _hex(value)]
            else:
                lines.append(f"{name} {value!r}")
        layer = layer.payload
    return [*lines, f"faults: {_faults(frame)}"]


def _dissect(frame):
    """Scapy's view; TFTP is recognised on any port, DHCP on its own."""
    shown = Ether(frame)
    if "UDP" in shown and not shown.haslayer(BOOTP) and shown["UDP"].payload:
        shown["UDP"].payload = TFTP(bytes(shown["UDP"].payload))
    return shown


def _faults(frame):
    """What is wrong with headers and checksums."""
    datagram = packet.parse(frame)
    return getattr(datagram, "fault", "not a UDP datagram") or "none"


def _hex(data):
    """Bytes, sixteen to a line."""
    return [f"{at:04x} {data[at:at + LINE].hex(' ')}" for at in range(0, len(data), LINE)]

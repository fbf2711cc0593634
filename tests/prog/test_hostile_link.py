# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Frames whose Ethernet, IP or UDP headers lie, or are not for us: passed up untouched."""

import pytest

from client import Machine, pxe, refused
from frames import IP, PAYLOAD, UDP, captured, ip_sum, patched
from lib import packet
from reader import Reader

ETHERNET_HEADER, SHORTEST_RUN = 14, 14  # PROG_RUN takes no shorter frame
KINDS = ("DISCOVER", "RRQ", "ACK")
IP_LENGTH, IP_FRAGMENT, IP_TTL, UDP_LENGTH = IP + 2, IP + 6, IP + 8, UDP + 4


def frame_of(box, kind):
    """A frame that is answered, without padding."""
    if kind == "DISCOVER":
        return Machine(box, options=pxe(0)).discover()
    reader = Reader(box).starts("odd.bin", 512)
    return reader.rrq("odd.bin", ("blksize", 512)) if kind == "RRQ" else reader.ack(0)


def with_ip(frame, at, value):
    """The frame with a changed IP header, its checksum right again."""
    changed = patched(frame, at, value)
    return changed[:IP] + ip_sum(changed[IP:UDP]) + changed[UDP:]


def with_length(frame, length):
    """The frame with another IP total length."""
    return with_ip(frame, IP_LENGTH, length.to_bytes(2, "big"))


def tagged(frame, *tags):
    """The frame with 802.1Q or 802.1ad tags: (ethertype, VLAN) pairs."""
    return packet.tagged(frame, packet.tag(*tags))


def with_ip_options(frame, words):
    """The frame with this many words of IP options (end of list)."""
    header = bytes((0x45 + words,)) + frame[IP + 1:UDP] + bytes(4 * words)
    total = int.from_bytes(header[2:4], "big") + 4 * words
    header = ip_sum(patched(header, 2, total.to_bytes(2, "big")))
    return frame[:IP] + header + frame[UDP:]


def ip_length(frame):
    """Total length as the header says."""
    return int.from_bytes(frame[IP_LENGTH:IP_LENGTH + 2], "big")


# sentence: what is done to a frame, the reason it then ends with
LIES = {
    "an 802.1Q tag": (lambda f: tagged(f, (0x8100, 7)), "VLAN_TAGGED"),
    "a priority tag": (lambda f: tagged(f, (0x8100, 0)), "VLAN_TAGGED"),
    "an 802.1ad tag": (lambda f: tagged(f, (0x88A8, 7)), "VLAN_TAGGED"),
    "QinQ": (lambda f: tagged(f, (0x88A8, 7), (0x8100, 8)), "VLAN_TAGGED"),
    "IPv6's ethertype": (lambda f: patched(f, 12, b"\x86\xdd"), "NOT_IPV4"),
    "ARP's ethertype": (lambda f: patched(f, 12, b"\x08\x06"), "NOT_IPV4"),
    "an 802.3 length": (lambda f: patched(f, 12, b"\x01\x00"), "NOT_IPV4"),
    "IP version 6": (lambda f: with_ip(f, IP, b"\x65"), "IP_MALFORMED"),
    "a header of 16 bytes": (lambda f: with_ip(f, IP, b"\x44"), "IP_MALFORMED"),
    "no TTL": (lambda f: with_ip(f, IP_TTL, b"\0"), "IP_MALFORMED"),
    "one word of IP options": (lambda f: with_ip_options(f, 1), "IP_OPTIONS"),
    "ten words of IP options": (lambda f: with_ip_options(f, 10), "IP_OPTIONS"),
    "a first fragment": (lambda f: with_ip(f, IP_FRAGMENT, b"\x20\0"), "IP_FRAGMENT"),
    "a middle fragment": (lambda f: with_ip(f, IP_FRAGMENT, b"\x20\xb9"), "IP_FRAGMENT"),
    "a last fragment": (lambda f: with_ip(f, IP_FRAGMENT, b"\0\1"), "IP_FRAGMENT"),
    "an offset beyond all": (lambda f: with_ip(f, IP_FRAGMENT, b"\x1f\xff"), "IP_FRAGMENT"),
    "TCP": (lambda f: with_ip(f, IP + 9, b"\6"), "NOT_UDP"),
    "ICMP": (lambda f: with_ip(f, IP + 9, b"\1"), "NOT_UDP"),
    "a wrong IP checksum": (lambda f: patched(f, IP + 10, b"\xde\xad"), "IP_CHECKSUM"),
    "no IP checksum": (lambda f: patched(f, IP + 10, b"\0\0"), "IP_CHECKSUM"),
    "an IP length beyond the frame":
        (lambda f: with_length(f, len(f) - ETHERNET_HEADER + 1), "IP_MALFORMED"),
    "the longest IP length": (lambda f: with_length(f, 0xFFFF), "IP_MALFORMED"),
    "an IP length of nothing": (lambda f: with_length(f, 0), "IP_MALFORMED"),
    "an IP length below its header": (lambda f: with_length(f, 19), "IP_MALFORMED"),
    "an IP length of the header alone": (lambda f: with_length(f, 20), "UDP_MALFORMED"),
    "an IP length in the UDP header": (lambda f: with_length(f, 27), "UDP_MALFORMED"),
    "an IP length below UDP's": (lambda f: with_length(f, ip_length(f) - 1), "UDP_MALFORMED"),
    "a UDP length of nothing": (lambda f: patched(f, UDP_LENGTH, b"\0\0"), "UDP_MALFORMED"),
    "a UDP length below its header": (lambda f: patched(f, UDP_LENGTH, b"\0\7"), "UDP_MALFORMED"),
    "the longest UDP length": (lambda f: patched(f, UDP_LENGTH, b"\xff\xff"), "UDP_MALFORMED"),
    "a UDP length beyond IP's": (lambda f: patched(
        f, UDP_LENGTH, (len(f) - UDP + 1).to_bytes(2, "big")), "UDP_MALFORMED"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sentence", LIES)
def test_a_frame_is_passed_up_that_has(box, kind, sentence):
    """Works as it was, is passed up with the lie, works again."""
    lie, reason = LIES[sentence]
    for _ in range(2):
        frame = frame_of(box, kind)
        assert box.run(frame).action == "TX"
        refused(box, lie(frame_of(box, kind)), reason)


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_cut_off_at_any_length_is_passed_up(box, kind):
    frame = frame_of(box, kind)
    for length in range(SHORTEST_RUN, len(frame)):
        outcome = box.run(frame[:length])
        assert outcome.action == "PASS", f"{length} bytes: {outcome.reason}"
        assert outcome.reason == "IP_MALFORMED", length
    assert box.run(frame).action == "TX"


def test_a_real_discover_cut_off_at_any_length_is_passed_up(box):
    frame = captured("ovmf")["discover"]
    for length in range(SHORTEST_RUN, len(frame)):
        assert box.run(frame[:length]).action == "PASS", length


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_without_payload_is_passed_up(box, kind):
    frame = with_length(patched(frame_of(box, kind), UDP_LENGTH, b"\0\x08"), 28)
    frame = patched(frame, UDP + 6, b"\0\0")
    assert box.run(frame[:PAYLOAD]).action == "PASS"
    assert box.run(frame).action == "PASS"


@pytest.mark.parametrize("size", [1473, 1495, 1536, 1537, 2000, 3300])
def test_a_datagram_longer_than_any_is_passed_up_or_answered_like_a_short_one(box, size):
    """Jumbo frames exist; beyond what is looked at, they are the host's."""
    reader = Reader(box)
    payload = b"\0\1odd.bin\0octet\0blksize\x00512\0".ljust(size, b"\0")
    outcome = box.run(reader.frame(payload, 69))
    if size <= 1536:
        assert outcome.reason in ("TFTP_OACK", "TFTP_NEW_PARAMS")
    else:
        assert (outcome.action, outcome.reason) == ("PASS", "UDP_MALFORMED")


@pytest.mark.parametrize("port", [0, 1, 53, 66, 68, 70, 4010, 4012, 19999, 32768, 65535])
def test_another_port_is_passed_up(box, port):
    refused(box, Reader(box).frame(b"\0\4\0\0", port), "OTHER_PORT")


@pytest.mark.parametrize("flags", [b"\x40\0", b"\0\0"])
def test_dont_fragment_makes_no_difference(box, flags):
    """U-Boot sets it, iPXE does not."""
    frame = with_ip(frame_of(box, "DISCOVER"), IP_FRAGMENT, flags)
    assert box.run(frame).reason == "DHCP_OFFER"


def test_an_ethernet_header_alone_is_passed_up(box):
    for kind in (b"\x08\0", b"\x81\0", b"\x08\6", b"\0\0"):
        assert box.run(packet.BROADCAST_MAC + bytes(6) + kind).action == "PASS"

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The laboratory's own reading of packets: every fault it must see is made once."""

import pytest

from lib import dhcp, packet, tftp

HERE, THERE = (packet.ip_bytes("10.77.0.1"), 69), (packet.ip_bytes("10.77.0.2"), 2000)
MAC = packet.mac_bytes("52:54:00:00:00:01")


def frame(payload=b"odd"):
    """A frame that is right."""
    return packet.udp(packet.BROADCAST_MAC, MAC, HERE, THERE, payload)


def changed(data, at, value):
    """A copy with one byte changed."""
    return data[:at] + bytes([data[at] ^ value]) + data[at + 1:]


@pytest.mark.parametrize("payload", [b"", b"o", b"even", bytes(1472), b"\xff" * 1471])
def test_a_frame_that_was_built_is_read_without_fault(payload):
    read = packet.parse(frame(payload).ljust(60, b"\0"))
    assert (read.fault, read.payload, read.sport, read.dport) == ("", payload, 69, 2000)


@pytest.mark.parametrize("at, fault", [
    (22, "IP header"), (24, "IP header"), (34, "UDP checksum is wrong"),
    (42, "UDP checksum is wrong"), (38, "lengths")])
def test_one_wrong_bit_is_noticed(at, fault):
    assert fault in packet.parse(changed(frame(), at, 4)).fault


def test_an_absent_udp_checksum_is_noticed():
    data = frame()
    assert packet.parse(data[:40] + b"\0\0" + data[42:]).fault == "UDP checksum is absent"


def test_the_checksum_of_a_known_header_is_right():
    """The header is from a capture of real firmware."""
    header = bytes.fromhex("450001 73 0100 0000 4011 0000 00000000 ffffffff".replace(" ", ""))
    assert packet.checksum(header) == 0x787B


def reply(options, file=b"name", size=300):
    """A BOOTREPLY."""
    head = dhcp.BOOTP.pack(2, 1, 6, 0, b"xxid", 0, 0, dhcp.ZERO, HERE[0], HERE[0], dhcp.ZERO, MAC,
                           b"", file)
    return (head + dhcp.MAGIC + options).ljust(size, b"\0")


@pytest.mark.parametrize("options, size, fault", [
    (b"\x35\x01\x05\xff", 299, "shorter"),
    (b"\x35\x01\x05\x43\x02ab\xff", 300, "option 67 is not NUL"),
    (b"\x35\x01\x05\x35\x01\x05\xff", 300, "comes twice"),
    (b"\x35\x01\x05", 300, "do not end"),
    (b"\x35\x01\x05\x43\x70ab", 300, "past the end")])
def test_a_fault_in_a_dhcp_reply_is_noticed(options, size, fault):
    assert any(fault in one for one in dhcp.parse(reply(options, size=size)).faults)


@pytest.mark.parametrize("granted, fault", [
    ({"blksize": "1468"}, ""), ({"blksize": "1024"}, ""), ({"blksize": "1469"}, "asked was 1468"),
    ({"windowsize": "4"}, "not asked"), ({"timeout": "2"}, "asked was 1"),
    ({"blksize": "x"}, "blksize=x")])
def test_a_fault_in_an_oack_is_noticed(granted, fault):
    found = tftp.oack_fault((("blksize", "1468"), ("timeout", "1")), granted)
    assert fault in found if fault else not found

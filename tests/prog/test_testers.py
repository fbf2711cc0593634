# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the testers: what compares must notice, and what judges must object."""

import re

import pytest

import served
from box import Box
from client import Machine, pxe
from compare import assert_frame, differences
from expected import Boot, dhcp_reply, reply_frame, tftp_reply
from frames import captured, options_of, patched, payload_of, pseudo_sum, udp_sum, with_payload
from lib import dhcp, packet
from lib.lab import TOP
from reader import block_of, data, last_block, oack, rrq_bytes
from tables import reasons

ADDRESS = packet.ip_bytes("10.77.1.7")


class Stand:
    """As much of a box as judging needs."""

    rows = {row.name: row for row in reasons()}
    mac = bytes.fromhex("02000000aa01")
    judge = Box.judge


def reply(**changes):
    """An OFFER as it should be, with bytes changed: offset=value."""
    frame = dhcp_reply(Machine(Stand(), options=pxe(0)).discover(), Stand.mac, dhcp.OFFER, ADDRESS,
                       Boot("tftp", "undionly.kpxe", 1000))
    for at, value in changes.items():
        frame = patched(frame, int(at[1:]), value)
    return frame


@pytest.mark.parametrize("at, field", [
    (0, "Ethernet.dst"), (8, "IP.ttl"), (42 + 4, "BOOTP.xid"), (42 + 16, "BOOTP.yiaddr"),
    (42 + 108, "BOOTP.file"), (42 + 240 + 5, "server_id")])
def test_a_wrong_byte_is_named_by_its_field(at, field):
    at = {8: 22}.get(at, at)
    lines = differences(reply(**{f"o{at}": b"\x77"}), reply())
    assert any(field in line for line in lines), lines


def test_equal_frames_have_no_difference_and_others_fail():
    machine = Machine(Stand())
    frame = dhcp_reply(machine.discover(), Stand.mac, dhcp.OFFER, ADDRESS)
    assert_frame(frame, bytes(frame))
    for other in (frame + b"\0", frame[:-1], patched(frame, len(frame) - 1, b"\1")):
        with pytest.raises(AssertionError, match="a sentence"):
            assert_frame(other, frame, "a sentence")


def test_a_difference_in_tftp_is_named_on_any_port():
    asked = packet.udp(Stand.mac, bytes(6), (ADDRESS, 4000), (served.SERVER, 69), rrq_bytes("a"))
    good, bad = (tftp_reply(asked, data(number, b"block"), 20123) for number in (1, 2))
    assert any("TFTP" in line and "block" in line for line in differences(bad, good))


@pytest.mark.parametrize("action, moved, objection", [
    ("PASS", {}, "one reason"), ("PASS", {"NOT_UDP": 2}, "one reason"),
    ("PASS", {"NOT_UDP": 1, "OTHER_PORT": 1}, "one reason"), ("DROP", {"NOT_UDP": 1}, "ended with"),
    ("TX", {"DHCP_DENIED": 1}, "ended with"), ("TX", {"DHCP_OFFER": 1}, "in place"),
    ("PASS", {"DHCP_IS_IPXE": 1}, "one reason")])
def test_a_verdict_against_the_contract_is_objected_to(action, moved, objection):
    with pytest.raises(AssertionError, match=objection):
        Stand().judge(b"frame", action, b"frame", moved)


def test_a_changed_frame_that_is_passed_is_objected_to():
    with pytest.raises(AssertionError, match="has changed the frame"):
        Stand().judge(b"frame", "PASS", b"Frame", {"NOT_UDP": 1})
    assert Stand().judge(b"frame", "PASS", b"frame", {"NOT_UDP": 1}).reason == "NOT_UDP"


def test_a_reply_with_a_wrong_checksum_is_objected_to():
    moved = {"DHCP_OFFER": 1, "IN_PLACE": 1}
    assert Stand().judge(b"", "TX", reply(), moved).reason == "DHCP_OFFER"
    for at in (24, 40, 100):
        with pytest.raises(AssertionError, match="wrong"):
            Stand().judge(b"", "TX", reply(**{f"o{at}": b"\x55\x55"}), moved)


def test_a_replay_does_not_count_as_a_second_end():
    moved = {"TFTP_NEW_PARAMS": 1, "TFTP_OACK": 1, "IN_PLACE": 1, "REPLAYED": 1}
    assert Stand().judge(b"f", "DROP", b"f", moved).reason == "TFTP_NEW_PARAMS"


def test_the_captured_frames_are_sound_and_their_payload_is_kept():
    for client in ("bios-rom", "ovmf", "perfdhcp", "dhclient"):
        for frame in captured(client).values():
            assert not packet.parse(frame).fault, client
            assert with_payload(frame, payload_of(frame)) == frame
    assert packet.parse(captured("u-boot")["discover"]).fault == "UDP checksum is absent"


def test_an_answer_of_the_capture_is_what_reply_frame_would_build():
    """dnsmasq's ACK to a BIOS ROM: our builder makes its headers from its payload."""
    macs, addresses = (bytes(6), b"\1" * 6), (served.SERVER, ADDRESS)
    frame = reply_frame(macs, addresses, (67, 68), b"odd")
    read = packet.parse(frame)
    assert (read.fault, read.payload, len(frame)) == ("", b"odd", 60)
    assert frame[20:24] == b"\x40\0\x40\x11"


def test_sums_of_known_datagrams():
    """RFC 1071's example words, and the half-made sum of a kernel is that of the pseudo header."""
    assert packet.checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D
    frame = captured("bios-rom")["discover"]
    assert udp_sum(frame[26:30], frame[30:34], frame[34:]) == 0xE01E
    assert pseudo_sum(bytes(4), b"\xff" * 4, 0x173) == 0x173 + 17


def test_blocks_of_a_file():
    assert [block_of(b"abcdef", number, 4) for number in (1, 2)] == [b"abcd", b"ef"]
    assert (last_block(b"abcdef", 4), last_block(b"abcd", 4), last_block(b"", 4)) == (2, 2, 1)
    assert block_of(b"abcd", 2, 4) == b""
    assert oack(tsize=7, blksize=8) == b"\0\6blksize\x008\0tsize\x007\0"
    assert data(65536, b"x") == b"\0\3\0\0x"


def test_options_are_read_as_they_stand():
    payload = bytes(240) + b"\0\x35\1\1\0\0\x3d\2ab\xff\x35\1\2"
    assert options_of(payload) == [(53, b"\1"), (61, b"ab")]


def test_every_row_of_the_table_of_reasons_was_read():
    text = (TOP / "include/xdpxe/reasons.def").read_text(
        encoding="utf-8")
    assert len(reasons()) == len(re.findall(r"^XDPXE_REASON\(\d", text, re.M))
    assert {row.action for row in reasons()} == {"PASS", "DROP", "REPLY", "MISS", "NOTE"}

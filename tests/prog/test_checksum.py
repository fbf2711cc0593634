# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""UDP checksums that are absent, right, half-made or wrong, on every kind of frame."""

import pytest

import served
from client import Machine, refused
from frames import UDP, patched, pseudo_sum, udp_sum
from lib import packet
from reader import Reader

CHECK = UDP + 6
KINDS = ("DISCOVER", "odd RRQ", "even RRQ", "ACK", "ERROR")


def frame_of(box, kind):
    """A frame that is answered, or ends a transfer."""
    if kind == "DISCOVER":
        return Machine(box).discover()
    reader = Reader(box).starts("odd.bin", 512)
    return {"odd RRQ": lambda: reader.rrq("/odd.bin"), "even RRQ": lambda: reader.rrq("odd.bin"),
            "ACK": lambda: reader.ack(0), "ERROR": reader.error}[kind]()


def with_check(frame, value):
    """The frame with this checksum."""
    return patched(frame, CHECK, (value & 0xFFFF).to_bytes(2, "big"))


def heard(box, frame):
    """Was the frame taken for what it says?"""
    box.settle()
    return box.run(frame).reason in ("DHCP_OFFER", "TFTP_DATA_FIRST", "TFTP_DATA",
                                     "TFTP_NEW_PARAMS", "TFTP_SIZE_PROBE")


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_checksum_is_heard(box, kind):
    frame = frame_of(box, kind)
    assert int.from_bytes(frame[CHECK:CHECK + 2], "big") == udp_sum(frame[26:30], frame[30:34],
                                                                   frame[UDP:])
    assert heard(box, frame)


@pytest.mark.parametrize("kind", KINDS)
def test_no_checksum_is_heard(box, kind):
    """U-Boot sends none."""
    assert heard(box, with_check(frame_of(box, kind), 0))


@pytest.mark.parametrize("kind", KINDS)
def test_a_half_made_checksum_is_heard(box, kind):
    """What a kernel leaves for the NIC on a veth or tap, where there is no NIC."""
    frame = frame_of(box, kind)
    assert heard(box, with_check(frame, pseudo_sum(frame[26:30], frame[30:34], len(frame) - UDP)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", [1, 0x0100, 0x8000, 0xFFFE])
def test_a_wrong_checksum_is_passed_up(box, kind, wrong):
    """And the frame as it was meant is heard afterwards."""
    frame = frame_of(box, kind)
    right = int.from_bytes(frame[CHECK:CHECK + 2], "big")
    refused(box, with_check(frame, right ^ wrong or 1), "UDP_CHECKSUM")
    assert heard(box, frame)


@pytest.mark.parametrize("kind", KINDS)
def test_no_flipped_bit_of_the_datagram_goes_unnoticed(box, kind):
    """Ports and lengths lead elsewhere, all else to the checksum; the host gets every frame."""
    frame = frame_of(box, kind)
    for at in range(UDP, len(frame)):
        for bit in (1, 0x80):
            assert box.run(patched(frame, at, bytes((frame[at] ^ bit,)))).action == "PASS"


@pytest.mark.parametrize("kind", KINDS)
def test_padding_behind_the_datagram_is_no_part_of_it(box, kind):
    """Ethernet pads short frames, some drivers with rubbish."""
    frame = frame_of(box, kind)
    assert heard(box, frame + b"\xa5" * 33)


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_ip_checksum_is_passed_up(box, kind):
    frame = frame_of(box, kind)
    for at in (15, 18, 22, 24, 25):
        refused(box, patched(frame, at, bytes((frame[at] ^ 0x20,))), "IP_CHECKSUM")
    assert packet.parse(frame).dst in (served.SERVER, b"\xff" * 4)

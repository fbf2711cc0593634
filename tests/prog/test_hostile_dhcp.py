# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""DHCP and TFTP messages in sound frames that are cut, overloaded, or contradict themselves."""

import pytest

import served
from client import Machine, pxe, refused
from frames import BOOTP, captured, patched, payload_of, with_payload
from lib import packet
from reader import Reader, rrq_bytes

OPTIONS = BOOTP["options"]


def boundaries(payload):
    """Offsets at which no option is cut, up to that of END."""
    at, found = OPTIONS, {OPTIONS}
    while payload[at] != 255:
        at += 1 if payload[at] == 0 else 2 + payload[at + 1]
        found.add(at)
    return found | set(range(at, len(payload) + 1))


@pytest.mark.parametrize("client", ["bios-rom", "ovmf", "u-boot", "udhcpc"])
def test_a_message_cut_at_any_length_is_answered_only_between_options(box, client):
    """Lengths and checksums are right each time. Option 53 comes first: then it is a DISCOVER."""
    frame = captured(client)["discover"]
    payload = payload_of(frame)
    whole = boundaries(payload)
    for length in range(1, len(payload) + 1):
        outcome = box.run(with_payload(frame, payload[:length]))
        if length < OPTIONS or length not in whole:
            expected = ("PASS", "DHCP_TRUNCATED")
        elif length == OPTIONS:
            expected = ("PASS", "DHCP_MALFORMED")
        else:
            expected = ("TX", "DHCP_OFFER")
        assert (outcome.action, outcome.reason) == expected, f"{length} bytes of payload"


@pytest.mark.parametrize("client", ["ovmf", "curl"])
def test_a_request_cut_at_any_length_is_an_answer_or_the_hosts(box, client):
    """Name and mode must be whole; an option that is cut is as good as absent."""
    frame = patched(captured(client)["rrq"], 0, box.mac)
    payload = payload_of(frame)
    named = payload.index(b"octet\0") + 6
    for length in range(1, len(payload) + 1):
        reason = box.run(with_payload(frame, payload[:length])).reason
        if length < 2:
            assert reason == "TFTP_NOT_REQUEST"
        elif length < named:
            assert reason == "TFTP_BAD_REQUEST"
        else:
            assert reason in ("TFTP_DATA_FIRST", "TFTP_OACK", "TFTP_NEW_PARAMS")


@pytest.mark.parametrize("length", range(4))
def test_an_ack_cut_short_is_passed_up(box, length):
    reader = Reader(box).starts("odd.bin", 512)
    reason = "TFTP_NOT_ACK"
    assert box.run(reader.frame(b"\0\4\0\0"[:length])).reason in (reason, "UDP_MALFORMED")


def header_of(box, **fields):
    """A DISCOVER whose BOOTP header has other bytes: name=bytes."""
    frame = Machine(box, options=pxe(0)).discover()
    payload = payload_of(frame)
    for name, value in fields.items():
        payload = patched(payload, BOOTP[name], value)
    return with_payload(frame, payload)


# sentence: fields of the BOOTP header, the reason a frame with them ends with
HEADERS = {
    "a reply": ({"op": b"\2"}, "DHCP_NOT_REQUEST"),
    "no operation": ({"op": b"\0"}, "DHCP_NOT_REQUEST"),
    "an unknown operation": ({"op": b"\xff"}, "DHCP_NOT_REQUEST"),
    "no hardware address": ({"hlen": b"\0"}, "DHCP_MALFORMED"),
    "a hardware address of 17 bytes": ({"hlen": b"\x11"}, "DHCP_MALFORMED"),
    "a hardware address of 255 bytes": ({"hlen": b"\xff"}, "DHCP_MALFORMED"),
    "no magic cookie": ({"magic": bytes(4)}, "DHCP_MALFORMED"),
    "another magic cookie": ({"magic": b"\x63\x53\x82\x63"}, "DHCP_MALFORMED"),
    "a relay elsewhere": ({"giaddr": b"\xc0\xa8\0\1"}, "DHCP_OTHER_NETWORK"),
}


@pytest.mark.parametrize("fields, reason", HEADERS.values(), ids=HEADERS.keys())
def test_a_bootp_header_is_passed_up_that_has(box, fields, reason):
    assert box.run(header_of(box)).action == "TX"
    refused(box, header_of(box, **fields), reason)


def with_options(box, options, size=300):
    """A message whose bytes behind the cookie are these."""
    frame = Machine(box).discover()
    return with_payload(frame, (payload_of(frame)[:OPTIONS] + options).ljust(size, b"\0"))


DISCOVER = b"\x35\1\1"
# sentence: the bytes behind the cookie, bytes of the message at least, the reason
BOMBS = {
    "300 options of one byte": (DISCOVER + b"\x80\1x" * 300 + b"\xff", 0, "DHCP_OFFER"),
    "300 options of nothing": (DISCOVER + b"\x80\0" * 300 + b"\xff", 0, "DHCP_OFFER"),
    "a message type behind 300 options": (b"\x80\1x" * 300 + DISCOVER + b"\xff", 0, "DHCP_OFFER"),
    "a message type behind 1000 pads": (b"\0" * 1000 + DISCOVER + b"\xff", 0, "DHCP_OFFER"),
    "pads only": (b"\0" * 1200, 0, "DHCP_MALFORMED"),
    "nothing at all": (b"", 240, "DHCP_MALFORMED"),
    "an end at once": (b"\xff" + DISCOVER, 300, "DHCP_MALFORMED"),
    "ends only": (b"\xff" * 900, 0, "DHCP_MALFORMED"),
    "no message type": (b"\x3c\3abc\xff", 300, "DHCP_MALFORMED"),
    "a message type of two bytes": (b"\x35\2\1\1\xff", 300, "DHCP_MALFORMED"),
    "a message type of no bytes": (b"\x35\0\xff", 300, "DHCP_MALFORMED"),
    "a message type of zero": (b"\x35\1\0\xff", 300, "DHCP_MALFORMED"),
    "an option one byte past the end": (DISCOVER + b"\x0c\4abc", 0, "DHCP_TRUNCATED"),
    "an option of 255 bytes at the end": (DISCOVER + b"\x0c\xff", 0, "DHCP_TRUNCATED"),
    "an option without its length": (DISCOVER + b"\x0c", 0, "DHCP_TRUNCATED"),
    "five long options of which one is cut":
        (DISCOVER + (b"\x0c\xff" + b"a" * 255) * 4 + b"\x0c\xff" + b"a" * 254, 0, "DHCP_TRUNCATED"),
    "five long options": (DISCOVER + (b"\x0c\xff" + b"a" * 255) * 4 + b"\xff", 0, "DHCP_OFFER"),
    "architectures past the end": (DISCOVER + b"\x5d\x10\0\7", 0, "DHCP_TRUNCATED"),
    "relay information past the end": (DISCOVER + b"\x52\x20ab", 0, "DHCP_TRUNCATED"),
    "no end": (DISCOVER + b"\x80\1x" * 40, 0, "DHCP_OFFER"),
    "a second message type": (DISCOVER + b"\x35\1\x09\xff", 300, "DHCP_OTHER_TYPE"),
}


@pytest.mark.parametrize("options, size, reason", BOMBS.values(), ids=BOMBS.keys())
def test_a_message_with(box, options, size, reason):
    """Each option list ends as its sentence says, at every checksum-right frame."""
    outcome = box.run(with_options(box, options, size))
    assert outcome.reason == reason
    assert outcome.action == ("TX" if reason == "DHCP_OFFER" else "PASS")


def test_a_repeated_option_takes_the_later_value_and_does_no_harm(box):
    """A hundred architectures, identifiers and sizes in one message."""
    many = b"".join(b"\x5d\2\0" + bytes((code,)) + b"\x39\2\5\xc0\x3d\2\1" + bytes((code,))
                    for code in range(60))
    outcome = box.run(with_options(box, DISCOVER + many + b"\xff"))
    assert outcome.reason == "DHCP_OFFER"


def test_the_longest_message_is_still_read(box):
    """1472 bytes of payload, all of them options, END the last byte."""
    options = (DISCOVER + b"\0" * 1300)[:1472 - OPTIONS - 1] + b"\xff"
    assert box.run(with_options(box, options)).reason == "DHCP_OFFER"


@pytest.mark.parametrize("payload", [
    rrq_bytes("a" * 1400), rrq_bytes("odd.bin", [("x" * 700, "y" * 700)]),
    rrq_bytes("odd.bin", [("blksize", "9" * 1400)]), rrq_bytes("odd.bin", [("a", "b")] * 340),
    rrq_bytes("/" * 1400 + "odd.bin"), rrq_bytes("\\" * 1449), b"\0\1" + b"\0" * 1470,
    b"\0\1" + b"x" * 1470, rrq_bytes("odd.bin", [("tsize", 0)] * 180), b"\0\1" + b"\xff" * 1470,
    rrq_bytes("odd.bin", [("BLKSIZE", 512)] * 110)], ids=lambda payload: str(payload[:14]))
def test_a_request_that_is_overloaded_is_answered(box, payload):
    """With the file, with ERROR 1 or with ERROR 4; never with silence."""
    reader = Reader(box)
    outcome = box.answer(reader.frame(payload, 69))
    assert outcome.reason in ("TFTP_DATA_FIRST", "TFTP_OACK", "TFTP_NOT_FOUND", "TFTP_BAD_REQUEST")
    assert packet.parse(outcome.frame).src == served.SERVER

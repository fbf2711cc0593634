# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Options of a client that end up in the reply, or decide whether there is one."""

import struct

import pytest

import served
from client import Machine, option_of, pxe, refused
from expected import tftp_boot
from frames import options_of, payload_of, with_payload
from lib import packet

RELAY = packet.ip_bytes("10.77.9.9")
HEADERS = 28  # of IP and UDP: option 57 counts the whole datagram (RFC 2132 section 9.10)


def max_size(size):
    """Option 57."""
    return struct.pack("!H", size)


def relayed(box, information, options=()):
    """A machine behind a relay that adds option 82."""
    machine = Machine(box, options=[*options, (82, information)])
    machine.giaddr = RELAY
    return machine


@pytest.mark.parametrize("length", [1, 2, 7, 19, 128, 254, 255])
def test_a_client_identifier_comes_back(box, length):
    """RFC 6842."""
    Machine(box, options=[(57, max_size(1472)), (61, bytes(range(1, length + 1)))]).boots()


@pytest.mark.parametrize("length", [1, 4, 33, 100, 254, 255])
def test_relay_information_comes_back_unchanged_and_last(box, files, length):
    """RFC 3046 section 2.2."""
    information = bytes(255 - at for at in range(length))
    machine = relayed(box, information, pxe(0))
    machine.boots(tftp_boot(files, served.BIOS_FILE))
    reply = payload_of(box.run(machine.discover()).frame)
    assert options_of(reply)[-1] == (82, information)


def test_relay_information_comes_back_in_a_refusal(box):
    machine = relayed(box, b"\1\2ab")
    machine.offered()
    reply = box.run(machine.request(packet.ip_bytes("10.77.5.5"))).frame
    assert option_of(reply, 82) == b"\1\2ab" and option_of(reply, 53) == b"\6"


def test_the_longest_of_everything_fits(box, files):
    """Identifier, machine identifier and relay information at their full length."""
    relayed(box, b"r" * 255, pxe(0, o61=b"i" * 255)).boots(tftp_boot(files, served.BIOS_FILE))


@pytest.mark.parametrize("uuid", [b"", bytes(16), bytes(18), bytes(255)])
def test_a_machine_identifier_of_a_wrong_length_is_left_out(box, uuid):
    """RFC 4578 section 2.3: a type and 16 bytes."""
    reply = box.run(Machine(box, options=[(97, uuid)]).discover()).frame
    assert option_of(reply, 97) is None and option_of(reply, 53) == b"\2"


def length_of_offer(box, machine):
    """Bytes of the datagram that a machine without limit is sent."""
    return int.from_bytes(box.run(machine.discover()).frame[16:18], "big")


def test_a_reply_as_long_as_the_client_takes_is_sent_and_one_byte_more_is_not(box):
    """Works at the limit, fails below, works again."""
    options = [(61, b"i" * 255), (97, bytes(17))]
    machine = Machine(box, options=[(57, max_size(1472)), *options])
    limit = length_of_offer(box, machine)
    assert limit > 576
    for size, reason in ((limit, "DHCP_OFFER"), (limit - 1, "DHCP_REPLY_TOO_LONG"),
                         (limit, "DHCP_OFFER")):
        machine.options = [(57, max_size(size)), *options]
        assert box.run(machine.discover()).reason == reason


@pytest.mark.parametrize("size", [0, 1, 300, 575])
def test_a_limit_below_576_counts_as_576(box, files, size):
    """RFC 2131 section 2: every host takes 576 bytes."""
    machine = Machine(box, options=[(57, max_size(size)), *pxe(0, o57=None)])
    machine.offered(tftp_boot(files, served.BIOS_FILE))


def test_without_option_57_the_limit_is_576(box):
    machine = Machine(box, options=[(61, b"i" * 255), (97, bytes(17))])
    refused(box, machine.discover(), "DHCP_REPLY_TOO_LONG", "DROP")


def test_a_limit_above_the_links_mtu_counts_as_the_mtu(box, files):
    """OVMF says 65280 in its REQUEST."""
    Machine(box, options=pxe(7, o57=max_size(65280))).boots(tftp_boot(files, served.EFI_FILE))


@pytest.mark.parametrize("value", [b"", b"\5", b"\5\xc0\0"])
def test_a_limit_of_a_wrong_length_is_ignored(box, value):
    Machine(box, options=[(57, value)]).offered()


def test_a_short_reply_is_padded_to_300_bytes(box):
    """RFC 1542 section 2.1."""
    machine = Machine(box)
    machine.boots()
    payload = payload_of(box.run(machine.request(packet.ip_bytes("10.77.5.5"))).frame)
    assert len(payload) == 300 and not payload[payload.index(b"\xff", 240) + 1:].strip(b"\0")


@pytest.mark.parametrize("code", [50, 54])
@pytest.mark.parametrize("value", [b"", b"abc", b"abcde"])
def test_an_address_of_a_wrong_length_is_passed_up(box, code, value):
    refused(box, Machine(box, options=[(code, value)]).discover(), "DHCP_TRUNCATED")


def test_pads_between_options_change_nothing(box, files):
    machine = Machine(box, options=pxe(0))
    frame = machine.discover()
    payload = payload_of(frame)
    padded = payload[:240] + b"".join(
        b"\0\0\0" + bytes((code, len(value))) + value for code, value in options_of(payload))
    machine.offered(tftp_boot(files, served.BIOS_FILE), with_payload(frame, padded + b"\xff"))


def test_what_stands_behind_the_end_is_not_read(box):
    machine = Machine(box)
    frame = machine.discover()
    payload = payload_of(frame).rstrip(b"\0")
    assert payload.endswith(b"\xff")
    machine.offered(frame=with_payload(frame, payload + bytes((93, 2, 0, 0, 82, 200))))


def test_options_without_an_end_are_read_to_the_end(box):
    machine = Machine(box)
    frame = machine.discover()
    payload = payload_of(frame).rstrip(b"\0")[:-1]
    machine.offered(frame=with_payload(frame, payload))


def test_the_boot_file_size_is_rounded_up(box):
    """Option 13 counts 512-byte blocks: EDK2 refuses a file that is longer than it says."""
    for mac, blocks in ((served.CUSTOM, 1), (None, 145)):  # of 511 and 74213 bytes
        reply = box.run(Machine(box, mac, pxe(0)).discover()).frame
        assert option_of(reply, 13) == struct.pack("!H", blocks)

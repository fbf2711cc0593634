# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""INFORM, RFC 2131 section 4.3.5: a client that has its address wants the rest."""

import pytest

import served
from client import RELAY_MAC, Machine, option_of, pxe, refused
from compare import assert_frame
from expected import INFORM, ZERO, dhcp_reply, tftp_boot
from frames import BOOTP, payload_of
from lib import dhcp, packet

OWN, RELAY = packet.ip_bytes("10.77.0.99"), packet.ip_bytes("10.77.9.9")


def informed(machine, frame, boot=None):
    """An INFORM that is answered, to the byte; returns the ACK."""
    outcome = machine.box.run(frame)
    assert (outcome.reason, outcome.action) == ("DHCP_INFORM", "TX")
    due = dhcp_reply(frame, machine.box.mac, dhcp.ACK, boot=boot, what=INFORM)
    assert_frame(outcome.frame, due)
    return outcome.frame


def settled(box, options=()):
    """A machine with an address that it has from elsewhere."""
    machine = Machine(box, options=options)
    machine.address = OWN
    return machine


def test_it_is_told_the_network_but_no_address_and_no_times(box):
    machine = settled(box)
    reply = informed(machine, machine.inform())
    assert payload_of(reply)[BOOTP["yiaddr"]:BOOTP["siaddr"]] == ZERO
    assert [option_of(reply, code) for code in (51, 58, 59)] == [None] * 3
    assert option_of(reply, 1) == served.MASK


def test_firmware_is_told_what_to_boot(box, files):
    machine = settled(box, pxe(7))
    informed(machine, machine.inform(), tftp_boot(files, served.EFI_FILE))


@pytest.mark.parametrize("flags", [0, 0x8000])
def test_the_answer_goes_to_the_clients_address_whatever_the_flag_says(box, flags):
    machine = settled(box)
    machine.flags = flags
    read = packet.parse(informed(machine, machine.inform(to=b"\xff" * 4)))
    assert (read.dst_mac, read.dst, read.dport) == (machine.mac, OWN, 68)


def test_through_a_relay_the_answer_goes_to_the_client_by_the_way_it_came(box):
    machine = settled(box)
    machine.giaddr = RELAY
    read = packet.parse(informed(machine, machine.inform()))
    assert (read.dst_mac, read.dst, read.dport) == (RELAY_MAC, OWN, 68)


def test_a_client_that_leaves_ciaddr_empty_is_answered_where_it_sends_from(box):
    machine = settled(box)
    read = packet.parse(informed(machine, machine.inform(ciaddr=ZERO, source=(OWN, 68))))
    assert (read.dst, read.dport) == (OWN, 68)


def test_it_makes_no_lease_and_changes_none(box):
    machine = Machine(box)
    address = machine.boots()
    before = box.tally()
    informed(machine, machine.inform())
    stranger = settled(box)
    stranger.address = address
    informed(stranger, stranger.inform())
    assert box.tally() == before


@pytest.mark.parametrize("text, reason", [
    ("0.0.0.0", "DHCP_MALFORMED"), ("10.78.0.5", "DHCP_OTHER_NETWORK"),
    ("10.77.0.1", "DHCP_OTHER_NETWORK"), ("10.77.255.255", "DHCP_OTHER_NETWORK"),
    ("10.77.0.0", "DHCP_OTHER_NETWORK"), ("255.255.255.255", "DHCP_OTHER_NETWORK")])
def test_it_is_passed_up_from_what_is_no_machine_of_the_network(box, text, reason):
    refused(box, Machine(box).inform(ciaddr=packet.ip_bytes(text)), reason)


def test_a_denied_machine_is_not_told_anything(box):
    machine = Machine(box, served.DENIED)
    machine.address = OWN
    refused(box, machine.inform(), "DHCP_DENIED", "DROP")

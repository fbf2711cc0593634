# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Where a reply goes: RFC 2131 section 4.1, and which messages are for this server at all."""

import pytest

import served
from client import RELAY_MAC, Machine, fresh_mac, pxe, refused
from compare import assert_frame
from expected import address_in, dhcp_reply, tftp_boot
from frames import BOOTP, patched, payload_of, with_payload
from lib import dhcp, packet

BROADCAST_FLAG = 0x8000
RELAY, ELSEWHERE = packet.ip_bytes("10.77.9.9"), packet.ip_bytes("10.99.0.1")


def ends(frame):
    """(MAC, address, port) a frame goes to."""
    read = packet.parse(frame)
    assert not read.fault
    return read.dst_mac, read.dst, read.dport


def test_without_the_flag_it_goes_to_the_machine_alone(box):
    machine = Machine(box)
    address = machine.offered()
    assert ends(box.run(machine.discover()).frame) == (machine.mac, address, 68)


def test_with_the_broadcast_flag_it_goes_to_all(box):
    machine = Machine(box, flags=BROADCAST_FLAG)
    machine.boots()
    assert ends(box.run(machine.discover()).frame) == (b"\xff" * 6, b"\xff" * 4, 68)


def test_a_renewal_is_answered_to_the_address_in_use(box):
    """Also with the broadcast flag: the machine has an address (RFC 2131 section 4.1)."""
    for flags in (0, BROADCAST_FLAG):
        machine = Machine(box, flags=flags)
        machine.boots()
        done = machine.acknowledged(machine.renew())
        assert ends(done.frame) == (machine.mac, machine.address, 68)


def test_through_a_relay_it_goes_to_the_relay(box, files):
    """By the way it came, whatever the flag says, and to the server's port."""
    for flags in (0, BROADCAST_FLAG):
        machine = Machine(box, options=[*pxe(0), (82, b"\1\4eth1")], flags=flags)
        machine.giaddr = RELAY
        machine.boots(tftp_boot(files, served.BIOS_FILE))
        assert ends(box.run(machine.discover()).frame) == (RELAY_MAC, RELAY, 67)


def test_a_relay_of_another_network_is_passed_up(box):
    machine = Machine(box)
    machine.giaddr = ELSEWHERE
    refused(box, machine.discover(), "DHCP_OTHER_NETWORK")


def test_a_relay_may_send_to_this_server_alone(box):
    machine = Machine(box)
    machine.giaddr = RELAY
    machine.offered(frame=machine.discover(to=served.SERVER))


@pytest.mark.parametrize("to", [b"\xff" * 4, served.SERVER, served.BROADCAST],
                         ids=["all", "this server", "all of the network"])
def test_a_message_is_heard_that_is_for(box, to):
    machine = Machine(box)
    machine.offered(frame=machine.discover(to=to))


@pytest.mark.parametrize("to", ["10.77.0.2", "10.78.0.1", "224.0.0.1", "0.0.0.0"])
def test_a_message_is_passed_up_that_is_for(box, to):
    refused(box, Machine(box).discover(to=packet.ip_bytes(to)), "OTHER_ADDRESS")


def test_a_discover_with_an_address_in_ciaddr_is_one_without(box):
    """Some clients leave there what they once had; the offer must not go there."""
    machine = Machine(box)
    frame = machine.discover()
    payload = payload_of(frame)
    machine.offered(frame=with_payload(frame, patched(payload, BOOTP["ciaddr"], ELSEWHERE)))


def test_a_request_with_an_address_in_ciaddr_beside_option_50_is_one_without(box):
    """The ACK goes to the address that was offered, and does not repeat what ciaddr said."""
    machine = Machine(box)
    machine.offered()
    frame = machine.request()
    machine.acknowledged(with_payload(frame, patched(payload_of(frame), BOOTP["ciaddr"],
                                                     ELSEWHERE)))


def test_a_machine_behind_a_bridge_that_changes_addresses_is_answered_by_chaddr(box):
    """Unicast goes to the client's hardware address (RFC 2131 section 4.1), not to the bridge's."""
    machine = Machine(box)
    frame = patched(machine.discover(), 6, fresh_mac())
    outcome = box.run(frame)
    assert_frame(outcome.frame, dhcp_reply(frame, box.mac, dhcp.OFFER,
                                           address_in(outcome.frame)))


def test_the_source_is_this_server_also_where_the_frame_named_no_mac(box):
    reply = packet.parse(box.run(Machine(box).discover()).frame)
    assert (reply.src_mac, reply.src, reply.sport) == (box.mac, served.SERVER, 67)

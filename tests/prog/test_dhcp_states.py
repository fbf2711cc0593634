# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The life of a lease, RFC 2131 section 4.3: offered, bound, kept, given back, declined."""

import pytest

import served
from client import Machine, pxe, refused
from compare import assert_frame
from expected import ZERO, address_in, dhcp_reply, tftp_boot
from frames import BOOTP, patched, payload_of, with_payload
from lib import dhcp, packet

OTHER_SERVER, FOREIGN = packet.ip_bytes("10.77.0.3"), packet.ip_bytes("10.77.5.5")


def holder(box, address):
    """Is there a lease of this machine, an owner of this address, and is the address free?"""
    leases, owners, free = box.tally()
    return lambda machine: (any(machine.mac in key for key in leases), address in owners,
                            free.count(address))


def refused_with_nak(machine, frame):
    """A REQUEST that is answered with a NAK, to the byte."""
    outcome = machine.box.run(frame)
    assert (outcome.reason, outcome.action) == ("DHCP_NAK", "TX")
    assert_frame(outcome.frame, dhcp_reply(frame, machine.box.mac, dhcp.NAK))
    return outcome


def test_discover_again_and_again_gives_the_same_offer(box):
    machine = Machine(box)
    first = machine.offered()
    assert {machine.offered() for _ in range(20)} == {first}


def test_another_machine_gets_another_address(box):
    assert len({Machine(box).offered() for _ in range(50)}) == 50


def test_two_hardware_types_with_the_same_bytes_are_two_machines(box):
    machine = Machine(box)
    address = machine.offered()
    frame = machine.discover()
    infiniband = with_payload(frame, patched(payload_of(frame), BOOTP["htype"], b"\x20"))
    assert machine.offered(frame=infiniband) != address


def test_a_hardware_address_of_sixteen_bytes_is_one(box):
    machine = Machine(box)
    body = payload_of(machine.discover())
    body = patched(body, BOOTP["hlen"], b"\x10")
    first, second = (patched(body, BOOTP["chaddr"] + 15, end) for end in (b"\1", b"\2"))
    frames = [with_payload(machine.discover(), one) for one in (first, second)]
    assert machine.offered(frame=frames[0]) != machine.offered(frame=frames[1])


def test_what_stands_behind_hlen_makes_no_other_machine(box):
    machine = Machine(box)
    frame = machine.discover()
    noisy = with_payload(frame, patched(payload_of(frame), BOOTP["chaddr"] + 6, b"\xee" * 10))
    address = machine.offered()
    assert address_in(box.run(noisy).frame) == address


def test_a_request_for_another_server_withdraws_the_offer(box):
    machine = Machine(box)
    address = machine.offered()
    assert holder(box, address)(machine) == (True, True, 0)
    outcome = refused(box, machine.request(server=OTHER_SERVER), "DHCP_OTHER_SERVER")
    assert outcome.notes == {"DHCP_OFFER_WITHDRAWN": 1}
    assert holder(box, address)(machine) == (False, False, 1)


def test_a_request_for_another_server_leaves_a_lease_in_use(box):
    machine = Machine(box)
    address = machine.boots()
    assert not refused(box, machine.request(server=OTHER_SERVER), "DHCP_OTHER_SERVER").notes
    assert holder(box, address)(machine) == (True, True, 0)


def test_a_request_for_a_foreign_address_is_refused_to_all(box, files):
    machine = Machine(box, options=pxe(0, o61=b"\1abc"))
    machine.offered(tftp_boot(files, served.BIOS_FILE))
    outcome = refused_with_nak(machine, machine.request(FOREIGN))
    read = packet.parse(outcome.frame)
    assert (read.dst_mac, read.dst, read.dport) == (b"\xff" * 6, b"\xff" * 4, 68)


def test_a_refusal_through_a_relay_asks_it_to_broadcast(box):
    """RFC 2131 section 4.3.2."""
    machine = Machine(box, options=[(82, b"\1\2ab")])
    machine.giaddr = packet.ip_bytes("10.77.9.9")
    machine.offered()
    outcome = refused_with_nak(machine, machine.request(FOREIGN))
    assert payload_of(outcome.frame)[10:12] == b"\x80\0"


def test_a_request_of_a_machine_that_was_offered_nothing_is_refused(box):
    machine = Machine(box)
    refused_with_nak(machine, machine.request(FOREIGN))


def test_init_reboot_with_the_right_address_is_acknowledged(box):
    machine = Machine(box)
    machine.boots()
    machine.acknowledged(machine.reboot())


def test_init_reboot_with_a_wrong_address_is_refused(box):
    machine = Machine(box)
    machine.boots()
    refused_with_nak(machine, machine.reboot(FOREIGN))


def test_init_reboot_without_record_is_met_with_silence(box):
    refused(box, Machine(box).reboot(FOREIGN), "DHCP_NO_LEASE")


def test_a_renewal_is_acknowledged_by_unicast_and_by_broadcast(box):
    """RENEWING asks this server, REBINDING all."""
    machine = Machine(box)
    machine.boots()
    for to in (served.SERVER, b"\xff" * 4):
        machine.acknowledged(machine.renew(to=to))


def test_a_renewal_without_record_is_met_with_silence(box):
    machine = Machine(box)
    machine.address = FOREIGN
    refused(box, machine.renew(), "DHCP_NO_LEASE")


def test_a_request_that_names_no_address_is_malformed(box):
    refused(box, Machine(box).frame(dhcp.REQUEST), "DHCP_MALFORMED")


def test_a_released_address_is_free_again_and_only_then(box):
    machine = Machine(box)
    address = machine.boots()
    stranger = Machine(box)
    stranger.address = address
    refused(box, stranger.release(), "DHCP_NO_LEASE")
    assert holder(box, address)(machine) == (True, True, 0)
    refused(box, machine.release(), "DHCP_RELEASED")
    assert holder(box, address)(machine) == (False, False, 1)
    refused(box, machine.release(), "DHCP_NO_LEASE")
    assert holder(box, address)(machine) == (False, False, 1)


def test_a_released_reservation_does_not_enter_the_pool(box):
    machine = Machine(box, served.FIXED)
    address = machine.boots()
    refused(box, machine.release(), "DHCP_RELEASED")
    assert holder(box, address)(machine) == (False, False, 0)
    assert machine.boots() == address


def decline(machine, server=served.SERVER):
    """DECLINE of the address in use by another."""
    return machine.frame(dhcp.DECLINE, [(54, server), (50, machine.address)])


def test_a_declined_address_is_given_to_nobody(box):
    machine = Machine(box)
    address = machine.boots()
    refused(box, decline(machine), "DHCP_DECLINED")
    assert holder(box, address)(machine) == (False, True, 0)
    assert machine.boots() != address


def test_a_decline_that_names_another_server_changes_nothing(box):
    machine = Machine(box)
    address = machine.boots()
    refused(box, decline(machine, OTHER_SERVER), "DHCP_NO_LEASE")
    assert holder(box, address)(machine) == (True, True, 0)


def test_a_machine_that_declines_whatever_it_gets_has_five_addresses_set_aside(box):
    """It keeps the sixth, so that the pool is still there for others, who may decline, too."""
    machine, other = Machine(box), Machine(box)
    declined = [machine.boots()]
    for _ in range(5):
        refused(box, decline(machine), "DHCP_DECLINED")
        declined.append(machine.boots())
    assert len(set(declined)) == 6
    refused(box, decline(machine), "DHCP_DECLINES_ON")
    assert holder(box, declined[5])(machine) == (True, True, 0) and machine.boots() == declined[5]
    other.boots()
    refused(box, decline(other), "DHCP_DECLINED")


@pytest.mark.parametrize("kind", [dhcp.OFFER, dhcp.ACK, dhcp.NAK, 9, 255])
def test_other_messages_are_left_to_the_host(box, kind):
    machine = Machine(box)
    refused(box, machine.frame(kind, [(54, served.SERVER)], ciaddr=ZERO), "DHCP_OTHER_TYPE")
    assert not any(machine.mac in key for key in box.tally()[0])

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
When a REQUEST is refused and when it is met with silence, RFC 2131 section 4.3.2: a server that is
authoritative, beside one that is not, which is the default.
"""

import pytest

import served
from client import Machine, refused
from compare import assert_frame
from conftest import inside
from expected import dhcp_reply
from lib import dhcp, packet
from lib.lab import Lab
from lib.server import Xdpxe
from pool import end_quarantine, lose_lease

FOREIGN, ELSEWHERE = packet.ip_bytes("10.77.5.5"), packet.ip_bytes("10.99.0.5")
OTHER_SERVER, RELAY = packet.ip_bytes("10.77.0.3"), packet.ip_bytes("10.77.9.9")


@pytest.fixture(name="modest", scope="module")
def _modest():
    """A server whose configuration does not say that it is authoritative."""
    with Lab() as lab:
        text = served.write(lab)[1].replace("authoritative: yes\n", "")
        with inside(Xdpxe(lab, text).start()) as box:
            yield box


def selecting_another_address(machine):
    """It was offered one address and asks this server for another."""
    machine.offered()
    return machine.request(FOREIGN)


def selecting_without_offer(machine):
    """It was offered nothing, and asks this server for an address."""
    return machine.request(FOREIGN)


def rebooting_with_another_address(machine):
    """It has a lease and remembers another address."""
    machine.boots()
    return machine.reboot(FOREIGN)


def rebooting_on_the_wrong_network(machine):
    """It remembers an address of another network; nobody here has a record of it."""
    return machine.reboot(ELSEWHERE)


def rebooting_on_the_wrong_network_behind_a_relay(machine):
    """The same, through a relay."""
    machine.giaddr = RELAY
    return machine.reboot(ELSEWHERE)


def rebinding_on_the_wrong_network(machine):
    """It still uses an address of another network."""
    machine.address = ELSEWHERE
    return machine.renew(to=b"\xff" * 4)


def renewing_another_address(machine):
    """It has a lease and uses another address."""
    machine.boots()
    machine.address = FOREIGN
    return machine.renew()


def rebinding_what_another_machine_has(machine):
    """Its address was given to somebody else."""
    machine.address = Machine(machine.box).boots()
    return machine.renew(to=b"\xff" * 4)


WRONG = [selecting_another_address, selecting_without_offer, rebooting_with_another_address,
         rebooting_on_the_wrong_network, rebooting_on_the_wrong_network_behind_a_relay,
         rebinding_on_the_wrong_network, renewing_another_address,
         rebinding_what_another_machine_has]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_what_is_wrong_is_refused_by_a_server_that_is_authoritative(box, wrong):
    machine = Machine(box)
    frame = wrong(machine)
    outcome = box.run(frame)
    assert (outcome.reason, outcome.action) == ("DHCP_NAK", "TX")
    assert_frame(outcome.frame, dhcp_reply(frame, box.mac, dhcp.NAK))


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_what_is_wrong_is_met_with_silence_by_one_that_is_not(modest, wrong):
    refused(modest, wrong(Machine(modest)), "DHCP_NOT_REFUSED")


def rebooting(machine):
    """INIT-REBOOT with an address of this network, of which there is no record."""
    return machine.reboot(FOREIGN)


def rebooting_with_what_another_machine_has(machine):
    """No record of this client: section 4.3.2 has it silent, whoever has the address."""
    return machine.reboot(Machine(machine.box).boots())


def renewing(machine):
    """RENEWING without record."""
    machine.address = FOREIGN
    return machine.renew()


def rebinding(machine):
    """REBINDING at a server that has no record."""
    machine.address = FOREIGN
    return machine.renew(to=b"\xff" * 4)


def renewing_from_elsewhere(machine):
    """Sent to this server alone, so that it may be routed: nothing says where the client is."""
    machine.address = ELSEWHERE
    return machine.renew()


@pytest.mark.parametrize("unknown", [
    rebooting, rebooting_with_what_another_machine_has, renewing, rebinding,
    renewing_from_elsewhere], ids=lambda unknown: unknown.__name__)
def test_what_is_not_known_is_met_with_silence_by_every_server(box, modest, unknown):
    for one in (box, modest):
        refused(one, unknown(Machine(one)), "DHCP_NO_LEASE")


def test_one_network_may_say_for_itself_that_it_is_authoritative(lab, modest):
    text = modest.server.path.read_text(encoding="utf-8")
    own = text.replace("    lease-time:", "    authoritative: yes\n    lease-time:")
    modest.server.write(own)
    modest.server.command("reload")
    assert lab and modest.run(Machine(modest).reboot(ELSEWHERE)).reason == "DHCP_NAK"
    modest.server.write(text)
    modest.server.command("reload")
    refused(modest, Machine(modest).reboot(ELSEWHERE), "DHCP_NOT_REFUSED")


@pytest.mark.parametrize("options", [[(54, served.SERVER)], []], ids=["SELECTING", "no state"])
def test_a_request_without_any_address_is_malformed(box, options):
    machine = Machine(box)
    machine.offered()
    refused(box, machine.frame(dhcp.REQUEST, options), "DHCP_MALFORMED")


def test_an_address_is_confirmed_to_a_client_that_names_it_in_ciaddr_with_the_server(box):
    """Neither SELECTING nor RENEWING as table 4 has them; some clients do so."""
    machine = Machine(box)
    machine.boots()
    machine.acknowledged(machine.frame(dhcp.REQUEST, [(54, served.SERVER)],
                                       ciaddr=machine.address, to=served.SERVER))


@pytest.mark.parametrize("state", ["reboot", "renew", "request"])
def test_a_reservation_is_a_record_that_outlives_its_lease(box, state):
    """The lease is lost; the address is still the machine's, unless it chooses another server."""
    machine = Machine(box, served.FIXED)
    address = machine.boots()
    lose_lease(box.folder, machine.mac, address)
    machine.acknowledged(getattr(machine, state)())
    assert address in box.tally()[1]
    refused(box, machine.release(), "DHCP_RELEASED")
    assert not refused(box, machine.request(server=OTHER_SERVER), "DHCP_OTHER_SERVER").notes
    assert not any(machine.mac in key for key in box.tally()[0])


def test_a_reserved_address_that_was_declined_returns_to_its_machine_when_its_time_is_over(box):
    machine = Machine(box, served.FIXED)
    address = machine.boots()
    decline = machine.frame(dhcp.DECLINE, [(54, served.SERVER), (50, address)])
    refused(box, decline, "DHCP_DECLINED")
    assert machine.boots() != address
    assert end_quarantine(box.folder) == [address]
    assert machine.boots() == address
    assert address not in box.tally()[2], "a reserved address is in the pool"


def test_a_release_that_names_another_server_changes_nothing(box):
    machine = Machine(box)
    address = machine.boots()
    release = machine.frame(dhcp.RELEASE, [(54, OTHER_SERVER)], ciaddr=address, to=served.SERVER)
    refused(box, release, "DHCP_NO_LEASE")
    assert address in box.tally()[1]
    machine.acknowledged(machine.renew())

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A pool of three addresses: what is given, what comes back, and when."""

import pytest

import served
from client import Machine, refused
from conftest import inside
from expected import address_in
from lib import dhcp, packet
from lib.lab import Lab
from lib.server import Xdpxe
from lib.wait import until
from pool import end_quarantine, expire_leases, free_of, network_of, opened_queue

POOL = {packet.ip_bytes(f"10.77.1.{last}") for last in (1, 2, 3)}


@pytest.fixture(name="small")
def _small(request):
    """A server with three addresses; param: whether they are probed."""
    with Lab() as lab:
        text = served.write(lab)[1].replace("10.77.1.0-10.77.8.255", "10.77.1.1-10.77.1.3")
        assert "10.77.1.1-10.77.1.3" in text and "conflict-check: no" in text
        text = text.replace("conflict-check: no", f"conflict-check: {getattr(request, 'param', 'no')}")
        with inside(Xdpxe(lab, text).start()) as box:
            yield box


def offered(box):
    """A new machine that has been offered an address."""
    machine = Machine(box)
    machine.address = address_in(box.answer(machine.discover()).frame)
    return machine


def offered_in_time(box, machine):
    """Ask until there is an OFFER, as a pool is searched once a second; returns the address."""
    def asked():
        outcome = box.run(machine.discover())
        return outcome.action == "TX" and address_in(outcome.frame)
    machine.address = until(asked, 3, "an address")
    return machine.address


def goes_without(box):
    """A new machine for which there is no address."""
    machine = Machine(box)
    for _ in range(2):
        outcome = refused(box, machine.discover(), "DHCP_POOL_EMPTY", "DROP")
        assert outcome.notes.get("MISS_UNRESOLVED") == 1, outcome.notes
    return machine


def test_an_offer_that_nobody_took_up_is_given_to_the_next_machine(small):
    first = [offered(small) for _ in range(3)]
    assert {machine.address for machine in first} == POOL
    late = goes_without(small)
    expire_leases(small.folder)
    assert offered_in_time(small, late) in POOL
    small.run(late.request())
    assert {offered(small).address for _ in range(2)} == POOL - {late.address}


def test_offers_come_back_before_anybody_needs_them(small):
    for _ in range(2):
        offered(small)
    taken = offered(small)
    assert small.run(taken.request()).reason == "DHCP_ACK"
    expire_leases(small.folder)
    slot = network_of(small.folder, 0)
    free = until(lambda: free_of(small.folder, slot), 8, "addresses to come back")
    assert set(free) >= POOL - {taken.address} and len(set(free)) == len(free)


def test_a_lease_in_use_is_never_given_away(small):
    machines = [offered(small) for _ in range(3)]
    for machine in machines:
        assert small.run(machine.request()).reason == "DHCP_ACK"
    goes_without(small)
    for machine in machines:
        assert small.run(machine.renew()).reason == "DHCP_ACK"


def test_a_lease_that_ran_out_is_given_away_when_the_pool_is_hungry(small):
    machines = [offered(small) for _ in range(3)]
    for machine in machines:
        small.run(machine.request())
    expire_leases(small.folder)
    assert offered(small).address in POOL


def test_an_address_released_twice_is_free_once(small):
    machines = [offered(small) for _ in range(3)]
    for machine in machines:
        small.run(machine.request())
    refused(small, machines[1].release(), "DHCP_RELEASED")
    refused(small, machines[1].release(), "DHCP_NO_LEASE")
    assert free_of(small.folder, network_of(small.folder, 0)) == [machines[1].address]
    assert offered(small).address == machines[1].address
    goes_without(small)


def test_a_declined_address_comes_back_when_its_time_is_over_and_the_pool_is_hungry(small):
    machine, *_ = [offered(small) for _ in range(3)]
    small.run(machine.request())
    decline = machine.frame(dhcp.DECLINE, [(54, served.SERVER), (50, machine.address)])
    refused(small, decline, "DHCP_DECLINED")
    late = goes_without(small)
    assert end_quarantine(small.folder) == [machine.address]
    assert offered_in_time(small, late) == machine.address
    goes_without(small)


def test_addresses_in_the_queue_that_have_owners_cost_nobody_an_answer(own_box):
    """So they stand after a reload during which machines came: in the queue that was being made."""
    box = own_box
    slot = network_of(box.folder, 0)
    taken = [offered(box).address for _ in range(30)]
    with opened_queue(box.folder, slot) as queue:
        for address in taken + queue.drain():
            queue.put(address)
    outcome = box.run(Machine(box).discover())
    assert outcome.action == "TX" or outcome.notes.get("DHCP_OFFER") == 1, outcome.notes


@pytest.mark.parametrize("small", ["yes", "no"], indirect=True)
def test_addresses_that_the_queue_has_lost_are_found_again(small):
    """It is a hint, never the truth."""
    slot = network_of(small.folder, 0)
    until(lambda: len(free_of(small.folder, slot)) == 3, 5, "the pool to be full")
    with opened_queue(small.folder, slot) as queue:
        assert len(queue.drain()) == 3
    late = Machine(small)
    assert offered_in_time(small, late) in POOL

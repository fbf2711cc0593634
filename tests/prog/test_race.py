# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
One machine seen by two CPUs at the same moment. Each race is run until it has really been lost, or
so often that a fault would have shown.
"""

import time

import pytest

import served
from client import Machine
from expected import address_in
from lib import packet
from step import CPUS, in_step

ROUNDS, WANTED, SECONDS = 400, 20, 6
QUICK = 40000  # rounds of one machine: about one in ten thousand meets in the narrowest place

pytestmark = pytest.mark.skipif(len(CPUS) < 2, reason="a race needs two CPUs")


def consistent(box):
    """Every lease has one owner, every owner a lease, and an address is owned or once free."""
    box.settle()
    leases, owners, free = box.tally()
    assert len(leases) == len(owners), f"{len(leases)} leases, {len(owners)} owners"
    assert len(set(free)) == len(free), "an address is free twice"
    assert not set(owners) & set(free), "an address is owned and free"
    return leases, owners, free


def idle(box):
    """A frame that changes nothing."""
    return Machine(box).reboot(packet.ip_bytes("10.77.5.5"))


def one_round(box):
    """New machines, each seen twice at once; all addresses come back afterwards."""
    machines = [Machine(box) for _ in range(ROUNDS)]
    pairs = in_step(box.program, [[machine.discover()] * 2 for machine in machines])
    for machine, pair in zip(machines, pairs):
        answered = [address for action, address in pair if action == "TX"]
        assert answered and len(set(answered)) == 1, pair
        machine.address = answered[0]
    assert len({machine.address for machine in machines}) == ROUNDS
    listed = {row["mac"]: row["address"] for row in box.server.json("leases")}
    assert listed == {packet.mac_text(machine.mac): packet.ip_text(machine.address)
                      for machine in machines}
    _, owners, free = consistent(box)
    for machine in machines:
        box.program.run(machine.release())
    assert len(owners) == ROUNDS
    return len(owners) + len(free)


def test_a_new_machine_seen_by_two_cpus_gets_one_address_and_none_leaks(own_box):
    box = own_box
    whole = len(consistent(box)[2])
    deadline = time.monotonic() + SECONDS
    while box.total("DHCP_RACE_LOST") < WANTED and time.monotonic() < deadline:
        assert one_round(box) == whole
        assert len(consistent(box)[2]) == whole, "an address has not come back"
    assert box.total("DHCP_RACE_LOST") >= WANTED, "the two CPUs never met"


def test_a_reserved_machine_seen_by_two_cpus_gets_its_address_and_no_other(own_box):
    """Whichever CPU wins, the reserved address never becomes one of the pool."""
    box = own_box
    machine = Machine(box, served.FIXED)
    machine.address = packet.ip_bytes("10.77.0.20")
    before = set(consistent(box)[2])
    pairs = in_step(box.program, [[machine.discover()] * 2, [machine.release(), idle(box)]] * QUICK)
    offered = {address for pair in pairs for action, address in pair if action == "TX"}
    leaked = set(consistent(box)[2]) - before
    assert not leaked, f"free for all: {[packet.ip_text(address) for address in leaked]}"
    assert offered == {machine.address}, [packet.ip_text(address) for address in offered]


def test_a_release_that_comes_twice_at_once_frees_the_address_once(own_box):
    box = own_box
    before = len(consistent(box)[2])
    machines = [Machine(box) for _ in range(ROUNDS)]
    for machine in machines:
        machine.address = address_in(box.answer(machine.discover()).frame)
    in_step(box.program, [[machine.release()] * 2 for machine in machines])
    assert len(consistent(box)[2]) == before


def test_a_release_and_a_discover_at_once_leave_a_lease_with_its_owner_or_neither(own_box):
    """A machine with a reservation, so that it has the same address again and again."""
    box = own_box
    machine = Machine(box, served.FIXED)
    machine.address = packet.ip_bytes("10.77.0.20")
    step = [[machine.release(), machine.discover()], [machine.discover(), idle(box)]]
    for _ in range(10):
        in_step(box.program, step * 1000)
        consistent(box)
    box.program.run(machine.release())
    leases, owners, _ = consistent(box)
    assert not leases and not owners


def test_two_requests_at_once_bind_the_lease_once(own_box):
    box = own_box
    machine = Machine(box)
    machine.offered()
    pairs = in_step(box.program, [[machine.request(), machine.renew()]] * 200)
    assert {cell for pair in pairs for cell in pair} == {("TX", machine.address)}
    row, = (row for row in box.server.json("leases")
            if row["mac"] == packet.mac_text(machine.mac))
    assert (row["state"], row["address"]) == ("bound", packet.ip_text(machine.address))

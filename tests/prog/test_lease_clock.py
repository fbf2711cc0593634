# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Time: leases end, their addresses are used again, and neither calendar nor reboot confuses that."""

import pytest

from client import Machine
from expected import address_in
from lasting import home
from lib import leasedb, packet
from lib.wait import until

FIVE = "10.77.1.1-10.77.1.5"
LEASE = 600


@pytest.fixture(name="one")
def _one():
    """A server with five addresses."""
    with home(FIVE) as one:
        yield one


def taken_by_newcomers(one, count):
    """Addresses that so many new machines are given, in order."""
    addresses = []
    for _ in range(count):
        machine = Machine(one.box)

        def asked(machine=machine):
            outcome = one.box.run(machine.discover())
            return outcome.action == "TX" and address_in(outcome.frame)
        machine.address = until(asked, 5, "an address")
        assert one.box.run(machine.request()).reason == "DHCP_ACK"
        addresses.append(machine.address)
    return addresses


def boots_apart(one, seconds):
    """Machines that get a lease at these moments."""
    machines = []
    for moment in seconds:
        one.clock(passed=moment)
        machines.append(one.boots())
    return machines


def ends_in(one, machine):
    """Seconds until a lease ends."""
    return one.leases()[packet.mac_text(machine.mac)]["expires_in_s"]


def ends_at(one, machine):
    """When a lease ends, in the database: Unix time, 0 for none."""
    return leasedb.leases(one.database).get(packet.mac_text(machine.mac), (None, 0))[1]


def test_a_lease_ends_when_its_time_is_over_and_not_before(one):
    machine = one.boots()
    one.clock(passed=LEASE - 20)
    row, = one.leases().values()
    assert row["state"] == "bound" and 0 < row["expires_in_s"] <= 20
    one.clock(passed=LEASE + 5)
    row, = one.leases().values()
    assert row["state"] == "expired" and one.renews(machine), "nobody else has it"
    assert ends_in(one, machine) > LEASE - 20


def test_addresses_that_nobody_had_go_first_then_the_one_that_ended_first(one):
    early, middle, late = boots_apart(one, (0, 100, 200))
    one.clock(passed=300)
    assert one.renews(early), "so that it ends last"
    fresh = {packet.ip_bytes(f"10.77.1.{last}") for last in range(1, 6)} - {
        machine.address for machine in (early, middle, late)}
    one.clock(passed=2 * LEASE)
    given = taken_by_newcomers(one, 5)
    assert set(given[:2]) == fresh
    assert given[2:] == [middle.address, late.address, early.address]


@pytest.mark.parametrize("way", ["restart", "reboot"])
def test_that_order_outlives_the_server(one, way):
    """After the reboot all of them ended before the clock of this boot began."""
    early, middle, late = boots_apart(one, (0, 100, 200))
    one.clock(passed=300)
    assert one.renews(early)
    one.until_saved(early, middle, late)
    if way == "restart":
        one.clock(passed=2 * LEASE)
        one.again()
    else:
        one.reboot(ahead=1000 * LEASE)
    assert {row["state"] for row in one.leases().values()} == {"expired"}
    assert taken_by_newcomers(one, 5)[2:] == [middle.address, late.address, early.address]


def test_after_a_reboot_a_lease_has_as_much_time_as_the_calendar_says(one):
    machine = one.boots()
    one.until_saved(machine)
    one.reboot(ahead=200)
    assert LEASE - 260 < ends_in(one, machine) <= LEASE - 200
    assert not one.told("no time had passed")


def test_a_calendar_that_has_gone_back_over_a_reboot_ends_no_lease(one):
    """No battery: the machine believes that it is an earlier day."""
    one.clock(ahead=10_000_000)
    machine = one.boots()
    one.until_saved(machine)
    until(lambda: ends_at(one, machine) > 10_000_000 + 1_700_000_000, 10,
          "the new calendar in the database")
    one.reboot(ahead=0)
    assert one.told("as if no time had passed") == 1
    assert LEASE - 60 < ends_in(one, machine) <= LEASE


@pytest.mark.parametrize("leap", [100_000, 0], ids=["forward", "back"])
def test_a_leap_of_the_calendar_neither_ends_nor_prolongs_a_lease(one, leap):
    one.clock(ahead=50_000)
    machine = one.boots()
    one.until_saved(machine)
    before = until(lambda: ends_at(one, machine), 10, "the lease in the database")
    one.clock(ahead=leap)
    wanted = before + leap - 50_000
    until(lambda: abs(ends_at(one, machine) - wanted) < 60, 10,
          "the times in the database made anew")
    assert LEASE - 60 < ends_in(one, machine) <= LEASE
    one.again()
    assert LEASE - 60 < ends_in(one, machine) <= LEASE


def test_a_leap_of_the_calendar_while_nothing_runs_changes_nothing(one):
    """In the same boot the kernel's own clock has counted on."""
    machine = one.boots()
    one.stop()
    one.ahead = 30 * 86400
    one.start()
    assert LEASE - 60 < ends_in(one, machine) <= LEASE


def test_a_lease_written_by_a_calendar_of_the_future_lasts_no_longer_than_it_was_given_for(one):
    one.stop()
    with leasedb.opened(one.database) as base:
        leasedb.put(base, 1, "10.77.1.1", 4_000_000_000)
    one.reboot()
    row, = one.leases().values()
    assert 0 < row["expires_in_s"] <= LEASE


def test_a_declined_address_is_set_aside_for_its_time_and_no_longer(one):
    one.stop()
    with leasedb.opened(one.database) as base:
        written, = base.execute("SELECT written FROM clock").fetchone()
        base.execute("INSERT INTO declined VALUES (?,?)", (leasedb.FIRST + 1, written + 500))
        base.execute("INSERT INTO declined VALUES (?,?)", (leasedb.FIRST + 2, written - 1))
    one.start()
    assert [row["address"] for row in one.leases().values()] == ["10.77.1.1"]
    assert one.told("1 declined addresses") == 1
    one.clock(passed=700)
    assert packet.ip_bytes("10.77.1.1") in taken_by_newcomers(one, 5)

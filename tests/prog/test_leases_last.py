# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What was acknowledged outlives the daemon, its maps and the machine it runs on."""

import time

import pytest

from client import Machine, refused
from expected import address_in
from lasting import home
from lib import dhcp, leasedb, packet
from lib.wait import TimedOut
import served

THREE = "10.77.1.1-10.77.1.3"


@pytest.fixture(name="small")
def _small():
    """Three addresses."""
    with home(THREE) as one:
        yield one


@pytest.fixture(name="large")
def _large():
    """Many."""
    with home("10.77.1.0-10.77.250.255") as one:
        yield one


def decline(machine):
    """DECLINE."""
    return machine.frame(dhcp.DECLINE, [(54, served.SERVER), (50, machine.address)])


def offered_later(one, count):
    """Addresses that machines which come now are offered, until there is none."""
    addresses = []
    for _ in range(count):
        outcome = one.box.run(Machine(one.box).discover())
        addresses.append(address_in(outcome.frame) if outcome.action == "TX" else None)
    return addresses


@pytest.mark.parametrize("way", ["stopped", "killed, maps lost", "power failure"])
def test_a_machine_keeps_its_address_and_nobody_else_gets_it(small, way):
    first, second = small.boots(), small.boots()
    small.until_saved(first, second)
    if way == "stopped":
        small.again()
    elif way == "power failure":
        small.reboot()
    else:
        small.crash()
        small.lose_maps()
        small.start()
    others = offered_later(small, 3)
    assert first.address not in others and second.address not in others
    assert others.count(None) == 2, "one address was free"
    assert small.renews(first) and small.renews(second)
    assert small.told("2 leases restored") == 1


def test_nothing_acknowledged_a_second_before_a_kill_is_lost(large):
    acknowledged, deadline = [], time.monotonic() + 2.5
    while time.monotonic() < deadline:
        machine = large.boots()
        acknowledged.append((time.monotonic(), machine))
    large.crash()
    killed = time.monotonic()
    large.lose_maps()
    large.start()
    kept = {mac: row["address"] for mac, row in large.leases().items()}
    due = [machine for moment, machine in acknowledged if moment < killed - 1]
    assert len(due) > 20
    assert not [one for one in due
                if kept.get(packet.mac_text(one.mac)) != packet.ip_text(one.address)]


def test_a_plain_stop_loses_nothing_at_all(large):
    machines = [large.boots() for _ in range(50)]
    large.again()
    kept = {mac: row["address"] for mac, row in large.leases().items()}
    assert kept == {packet.mac_text(one.mac): packet.ip_text(one.address) for one in machines}


def test_what_was_only_offered_is_forgotten(small):
    machine = Machine(small.box)
    machine.offered()
    small.again()
    assert small.leases() == {} and len(set(offered_later(small, 3))) == 3


def test_a_released_address_stays_released(small):
    machine, other = small.boots(), small.boots()
    small.until_saved(machine, other)
    refused(small.box, machine.release(), "DHCP_RELEASED")
    small.until_saved(other, gone=[machine])
    small.again()
    assert list(small.leases()) == [packet.mac_text(other.mac)]


def test_a_declined_address_stays_set_aside(small):
    machine = small.boots()
    refused(small.box, decline(machine), "DHCP_DECLINED")
    small.again()
    address = packet.ip_text(machine.address)
    assert leasedb.declined(small.database) == {address}
    assert small.leases()[address]["state"] == "declined"
    others = offered_later(small, 3)
    assert machine.address not in others and others.count(None) == 1


def test_a_machine_that_comes_back_after_a_restart_gets_its_address_again(small):
    first, second = small.boots(), small.boots()
    small.again()
    for machine in (second, first):
        machine.box = small.box
        assert address_in(small.box.answer(machine.discover()).frame) == machine.address


def test_first_and_last_seen_outlive_a_restart(small):
    machine = small.boots()
    small.clock(passed=400)
    assert small.renews(machine)
    small.again()
    row, = small.leases().values()
    assert 400 <= row["first_seen_s_ago"] < 460 and row["last_seen_s_ago"] < 60


def test_the_next_daemon_writes_what_happened_while_there_was_none(small):
    released, kept = small.boots(), small.boots()
    small.until_saved(released, kept)
    small.crash()
    refused(small.box, released.release(), "DHCP_RELEASED")
    new = small.boots()
    small.start()
    assert not small.told("restored"), "adopted maps know better"
    small.until_saved(kept, new, gone=[released])


def test_with_persist_nothing_is_lost_either(small):
    small.stop()
    small.start("--persist")
    first = small.boots()
    assert small.server.stop() == 0
    second = small.boots()
    small.start()
    small.until_saved(first, second)
    assert small.renews(first) and small.renews(second)


def test_a_detach_without_a_daemon_saves_first(small):
    small.crash()
    machine = small.boots()
    small.close()
    small.server.command("detach", "srv0")
    small.start()
    assert small.renews(machine)


def test_leases_of_a_network_that_is_configured_no_more_are_left_out_and_kept(large):
    machine = large.boots()
    large.stop()
    large.server.write(large.text.replace("10.77.", "10.78."))
    large.lab.server.run("ip", "addr", "add", "10.78.0.1/16", "dev", "srv0")
    large.start()
    assert large.leases() == {} and large.told("1 leases do not fit the configuration") == 1
    large.stop()
    large.server.write(large.text)
    large.start()
    assert large.renews(machine), "the mistake has cost nobody an address"


def test_an_address_reserved_for_another_machine_now_stays_with_its_user_until_the_lease_ends(small):
    machine = small.boots()
    small.stop()
    small.server.write(small.text + '  - { mac: "52:54:00:ff:00:01", ip: 10.77.1.1 }\n')
    small.start()
    assert machine.address == packet.ip_bytes("10.77.1.1") and small.renews(machine)
    small.clock(passed=2000)
    small.again()
    assert small.leases() == {} and small.told("1 leases do not fit") == 1


def test_a_reservation_is_one_after_a_restart(large):
    machine = large.boots(served.FIXED)
    large.again()
    row, = large.leases().values()
    assert row["reserved"] and row["address"] == "10.77.0.20"
    machine.box = large.box
    refused(large.box, machine.release(), "DHCP_RELEASED")
    assert machine.address not in large.box.tally()[2], "it is not free for all"


def test_without_a_database_leases_are_forgotten(small):
    small.stop()
    small.server.write(small.text.replace(f"database: {small.database}", "database: none"))
    small.start()
    small.boots()
    assert small.trouble() == ("none", None)
    small.again()
    assert small.leases() == {}


def test_a_reload_may_name_another_database(small):
    machine = small.boots()
    small.server.write(small.text.replace("leases.db", "other/leases.db"))
    small.server.command("reload")
    small.database = small.lab.dir / "other" / "leases.db"
    small.until_saved(machine)


def test_it_cannot_be_told_to_let_time_pass_unless_it_is_a_test(small):
    small.stop()
    small.server.env = None
    small.server.start()
    with pytest.raises(AssertionError):
        small.clock(passed=10)


def test_the_tester_notices_what_is_missing(small):
    machine = Machine(small.box)
    machine.address = packet.ip_bytes("10.77.1.1")
    with pytest.raises(TimedOut):
        small.until_saved(machine)

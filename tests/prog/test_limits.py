# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How much one may take: messages, requests and new combinations by time, addresses by where from."""

import itertools
import struct
import time

import pytest

import served
from client import RELAY_MAC, Machine, fresh_xid, refused
from conftest import inside
from expected import address_in
from lib import dhcp, packet
from lib.lab import Lab
from lib.server import Xdpxe
from lib.wait import until
from pool import ADDRESS, CLIENT, expire_leases, free_of, network_of, opened, opened_queue
from prog_run import pinned_map
from reader import Reader
from step import CPUS, in_step

RANGE = 200
POOL = RANGE - 1  # one is reserved
HELD = 50  # `offers` is half of the pool, 99, of which one source may hold half
RELAY = packet.ip_bytes("10.77.0.9")


@pytest.fixture(name="limited")
def _limited(request):
    """A server with these lines under `limits`, and a pool of two hundred."""
    with Lab() as lab:
        text = served.write(lab)[1].replace("10.77.1.0-10.77.8.255", f"10.77.1.1-10.77.1.{RANGE}")
        lines = "".join(f"  {line}\n" for line in getattr(request, "param", ()))
        with inside(Xdpxe(lab, text + (f"limits:\n{lines}" if lines else "")).start()) as box:
            yield box


def told(**lines):
    """Parametrizes a test with lines under `limits`."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in lines.items()]
    return pytest.mark.parametrize("limited", [lines], indirect=True)


def offered(machine):
    """DISCOVER of a machine; returns whether its address is held for it."""
    machine.xid = fresh_xid()
    outcome = machine.box.run(machine.discover())
    assert (outcome.action, outcome.reason) == ("TX", "DHCP_OFFER"), outcome
    machine.address = address_in(outcome.frame)
    return "DHCP_NOT_HELD" not in outcome.notes


def acknowledged(machine):
    """REQUEST of a machine; returns what became of it."""
    return machine.box.run(machine.request()).reason


def strangers(box, count):
    """So many new machines have been offered an address; returns how many are held."""
    return sum(offered(Machine(box)) for _ in range(count))


def four_at_once(clients, frame_of):
    """Reasons of four frames of one client, within the second in which none is earned."""
    for client in clients:
        began = time.monotonic()
        reasons = [client.box.run(frame_of(client)).reason for _ in range(4)]
        if time.monotonic() - began < 0.9:
            return client, reasons
    raise AssertionError("this machine is too slow to send four frames in a second")


@told(messages=1)
def test_a_machine_that_repeats_madly_is_not_answered_for_a_while_and_others_are(limited):
    calm = Machine(limited)
    mad, reasons = four_at_once((Machine(limited) for _ in range(9)),
                                lambda machine: machine.discover())
    assert reasons == [*["DHCP_OFFER"] * 3, "DHCP_TOO_MANY"], "two in hand, and the one that is due"
    assert calm.boots()
    until(lambda: limited.run(mad.discover()).reason == "DHCP_OFFER", 5, "its bucket to fill")


@told(messages=1)
def test_who_pretends_to_be_a_machine_does_not_use_up_what_it_has(limited):
    victim = Machine(limited)
    forged = victim.discover()[:6] + RELAY_MAC + victim.discover()[12:]
    while limited.run(forged).reason != "DHCP_TOO_MANY":
        pass
    assert offered(victim) and acknowledged(victim) == "DHCP_ACK"


@told(messages="none")
def test_without_a_limit_a_machine_may_repeat(limited):
    frame = Machine(limited).discover()
    assert {limited.program.run(frame)[0] for _ in range(1000)} == {"TX"}


def test_by_default_a_whole_boot_at_once_comes_nowhere_near_a_limit(limited):
    """Every message three times, as fast as can be."""
    machine = Machine(limited)
    for frame in [machine.discover()] * 3:
        assert limited.run(frame).reason == "DHCP_OFFER"
    machine.address = address_in(limited.run(machine.discover()).frame)
    for frame in [machine.request()] * 3 + [machine.renew()] * 3:
        assert limited.run(frame).reason == "DHCP_ACK"


def test_offers_that_nobody_takes_up_hold_a_share_of_the_pool_and_no_more(limited):
    assert strangers(limited, HELD + 30) == HELD
    leases, _, free = limited.tally()
    assert (len(leases), len(set(free))) == (HELD, POOL - HELD)
    assert limited.total("DHCP_NOT_HELD") == 30


def test_a_flood_does_not_keep_a_new_machine_from_its_lease(limited):
    strangers(limited, HELD)
    honest = [Machine(limited) for _ in range(20)]
    assert not any([offered(machine) for machine in honest]), "they are lent theirs"
    strangers(limited, 50)
    for machine in honest:
        assert acknowledged(machine) == "DHCP_ACK"
        assert limited.run(machine.renew()).reason == "DHCP_ACK"
    assert len({machine.address for machine in honest}) == len(honest)
    for _ in range(2 * POOL):
        late = Machine(limited)
        offered(late)
        assert late.address not in {machine.address for machine in honest}


def test_of_two_that_were_lent_one_address_the_first_to_ask_gets_it(limited):
    strangers(limited, HELD)
    first, second = Machine(limited), Machine(limited)
    offered(first)
    while second.address != first.address:
        offered(second)
    assert acknowledged(second) == "DHCP_ACK"
    assert acknowledged(first) == "DHCP_NAK"
    offered(first)
    assert first.address != second.address and acknowledged(first) == "DHCP_ACK"


def test_nobody_can_claim_what_is_not_of_the_pool_or_was_never_lent(limited):
    claimant = Machine(limited)
    claimant.address = packet.ip_bytes("10.77.1.77")
    assert acknowledged(claimant) == "DHCP_NAK", "nothing has been lent here"
    strangers(limited, HELD + 1)
    for address in ("10.77.0.20", "10.77.0.99", "10.77.9.9", "10.77.1.0", f"10.77.1.{RANGE + 1}"):
        claimant.address = packet.ip_bytes(address)
        assert acknowledged(claimant) == "DHCP_NAK", address
    taken, = limited.tally()[1][:1]
    claimant.address = taken
    assert acknowledged(claimant) == "DHCP_NAK", "held for another machine"


def test_every_address_of_the_pool_can_be_lent_and_claimed(limited):
    strangers(limited, HELD)
    lent = POOL - HELD
    machines = [Machine(limited) for _ in range(lent)]
    for machine in machines:
        assert not offered(machine) and acknowledged(machine) == "DHCP_ACK"
    assert len({machine.address for machine in machines}) == lent


def test_a_room_that_is_switched_on_at_once_is_served_to_the_last_address(limited):
    """Every machine asks before the first goes on."""
    room = [Machine(limited) for _ in range(POOL)]
    assert sum([offered(machine) for machine in room]) == HELD
    assert [acknowledged(machine) for machine in room] == ["DHCP_ACK"] * POOL
    assert len({machine.address for machine in room}) == POOL


@pytest.mark.skipif(len(CPUS) < 2, reason="a race needs two CPUs")
def test_an_address_that_two_cpus_are_asked_for_at_once_has_one_owner(limited):
    strangers(limited, HELD + 1)
    free = free_of(limited.folder, network_of(limited.folder, 0))[:100]
    pairs = in_step(limited.program, [
        [Machine(limited).request(address) for _ in range(2)] for address in free])
    assert all({action for action, _ in pair} == {"TX"} for pair in pairs)
    leases, owners, _ = limited.tally()
    assert len(leases) == len(owners) == HELD + len(free)
    assert limited.total("DHCP_ACK") == limited.total("DHCP_NAK") == len(free)


def test_an_offer_that_is_taken_up_makes_room_for_another(limited):
    machines = [Machine(limited) for _ in range(HELD)]
    assert all([offered(machine) for machine in machines])
    assert not offered(Machine(limited))
    assert acknowledged(machines[0]) == "DHCP_ACK"
    assert offered(Machine(limited)) and not offered(Machine(limited))
    refused(limited, machines[0].release(), "DHCP_RELEASED")
    assert not offered(Machine(limited)), "a lease that ends was no offer any more"


def test_offers_that_run_out_make_room_too(limited):
    strangers(limited, HELD + 1)
    expire_leases(limited.folder)
    until(lambda: offered(Machine(limited)), 10, "the daemon to take the offers back")


def test_machines_that_are_reserved_or_known_are_not_touched_by_a_flood(limited):
    known = Machine(limited)
    assert offered(known) and acknowledged(known) == "DHCP_ACK"
    expire_leases(limited.folder)
    flood = [Machine(limited).discover() for _ in range(3000)]
    for frame in flood:
        limited.program.run(frame)
    for mac, address in ((served.FIXED, "10.77.0.20"), (served.IN_POOL, "10.77.1.50")):
        reserved = Machine(limited, mac)
        assert offered(reserved) and reserved.address == packet.ip_bytes(address)
    listed = Machine(limited, served.CUSTOM)
    assert offered(listed), "it has an entry in `hosts`, if no address"
    address = known.address
    assert offered(known) and known.address == address and acknowledged(known) == "DHCP_ACK"


def test_a_known_machine_that_only_asks_stays_known(limited):
    """A DISCOVER in its name, whoever sent it, does not make its lease one that is forgotten."""
    known = Machine(limited)
    assert offered(known) and acknowledged(known) == "DHCP_ACK"
    expire_leases(limited.folder)
    offered(known)
    expire_leases(limited.folder)
    slot = network_of(limited.folder, 0)
    strangers(limited, 1)
    expire_leases(limited.folder)
    until(lambda: len(set(free_of(limited.folder, slot))) == POOL - 1, 10, "the stranger's return")
    address = known.address
    assert offered(known) and known.address == address


def test_a_flood_makes_the_daemon_forget_few_of_the_machines_that_were_here(limited):
    everybody = [Machine(limited) for _ in range(POOL)]
    for machine in everybody:
        offered(machine)
        assert acknowledged(machine) == "DHCP_ACK"
    expire_leases(limited.folder)
    end = time.monotonic() + 4
    while time.monotonic() < end:
        for _ in range(50):
            limited.program.run(Machine(limited).discover())
    limited.settle()
    kept = sum(1 for machine in everybody if limited.run(machine.reboot()).reason == "DHCP_ACK")
    assert kept >= POOL * 3 // 4, f"{kept} of {len(everybody)} have their address"


@told(leases=3)
def test_one_source_gets_so_many_addresses_and_another_has_its_own(limited):
    machines = [Machine(limited) for _ in range(3)]
    for machine in machines:
        assert offered(machine) and acknowledged(machine) == "DHCP_ACK"
    refused(limited, Machine(limited).discover(), "DHCP_SOURCE_FULL", "DROP")
    assert offered(machines[0]), "it has its own"
    assert offered(Machine(limited, served.CUSTOM)), "it stands in `hosts`"
    for circuit in (b"\1\4port", b"\1\4trop"):
        behind = [Machine(limited, options=[(82, circuit)]) for _ in range(4)]
        for machine in behind:
            machine.giaddr = RELAY
        for machine in behind[:3]:
            assert offered(machine) and acknowledged(machine) == "DHCP_ACK"
        refused(limited, behind[3].discover(), "DHCP_SOURCE_FULL", "DROP")
        limited.run(behind[0].release())
        assert offered(behind[3]), "an address was given back"


@told(own_mac="yes")
def test_who_speaks_for_another_is_refused_if_so_told(limited):
    machine = Machine(limited)
    forged = machine.discover()[:6] + RELAY_MAC + machine.discover()[12:]
    refused(limited, forged, "DHCP_MAC_REFUSED", "DROP")
    assert offered(machine)
    machine.giaddr = RELAY
    assert limited.run(machine.discover()).reason == "DHCP_OFFER", "relays speak for others"


def test_who_speaks_for_another_is_counted(limited):
    machine = Machine(limited)
    forged = machine.discover()[:6] + RELAY_MAC + machine.discover()[12:]
    assert limited.run(forged).notes["DHCP_OTHER_MAC"] == 1
    assert "DHCP_OTHER_MAC" not in limited.run(machine.discover()).notes


@told(requests=1)
def test_a_client_that_asks_for_files_madly_waits_and_others_do_not(limited):
    """Files that are not there: a transfer that stalls would be helped by the daemon meanwhile."""
    calm = Reader(limited, "10.77.0.42")
    mad, reasons = four_at_once((Reader(limited, f"10.77.0.{50 + one}") for one in range(9)),
                                lambda reader: reader.rrq("none"))
    assert reasons == [*["TFTP_NOT_FOUND"] * 3, "TFTP_TOO_MANY"]
    assert limited.run(calm.rrq("none")).reason == "TFTP_NOT_FOUND"
    until(lambda: limited.run(mad.rrq("none")).reason == "TFTP_NOT_FOUND", 5, "a second")


@told(requests=1)
def test_a_transfer_under_way_needs_no_further_request(limited):
    reader = Reader(limited, "10.77.0.41").starts("odd.bin", 512)
    for block in range(20):
        assert limited.run(reader.ack(block)).reason == "TFTP_DATA"


@told(combinations=1)
def test_one_client_cannot_have_a_tid_for_every_block_size(limited):
    sizes, calm = itertools.count(600), Reader(limited, "10.77.0.42")
    mad, reasons = four_at_once(
        (Reader(limited, f"10.77.0.{50 + one}") for one in range(9)),
        lambda reader: reader.rrq("odd.bin", ("blksize", next(sizes))))
    assert reasons == [*["TFTP_NEW_PARAMS"] * 3, "MISS_TOO_MANY"]
    assert limited.run(calm.rrq("odd.bin", ("blksize", 700))).reason == "TFTP_NEW_PARAMS"
    limited.settle()
    assert limited.run(mad.rrq("odd.bin", ("blksize", 700))).reason == "TFTP_OACK", "it is made"


def test_misses_of_a_flood_leave_the_daemon_time_for_others(own_box):
    """A pool that is empty, and a DISCOVER after the other."""
    box = own_box
    slot = network_of(box.folder, 0)
    before = box.total("MISS_TOO_MANY")
    drain(box, slot)
    for _ in range(4000):
        box.program.run(Machine(box).discover())
    assert box.total("MISS_TOO_MANY") > before
    assert box.total("DHCP_POOL_EMPTY") < 3000
    box.settle()
    reader = Reader(box)
    assert box.run(reader.rrq("odd.bin", ("blksize", 777))).notes["REPLAYED"] == 1


def drain(box, slot):
    """Nothing is free: addresses are somebody's who is not here."""
    with opened_queue(box.folder, slot) as queue, \
            opened(pinned_map(box.folder / "owners", ADDRESS, CLIENT)) as owners:
        for address in queue.drain():
            owners.put(struct.pack("=I", 2 ** 31).ljust(CLIENT, b"\0"), address)

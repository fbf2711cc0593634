# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One machine that asks in many voices has one address; one that says nothing more gives it back."""

import itertools

import pytest

import served
from client import Machine, fresh_mac, pxe
from expected import address_in
from frames import BOOTP, patched, payload_of, with_payload
from lib import dhcp, packet
from lib.wait import until
from pool import expire_leases, lease_of
from reader import Reader

HOLD, OFFERED, BOUND = 600, 1, 2
VOICES = {
    "firmware": pxe(7), "undionly": pxe(0, o77=b"iPXE", o61=b"\1undionly"), "an installer": [],
    "RFC 4361": [(61, b"\xff" + bytes(range(18)))], "an empty identifier": [(61, b"")],
    "a hostname": [(12, b"node"), (61, b"\0node")], "another UUID": pxe(7, o97=b"\0" + b"u" * 16)}
WISH = [(50, packet.ip_bytes("10.77.7.7"))]


def burst(mac):
    """DISCOVERs of one machine: every voice, from several ports, with other xids and relays."""
    for options, port in itertools.product([*VOICES.values(), WISH], (68, 1024, 40_000)):
        machine = Machine(None, mac, options)
        machine.xid = fresh_mac()[2:]
        frame = machine.frame(dhcp.DISCOVER, source=(b"\0" * 4, port))
        yield frame
        payload = patched(payload_of(frame), BOOTP["ciaddr"], packet.ip_bytes("10.77.6.6"))
        yield with_payload(frame, payload)
        yield with_payload(frame, patched(payload, BOOTP["secs"], b"\xff\xff"))


def test_a_burst_in_many_voices_costs_one_address(box):
    mac = fresh_mac()
    leases, owners, free = box.tally()
    offered = {address_in(box.answer(frame).frame) for frame in burst(mac)}
    assert len(offered) == 1
    after = box.tally()
    assert [len(now) for now in after] == [len(leases) + 1, len(owners) + 1, len(free) - 1]


def test_the_address_stays_the_same_through_all_stages_of_a_boot(box):
    machine = Machine(box)
    first = machine.boots()
    for options in VOICES.values():
        again = Machine(box, machine.mac, options)
        again.address = address_in(box.answer(again.discover()).frame)
        assert again.address == first
        assert box.run(again.request()).reason == "DHCP_ACK"
    assert lease_of(box.folder, machine.mac)[0] == BOUND


def request_of(machine, name):
    """An RRQ of a machine."""
    return Reader(machine.box, packet.ip_text(machine.address),
                  packet.mac_text(machine.mac)).rrq(name)


def fetches(machine):
    """A machine asks for a file; returns whether an offer was kept for that."""
    before = machine.box.total("DHCP_OFFER_HELD")
    machine.box.answer(request_of(machine, "odd.bin"))
    return machine.box.total("DHCP_OFFER_HELD") > before


def test_an_offer_is_kept_for_a_machine_that_fetches_files_and_never_requests(box):
    """The boot ROM of a Raspberry Pi: works as offered, kept while it fetches, not for ever."""
    machine = Machine(box)
    machine.offered()
    assert lease_of(box.folder, machine.mac)[1] <= 60
    assert fetches(machine)
    state, seconds, address = lease_of(box.folder, machine.mac)
    assert (state, address) == (OFFERED, machine.address)
    assert HOLD - 5 <= seconds <= HOLD


def test_a_missing_file_keeps_the_offer_too(box):
    """The ROM asks for many that are not there."""
    machine = Machine(box)
    machine.offered()
    outcome = box.run(request_of(machine, "start4.elf"))
    assert (outcome.reason, outcome.notes.get("DHCP_OFFER_HELD")) == ("TFTP_NOT_FOUND", 1)


def test_fetching_files_changes_no_lease_that_was_requested(own_box):
    """Such a machine renews it by itself, or has none in the end."""
    machine = Machine(own_box)
    machine.boots()
    expire_leases(own_box.folder)
    assert not fetches(machine)
    state, seconds, _ = lease_of(own_box.folder, machine.mac)
    assert state == BOUND and seconds < 0


def test_fetching_files_gives_nobody_an_address(box):
    """From an address that nobody was offered, and from one that a machine has declined."""
    stranger = Machine(box)
    stranger.address = packet.ip_bytes("10.77.8.200")
    before = box.tally()
    assert not fetches(stranger)
    assert box.tally() == before
    machine = Machine(box)
    machine.boots()
    box.run(machine.frame(dhcp.DECLINE, [(54, served.SERVER), (50, machine.address)]))
    assert not fetches(machine)


def test_the_offer_returns_when_the_machine_fetches_nothing_more(own_box):
    """Of two machines that never request, the one that goes on fetching keeps its address."""
    box = own_box
    silent, reads = Machine(box), Machine(box)
    for machine in (silent, reads):
        machine.offered()
        fetches(machine)
    expire_leases(box.folder)
    fetches(reads)
    until(lambda: silent.address not in box.tally()[1], 10, "the offer to come back")
    assert reads.address in box.tally()[1]

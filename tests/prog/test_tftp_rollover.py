# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Clients whose block numbers go from 65,535 to 1, beside those that go to 0."""

import pytest

import served
from client import Machine, pxe
from conftest import inside
from expected import address_in
from lib import packet
from lib.lab import Lab
from lib.server import Xdpxe
from reader import Reader, data, last_block, oack
from sessions import forward
from tables import arches
from wire import Wire, read_on, to_one, to_zero

LARGE = served.NOISE(600_000)
UBOOT = next(arch.code for arch in arches() if arch.name == "uboot-arm64")


def as_client(box, arch):
    """A reader at the address of a machine that said this architecture when it asked for it."""
    machine = Machine(box, options=pxe(arch))
    reader = Reader(box, mac=packet.mac_text(machine.mac))
    reader.address = address_in(box.answer(machine.discover()).frame)
    return reader


def asks(reader, *options):
    """Ask for the large file in blocks of 8."""
    reader.asks(reader.rrq("rolls.bin", ("blksize", 8), *options), oack(blksize=8, **dict(options)))
    return reader


@pytest.fixture(name="one_box", scope="module")
def _one_box():
    """A server that is told that U-Boot counts 65,535, 1."""
    with Lab() as lab:
        lab.put("rolls.bin", LARGE)
        text = served.write(lab)[1].replace("  cache:", "  rollover-one: [uboot-arm64]\n  cache:")
        with inside(Xdpxe(lab, text).start()) as box:
            yield box


def test_clients_that_roll_over_to_one_and_to_zero_have_different_ports(one_box):
    """One TID, and the block behind 65,535 would have the wrong number for one of them."""
    one, zero = asks(as_client(one_box, UBOOT)), asks(as_client(one_box, 7))
    again, unknown = asks(as_client(one_box, UBOOT)), asks(Reader(one_box, "10.77.200.9"))
    assert one.tid == again.tid != zero.tid == unknown.tid


def test_in_lock_step_each_counts_as_it_likes(one_box):
    for arch, number in ((UBOOT, to_one(LARGE, 8)), (7, to_zero(LARGE, 8))):
        reader = asks(as_client(one_box, arch))
        forward(one_box, reader, 65533)
        for block in range(65534, 65545):
            reader.gets(reader.ack(number(block - 1)[0]), data(*number(block)))
        assert number(65536)[0] & 0xFFFF == (1 if arch == UBOOT else 0)


@pytest.mark.parametrize("window", [4, 8])
def test_numbers_roll_over_to_one_inside_a_window(one_box, window):
    reader = asks(as_client(one_box, UBOOT), ("windowsize", window))
    forward(one_box, reader, 65533)
    with Wire(one_box.server.lab) as wire:
        read_on(wire, reader, to_one(LARGE, 8), window, (65534, 65533 + 4 * window))
        forward(one_box, reader, 74990)
        last = last_block(LARGE, 8)
        read_on(wire, reader, to_one(LARGE, 8), window, (74991, last))

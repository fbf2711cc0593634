# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Windows (RFC 7440) on the wire, and clients whose block numbers go from 65,535 to 1."""

import pytest

import served
from client import Machine, pxe
from conftest import inside
from expected import address_in
from frames import patched
from lib import packet
from lib.lab import Lab
from lib.server import Xdpxe
from reader import Reader, data, last_block, oack
from sessions import forward, story
from tables import arches
from wire import Wire, to_one, to_zero

LARGE = served.NOISE(600_000)
UBOOT = next(arch.code for arch in arches() if arch.name == "uboot-arm64")


@pytest.fixture(name="wire")
def _wire(lab):
    """The client's end of the link."""
    with Wire(lab) as wire:
        yield wire


def window_reader(box, name, size, window):
    """A transfer in windows that has come to its OACK."""
    reader = Reader(box)
    reader.asks(reader.rrq(name, ("blksize", size), ("windowsize", window)),
                oack(blksize=size, windowsize=window))
    return reader


def read_on(wire, reader, block, window, blocks):
    """Whole windows from the block before the first one to the last one."""
    first, last = blocks
    for acked in range(first - 1, last, window):
        due = range(acked + 1, min(acked + window, last) + 1)
        wire.gets_blocks(reader, reader.ack(block(acked)[0] if acked else 0), due, block)


@pytest.mark.parametrize("window", [2, 3, 4, 7, 8])
@pytest.mark.parametrize("size, name", [(512, "ipxe.efi"), (1468, "ipxe.efi"), (1431, "odd.bin"),
                                        (9, "custom.efi"), (512, "exact.bin"), (8, "one.bin")])
def test_every_block_of_every_window_is_right(wire, box, files, size, name, window):
    content = files[name]
    reader, last = window_reader(box, name, size, window), last_block(files[name], size)
    before = box.total("TFTP_BLOCKS")
    read_on(wire, reader, to_zero(content, size), window, (1, last))
    assert box.total("TFTP_BLOCKS") == before + last
    wire.silent(reader, reader.ack(last))
    assert story(box, reader)[0] == 1, "the transfer is done"


@pytest.mark.parametrize("window", [4, 8])
def test_numbers_roll_over_to_zero_inside_a_window(wire, box, files, window):
    reader = window_reader(box, "large.bin", 8, window)
    forward(box, reader, 65533)
    read_on(wire, reader, to_zero(files["large.bin"], 8), window, (65534, 65533 + 4 * window))


def test_an_ack_inside_a_window_asks_for_what_follows_it(wire, box, files):
    """RFC 7440 section 4: blocks behind a gap are sent again, from the gap on, and at once."""
    block = to_zero(files["ipxe.efi"], 1024)
    reader = window_reader(box, "ipxe.efi", 1024, 4)
    wire.gets_blocks(reader, reader.ack(0), range(1, 5), block)
    wire.gets_blocks(reader, reader.ack(2), range(3, 7), block)
    wire.gets_blocks(reader, reader.ack(2), range(3, 7), block)
    reader.dropped(reader.ack(2), "TFTP_REPEAT_SUPPRESSED")
    reader.dropped(reader.ack(1), "TFTP_STALE_ACK")
    reader.dropped(reader.ack(7), "TFTP_ACK_BEYOND")
    wire.gets_blocks(reader, reader.ack(6), range(7, 11), block)


def test_a_window_of_one_is_lock_step(box, files):
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", ("windowsize", 1)), oack(windowsize=1))
    for number in (1, 2, 3):
        reader.gets(reader.ack(number - 1), data(*to_zero(files["odd.bin"], 512)(number)))


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


def test_the_configured_window_is_the_largest_granted():
    with Lab() as lab:
        text = served.write(lab)[1].replace("  cache:", "  window: 3\n  cache:")
        with inside(Xdpxe(lab, text).start()) as box:
            for asked, granted in ((2, 2), (3, 3), (4, 3), (8, 3), (65535, 3)):
                reader = Reader(box)
                reader.asks(reader.rrq("odd.bin", ("windowsize", asked)), oack(windowsize=granted))


def test_a_frame_from_a_group_address_asks_for_no_window(wire, box):
    """The answer would be flooded eight times over."""
    reader = window_reader(box, "odd.bin", 1468, 8)
    got = wire.ask(reader, patched(reader.ack(0), 0, b"\xff" * 6), 8)
    assert {packet.parse(frame).src_mac for frame in got} <= {box.mac}

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Windows (RFC 7440), on the wire and to the byte."""

import pytest

import served
from conftest import inside
from frames import patched
from lib import packet
from lib.lab import Lab
from lib.led import wait_after_answer
from lib.server import Xdpxe
from reader import Reader, data, last_block, oack
from sessions import forward, story
from wire import Wire, read_on, to_zero


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
    reader.asks(reader.rrq("ipxe.efi", ("blksize", 1024), ("windowsize", 4)),
                oack(blksize=1024, windowsize=4))  # a request that came again costs nothing
    helped = box.total("TFTP_RESCUED")
    wire.gets_blocks(reader, reader.ack(0), range(1, 5), block)
    wire.gets_blocks(reader, reader.ack(2), range(3, 7), block)
    reader.dropped(reader.ack(2), "TFTP_REPEAT_SUPPRESSED")  # a client says it for each block behind a gap
    wait_after_answer()
    wire.gets_blocks(reader, reader.ack(2), range(3, 7), block)
    assert box.total("TFTP_RESCUED") == helped, "at once, not by the daemon's help"
    reader.dropped(reader.ack(2), "TFTP_REPEAT_SUPPRESSED")
    reader.dropped(reader.ack(1), "TFTP_STALE_ACK")
    reader.dropped(reader.ack(7), "TFTP_ACK_BEYOND")
    wire.gets_blocks(reader, reader.ack(6), range(7, 11), block)


def test_a_window_of_one_is_lock_step(box, files):
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", ("windowsize", 1)), oack(windowsize=1))
    for number in (1, 2, 3):
        reader.gets(reader.ack(number - 1), data(*to_zero(files["odd.bin"], 512)(number)))


def test_the_configured_window_is_the_largest_granted():
    with Lab() as lab:
        text = served.write(lab)[1].replace("  cache:", "  window: 3\n  cache:")
        with inside(Xdpxe(lab, text).start()) as box:
            for asked, granted in ((2, 2), (3, 3), (4, 3), (8, 3), (65535, 3)):
                reader = Reader(box)
                reader.asks(reader.rrq("odd.bin", ("windowsize", asked)), oack(windowsize=granted))


def test_the_source_of_a_window_is_never_a_group_address(wire, box):
    """Flooded or sent to all, an ACK for our IP address is answered from our own MAC."""
    reader = window_reader(box, "odd.bin", 1468, 8)
    got = wire.ask(reader, patched(reader.ack(0), 0, b"\xff" * 6), 8)
    assert [packet.parse(frame).src_mac for frame in got] == [box.mac] * 8

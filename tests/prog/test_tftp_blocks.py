# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every block of a file, at every kind of block size: bytes, padding and checksums."""

import pytest

from client import refused
from compare import assert_frame
from expected import tftp_reply
from frames import patched
from lib import packet
from reader import Reader, block_of, data, last_block, oack
from sessions import forward

# Large steps walk 100,000 bytes, small ones a file that still has three chunks and an odd end.
SIZES = [(size, "ipxe.efi") for size in (511, 512, 513, 1023, 1024, 1428, 1431, 1432, 1467, 1468)]
SIZES += [(size, "odd.bin") for size in (8, 9, 15, 16, 17, 63, 100, 255)]


def walk(reader, content, size, blocks):
    """ACK n-1 must give DATA n, to the byte."""
    for number in blocks:
        frame = reader.ack(number - 1)
        action, out = reader.box.program.run(frame)
        assert action == "TX", f"block {number}: {action}"
        assert_frame(out, tftp_reply(frame, data(number, block_of(content, number, size)),
                                     reader.tid), f"block {number} at blksize {size}")


@pytest.mark.parametrize("size, name", SIZES)
def test_every_block_is_right_and_so_is_its_checksum(box, files, size, name):
    content = files[name]
    reader, last = Reader(box).starts(name, size), last_block(content, size)
    walk(reader, content, size, range(1, last + 1))
    reader.dropped(reader.ack(last), "TFTP_COMPLETE")


@pytest.mark.parametrize("size", [512, 1024, 1280])
def test_an_exact_multiple_ends_with_an_empty_block(box, files, size):
    content = files["exact.bin"]
    assert len(content) % size == 0
    reader, last = Reader(box).starts("exact.bin", size), len(content) // size + 1
    walk(reader, content, size, range(1, last))
    reader.gets(reader.ack(last - 1), data(last, b""))
    reader.dropped(reader.ack(last), "TFTP_COMPLETE")


def test_an_empty_file_is_one_empty_block(box):
    reader = Reader(box)
    reader.asks(reader.rrq("empty.bin"), data(1, b""), "TFTP_DATA_FIRST")
    reader.dropped(reader.ack(1), "TFTP_COMPLETE")
    reader = Reader(box).starts("empty.bin", 1468)
    reader.gets(reader.ack(0), data(1, b""))
    reader.dropped(reader.ack(1), "TFTP_COMPLETE")


def test_a_block_shorter_than_a_frame_is_padded_with_zeros(box):
    """Sixty bytes without the checksum, and nothing of the client's frame in them."""
    reader = Reader(box).starts("one.bin", 512)
    frame = reader.ack(0) + b"\xee" * 40
    out = box.run(frame).frame
    assert len(out) == 60 and out[47:] == bytes(13)
    assert_frame(out, tftp_reply(frame, data(1, b"x"), reader.tid))


def test_the_default_block_size_goes_all_the_way(box, files):
    reader, content = Reader(box), files["ipxe.efi"]
    reader.asks(reader.rrq("ipxe.efi"), data(1, content[:512]), "TFTP_DATA_FIRST")
    walk(reader, content, 512, range(2, last_block(content, 512) + 1))


def test_block_numbers_roll_over_to_zero(box, files):
    """Of 75,001 blocks, those about every place where a 16-bit number could go wrong."""
    content = files["large.bin"]
    reader, last = Reader(box).starts("large.bin", 8), last_block(content, 8)
    assert last == 75001
    for place in (0, 32760, 65525, 74990):
        forward(box, reader, place)
        walk(reader, content, 8, range(place + 1, min(place + 20, last)))
    reader.gets(reader.ack(last - 1), data(last, b""))
    reader.dropped(reader.ack(last), "TFTP_COMPLETE")


def port_whose_sum_is_zero(reader):
    """The client port for which the checksum of DATA 1 comes out as zero."""
    box_frame = reader.box.run(reader.ack(0)).frame
    total = 0xFFFF - int.from_bytes(box_frame[40:42], "big")
    return (reader.port - total) % 0xFFFF or 0xFFFF


def test_a_checksum_that_comes_out_as_zero_is_sent_as_all_ones(box, files):
    """RFC 768: zero would mean that there is none."""
    first = Reader(box).starts("ipxe.efi", 1468)
    other = Reader(box)
    other.port = port_whose_sum_is_zero(first)
    assert other.starts("ipxe.efi", 1468).tid == first.tid
    out = box.run(other.ack(0)).frame
    assert out[40:42] == b"\xff\xff"
    assert_frame(out, tftp_reply(other.ack(0), data(1, files["ipxe.efi"][:1468]), other.tid))


def test_two_clients_of_one_tid_do_not_meet(box, files):
    """Same file, same size, one twice as fast: each is where it is."""
    content = files["ipxe.efi"]
    one = Reader(box, "10.77.0.41").starts("ipxe.efi", 1024)
    two = Reader(box, "10.77.0.42").starts("ipxe.efi", 1024)
    assert one.tid == two.tid
    for number in range(1, 20):
        walk(one, content, 1024, [number])
        walk(two, content, 1024, [2 * number - 1, 2 * number])


def test_a_port_outside_the_range_of_transfers_is_the_hosts(box):
    for port in (19999, 32768, 70, 68):
        reader = Reader(box)
        reader.tid = port
        refused(box, reader.ack(1), "OTHER_PORT")


def test_the_source_of_an_answer_is_never_a_group_address(box):
    """Flooded or sent to all, a frame for our IP address is answered from our own MAC."""
    for frame in (Reader(box).rrq("odd.bin", ("blksize", 1468)),
                  Reader(box).starts("odd.bin", 1468).ack(0)):
        out = box.answer(patched(frame, 0, b"\xff" * 6)).frame
        assert packet.parse(out).src_mac == box.mac


def test_oack_and_first_block_fit_the_same_transfer(box, files):
    reader = Reader(box)
    reader.asks(reader.rrq("odd.bin", ("tsize", 0)), oack(tsize=40_001))
    reader.gets(reader.ack(0), data(1, files["odd.bin"][:512]))

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Two transfers that the table of sessions cannot tell apart: one set, one tag. Each gets its own bytes,
or is told that it is none; neither can stop the other.
"""

import struct

import pytest

from prog_run import pinned_map
from reader import PLACE_LOST, UNKNOWN_TID, Reader, block_of, data, oack
from sessions import forward, incomplete, is_marked, knows, mark
from twins import twins

SIZE = 1024


@pytest.fixture(name="content")
def _content(files):
    """The file that is read."""
    return files["ipxe.efi"]


def tid_of(box, name, size):
    """The port of the server that a file is read from."""
    return Reader(box).starts(name, size).tid


def pair(box, name, size):
    """
    Readers that have not asked for anything yet: of this file in such blocks, and of ipxe.efi in
    blocks of its `blksize`.
    """
    blksizes = {tid_of(box, "ipxe.efi", blksize): blksize for blksize in range(900, 930)}
    tid = tid_of(box, name, size)
    *clients, other = twins(tid, blksizes)
    readers = []
    for (address, port), server in zip(clients, (tid, other)):
        readers.append(Reader(box))
        readers[-1].address, readers[-1].port, readers[-1].tid = address, port, server
    readers[1].blksize = blksizes[other]
    Reader.all_give_up()
    return readers


@pytest.fixture(name="one_and_twin")
def _one_and_twin(box, content):
    """A transfer that has been sent block 1, and a stranger with its tag."""
    one, twin = pair(box, "ipxe.efi", SIZE)
    one.starts("ipxe.efi", SIZE)
    one.gets(one.ack(0), data(1, block_of(content, 1, SIZE)))
    yield one, twin
    mark(box, True)


@pytest.mark.parametrize("block", [0, 2, 50, 98, 65535])
def test_a_stranger_with_the_tag_of_a_transfer_is_a_stranger(one_and_twin, content, block):
    one, twin = one_and_twin
    twin.fails(twin.ack(block), UNKNOWN_TID, "TFTP_STRANGER")
    twin.dropped(twin.error(), "TFTP_CLIENT_ERROR")
    one.gets(one.ack(1), data(2, block_of(content, 2, SIZE)))


def test_one_that_stands_at_the_same_block_gets_its_bytes_and_the_other_asks_again(
        one_and_twin, content):
    """What is sent follows from port and number alone; the other's ACK is as one that came again."""
    one, twin = one_and_twin
    twin.gets(twin.ack(1), data(2, block_of(content, 2, twin.blksize)))
    one.dropped(one.ack(1), "TFTP_REPEAT_SUPPRESSED")
    one.gets(one.ack(2), data(3, block_of(content, 3, SIZE)))


def test_two_transfers_under_way_take_turns_in_one_place(box, one_and_twin, content):
    one, twin = one_and_twin
    assert is_marked(box)
    twin.starts("ipxe.efi", twin.blksize)
    assert not is_marked(box), "one has been forgotten"
    for block in range(5):
        for reader, at, size in (twin, block, twin.blksize), (one, block + 20, SIZE):
            outcome = reader.gets(reader.ack(at), data(at + 1, block_of(content, at + 1, size)))
            assert ("TFTP_STATELESS" in outcome.notes) == ((reader, block) != (twin, 0))
    assert knows(box, one)


def test_in_a_file_that_rolls_over_the_place_of_another_is_not_taken_for_ones_own(box, files):
    """Number 21 is block 21 or 65,557, and that another stands at 20 says nothing of it."""
    twin, one = pair(box, "large.bin", 8)
    one.starts("ipxe.efi", one.blksize)
    forward(box, one, 20)
    twin.fails(twin.ack(21), UNKNOWN_TID, "TFTP_STRANGER")
    with incomplete(box):
        twin.fails(twin.ack(21), PLACE_LOST, "TFTP_PLACE_LOST")
    one.gets(one.ack(21), data(22, block_of(files["ipxe.efi"], 22, one.blksize)))


def test_a_file_of_more_blocks_than_a_session_counts_is_left_to_the_host(box):
    name = b"large.bin".ljust(128, b"\0")
    table = pinned_map(box.folder / "files", 128, 40)
    was = table.get(name)
    ask = Reader(box).rrq("large.bin", ("blksize", 8))
    try:
        table.put(struct.pack("=Q", 8 << 24) + was[8:], name)
        outcome = box.run(ask)
        assert (outcome.reason, outcome.action) == ("TFTP_PASS_FILE", "PASS")
        table.put(struct.pack("=Q", (8 << 24) - 1) + was[8:], name)
        Reader(box).asks(ask, oack(blksize=8))
    finally:
        table.put(was, name)
        table.close()

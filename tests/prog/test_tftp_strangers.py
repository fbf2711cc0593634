# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""ACKs of no transfer: ERROR 5 (RFC 1350 section 4), unless it may be one that was forgotten."""

import pytest

import served
from client import refused
from conftest import inside
from lib.lab import Lab
from lib.server import Xdpxe
from reader import PLACE_LOST, UNKNOWN_TID, Reader, block_of, data, last_block
from sessions import SETS, WAYS, crowded, forget, forward, incomplete, is_marked, knows, mark, set_of

SIZE = 1024
NO_TRANSFER = (20000 + 12767, 32700)  # ports of the range that no combination has


@pytest.fixture(name="content")
def _content(files):
    """The file that is read."""
    return files["ipxe.efi"]


def nobody(box, tid, address="10.77.0.43"):
    """A client that has never asked for anything."""
    stranger = Reader(box, address)
    stranger.tid = tid
    return stranger


def test_a_server_that_starts_anew_knows_every_transfer(box):
    assert is_marked(box)


@pytest.mark.parametrize("block", [0, 1, 40, 98, 65535])
def test_an_ack_in_nobodys_transfer_is_told_so(box, content, block):
    known = Reader(box).starts("ipxe.efi", SIZE)
    stranger = nobody(box, known.tid)
    stranger.fails(stranger.ack(block), UNKNOWN_TID, "TFTP_STRANGER")
    assert not knows(box, stranger)
    known.gets(known.ack(0), data(1, block_of(content, 1, SIZE)))


def test_the_same_port_of_another_machine_is_a_stranger(box):
    known = Reader(box, "10.77.0.44").starts("ipxe.efi", SIZE)
    stranger = nobody(box, known.tid, "10.77.0.45")
    stranger.port = known.port
    stranger.fails(stranger.ack(0), UNKNOWN_TID, "TFTP_STRANGER")


def test_a_transfer_that_the_server_has_forgotten_goes_on(box, content):
    """The port and the block number are enough; from the first ACK on it is known again."""
    reader = Reader(box).starts("ipxe.efi", SIZE)
    forget(box, reader)
    with incomplete(box):
        outcome = reader.gets(reader.ack(40), data(41, block_of(content, 41, SIZE)))
        assert outcome.notes["TFTP_STATELESS"] == 1 and knows(box, reader)
        outcome = reader.gets(reader.ack(41), data(42, block_of(content, 42, SIZE)))
        assert "TFTP_STATELESS" not in outcome.notes
        reader.dropped(reader.ack(41), "TFTP_REPEAT_SUPPRESSED")


def test_the_last_ack_of_a_forgotten_transfer_is_not_answered(box, content):
    last = last_block(content, SIZE)
    reader = nobody(box, Reader(box).starts("ipxe.efi", SIZE).tid)
    with incomplete(box):
        reader.dropped(reader.ack(last), "TFTP_COMPLETE")
        reader.dropped(reader.ack(last + 1), "TFTP_ACK_BEYOND")
        assert not knows(box, reader)


def test_in_a_file_that_rolls_over_a_forgotten_transfer_has_lost_its_place(box, files):
    """Number 9 may be block 9 or 65,545; a wrong guess would be a wrong file."""
    reader = Reader(box).starts("large.bin", 8)
    forward(box, reader, 65540)
    reader.gets(reader.ack(65541), data(65542, block_of(files["large.bin"], 65542, 8)))
    forget(box, reader)
    with incomplete(box):
        reader.fails(reader.ack(65542), PLACE_LOST, "TFTP_PLACE_LOST")
    reader.fails(reader.ack(65542), UNKNOWN_TID, "TFTP_STRANGER")


def test_a_file_of_exactly_65535_blocks_does_not_roll_over_and_is_not_lost(own_box):
    box = own_box
    content = served.NOISE(8 * 65_534 + 3)
    box.server.lab.put("longest", content)
    box.server.command("reload")
    assert last_block(content, 8) == 65535
    reader = Reader(box).starts("longest", 8)
    forget(box, reader)
    with incomplete(box):
        reader.gets(reader.ack(65533), data(65534, block_of(content, 65534, 8)))
        reader.gets(reader.ack(65534), data(65535, content[-3:]))
        reader.dropped(reader.ack(65535), "TFTP_COMPLETE")


def test_a_set_that_overflows_ends_the_claim_to_know_every_transfer(box, content):
    """Eight transfers under way share a set; a ninth pushes one out, which goes on all the same."""
    first = Reader(box).starts("ipxe.efi", SIZE)
    readers = []
    for address, port in crowded(first.address, first.tid, WAYS + 1):
        assert is_marked(box) or len(readers) == WAYS + 1
        reader = Reader(box)
        reader.address, reader.port = address, port
        readers.append(reader.starts("ipxe.efi", SIZE))
        reader.gets(reader.ack(0), data(1, block_of(content, 1, SIZE)))
    assert not is_marked(box)
    for reader in readers:
        reader.gets(reader.ack(1), data(2, block_of(content, 2, SIZE)))
    mark(box, True)


def test_what_is_over_makes_room_before_what_is_under_way(box, content):
    """Then every transfer under way is still known, and the mark stays."""
    last = last_block(content, SIZE)
    tid = Reader(box).starts("ipxe.efi", SIZE).tid
    clients = crowded(b"\x0a\x4d\x01\0", tid, WAYS + 1)
    readers = []
    for address, port in clients:
        reader = Reader(box)
        reader.address, reader.port = address, port
        readers.append(reader.starts("ipxe.efi", SIZE))
        reader.gets(reader.ack(0), data(1, block_of(content, 1, SIZE)))
        if len(readers) == 2:
            forward(box, reader, last - 1)
            reader.dropped(reader.ack(last), "TFTP_COMPLETE")
    assert is_marked(box)
    assert [knows(box, reader) for reader in readers] == [True, False] + [True] * (WAYS - 1)


@pytest.mark.parametrize("port", NO_TRANSFER)
def test_an_ack_to_a_port_that_means_nothing_is_told_so(box, port):
    """An ERROR or anything else is the host's: an ERROR is never answered (RFC 1350 section 4)."""
    reader = nobody(box, port)
    reader.fails(reader.ack(1), UNKNOWN_TID, "TFTP_STRANGER")
    with incomplete(box):
        reader.fails(reader.ack(1), UNKNOWN_TID, "TFTP_STRANGER")
    refused(box, reader.error(), "TFTP_UNKNOWN_TID")
    refused(box, reader.frame(data(1, b"x")), "TFTP_NOT_ACK")


def test_in_front_of_another_server_a_port_that_means_nothing_is_that_servers():
    """Mode tftp: the host's own server takes its ports from where it likes."""
    with Lab() as lab:
        text = served.write(lab)[1].replace("mode: server", "mode: tftp")
        with inside(Xdpxe(lab, text).start()) as box:
            stranger = nobody(box, NO_TRANSFER[0])
            for frame in (stranger.ack(0), stranger.ack(1), stranger.error()):
                refused(box, frame, "TFTP_UNKNOWN_TID")
            known = Reader(box).starts("odd.bin", SIZE)
            stranger.tid = known.tid
            stranger.fails(stranger.ack(0), UNKNOWN_TID, "TFTP_STRANGER")
            known.dropped(known.error(), "TFTP_SIZE_PROBE")  # else the server waits for it


def test_the_mark_lies_behind_the_last_set():
    assert max(set_of(bytes((at, 77, 3, 9, at, 5, 80, at))) for at in range(256)) < SETS

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every port that answers transfers is taken: those that nobody uses any more are given anew."""

import struct

from pool import opened
from prog_run import pinned_map
from reader import Reader, block_of, data, oack
from tables import constant

PARAMS, TID = struct.Struct("=IHBB"), struct.Struct("=QIHBBIIH6x128s")
FIRST, COUNT = (constant("limits.h", f"XDPXE_TID_{name}") for name in ("FIRST", "COUNT"))
NO_IMAGE, LONG_AGO = 20_000, 1
SIZE = 1024
CLIENT_TIDS = 256  # of user/tids.c
NONE = 0xffff  # no sums of such blocks are stored


def take_all(box, second):
    """Fill every free port with a combination that was made in that second; returns how many."""
    taken = 0
    with opened(pinned_map(box.folder / "tids", 4, TID.size)) as tids, \
            opened(pinned_map(box.folder / "tid_of", PARAMS.size, 2)) as tid_of:
        for index in range(COUNT):
            key = struct.pack("=I", index)
            if TID.unpack(tids.get(key))[2]:
                continue
            params = PARAMS.pack(NO_IMAGE + index % 64, 8 + index // 64, 1, 0)
            tids.put(struct.pack("=Q", 100) + params
                     + struct.pack("=IIH6x128s", second, 13, NONE, b"odd"), key)
            tid_of.put(struct.pack("=H", FIRST + index), params)
            taken += 1
    return taken


def make_old(box, second):
    """As if every combination had been made in that second."""
    with opened(pinned_map(box.folder / "tids", 4, TID.size)) as tids:
        for index in range(COUNT):
            key = struct.pack("=I", index)
            value = tids.get(key)
            tids.put(value[:16] + struct.pack("=I", second) + value[20:], key)


def free_ports(box):
    """How many ports mean nothing."""
    with opened(pinned_map(box.folder / "tids", 4, TID.size)) as tids:
        return sum(TID.unpack(tids.get(struct.pack("=I", index)))[2] == 0 for index in range(COUNT))


def test_when_every_port_is_taken_those_nobody_uses_are_given_anew(own_box):
    box = own_box
    content = (box.server.lab.root / "ipxe.efi").read_bytes()
    busy = Reader(box).starts("ipxe.efi", SIZE)
    busy.gets(busy.ack(0), data(1, block_of(content, 1, SIZE)))
    done = Reader(box).starts("one.bin", SIZE)
    done.box.run(done.ack(0))
    done.dropped(done.ack(1), "TFTP_COMPLETE")
    assert take_all(box, 2 ** 31) > 12_000 and free_ports(box) == 0
    late = Reader(box)
    frame = late.rrq("odd.bin", ("blksize", 999))
    assert box.run(frame).notes["MISS_UNRESOLVED"] == 1, "all were made just now"
    make_old(box, LONG_AGO)
    late.asks(frame, oack(blksize=999))
    busy.gets(busy.ack(1), data(2, block_of(content, 2, SIZE)))
    assert free_ports(box) > 12_000
    Reader(box).starts("one.bin", SIZE)
    busy.gets(busy.ack(2), data(3, block_of(content, 3, SIZE)))


def test_one_client_cannot_keep_every_port_by_transfers_that_it_holds_open(own_box):
    """The others' transfers go on, and so do so many of its own."""
    box = own_box
    content = box.server.lab.root.joinpath("odd.bin").read_bytes()
    other = Reader(box, "10.77.0.41").starts("odd.bin", SIZE)
    hog = [Reader(box, "10.77.0.66").starts("odd.bin", 600 + size) for size in range(CLIENT_TIDS + 40)]
    take_all(box, LONG_AGO)
    make_old(box, LONG_AGO)
    assert free_ports(box) == 0
    late = Reader(box, "10.77.0.42")
    late.asks(late.rrq("odd.bin", ("blksize", 599)), oack(blksize=599))
    other.gets(other.ack(0), data(1, block_of(content, 1, SIZE)))
    reasons = [box.run(reader.ack(0)).reason for reader in hog]
    assert reasons.count("TFTP_DATA") == CLIENT_TIDS

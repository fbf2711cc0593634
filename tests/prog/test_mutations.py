# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Thousands of damaged frames. Which verdict is right nobody says here; box.run() holds each against
the contract: one reason, its verdict, untouched bytes, and a sound reply or none.
"""

import random

import pytest

from client import Machine, pxe
from expected import address_in
from frames import captured, patched, payload_of, to_server, with_payload
from reader import Reader

SEED, EACH, FRESH = 2131, 350, 50
REASONS_AT_LEAST = 7  # kinds of ends that so many frames come to, or the damage was too light
BASES = ("DISCOVER of a machine", "DISCOVER of OVMF", "REQUEST", "RRQ", "RRQ of curl", "ACK",
         "ERROR")


def base(box, name):
    """A frame that is answered or ends a transfer."""
    machine = Machine(box, options=pxe(7, o82=b"\1\4eth1", o61=b"\1abcdef"))
    if name == "REQUEST":
        machine.address = address_in(box.answer(machine.discover()).frame)
        return machine.request()
    if name.endswith(("OVMF", "curl")):
        client, message = ("ovmf", "discover") if "OVMF" in name else ("curl", "rrq")
        sent = captured(client)[message]
        return sent if client == "ovmf" else to_server(sent, box.mac)
    if name.startswith("DISCOVER"):
        return machine.discover()
    reader = Reader(box).starts("odd.bin", 512)
    return {"RRQ": lambda: reader.rrq("odd.bin", ("blksize", 512), ("tsize", 0)),
            "ACK": lambda: reader.ack(3), "ERROR": reader.error}[name]()


def flip(dice, data):
    """Other bytes in a few places."""
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        data = patched(data, dice.randrange(len(data)), bytes((dice.choice(
            (0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256))),)))
    return data


def cut(dice, data):
    """The end is missing."""
    return data[:dice.randrange(1, len(data) + 1)]


def grow(dice, data):
    """Something more behind it."""
    return data + dice.randbytes(dice.choice((1, 2, 7, 64, 500)))


def swap(dice, data):
    """A piece of it again in another place."""
    start, length = dice.randrange(len(data)), dice.randrange(1, 40)
    piece = data[start:start + length]
    at = dice.randrange(len(data) - len(piece) + 1)
    return patched(data, at, piece)


def mutate(dice, frame):
    """Damage the frame as it is, or the payload of one whose headers are right again."""
    damage = dice.choice((flip, flip, cut, grow, swap))
    if dice.random() < 0.35:
        return damage(dice, frame).ljust(14, b"\0")[:1600]
    return with_payload(frame, damage(dice, payload_of(frame))[:1500])


@pytest.mark.parametrize("name", BASES)
def test_a_damaged_frame_ends_by_the_contract(box, name):
    dice, seen = random.Random(f"{SEED} {name}"), set()
    for number in range(EACH):
        if number % FRESH == 0:
            sound = base(box, name)
            box.settle()
        frame = mutate(dice, sound)
        try:
            seen.add(box.run(frame).reason)
        except AssertionError as fault:
            raise AssertionError(f"frame {number}: {frame.hex()}") from fault
    assert len(seen) >= REASONS_AT_LEAST, sorted(seen)


def test_nothing_is_left_of_it(box, files):
    """The server serves as before, and no lease has two owners or none."""
    reader = Reader(box).starts("odd.bin", 512)
    assert payload_of(box.run(reader.ack(0)).frame)[4:] == files["odd.bin"][:512]
    Machine(box).boots()
    leases, owners, free = box.tally()
    assert len(leases) <= len(owners) and not set(owners) & set(free)

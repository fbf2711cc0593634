# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Transfers that the table of sessions cannot tell apart. Between two of one file in one network there
seem to be none; of any two ports of the server every other pair has some.

The hash is linear: what two keys differ in tells what their hashes differ in, so a difference that
leaves the upper bits alone is looked for, and then two clients that differ in it.
"""

import bisect
import random
import struct

from sessions import GOLDEN, WORD, set_of, tag_of

NEAR = 1 << 29  # hashes that differ by less have mostly the same set and tag


def _swapped(number):
    """A port as it stands in a key that is read as a little-endian word."""
    return (number & 0xFF) << 8 | number >> 8


HOSTS = sorted(((third << 16) + (fourth << 24)) * GOLDEN & WORD
               for third in range(-90, 91) for fourth in range(-200, 201))
HOST_OF = {((third << 16) + (fourth << 24)) * GOLDEN & WORD: (third, fourth)
           for third in range(-90, 91) for fourth in range(-200, 201)}


def _differences(server):
    """What may be between two keys whose server ports differ so: (third, fourth byte, port)."""
    for port in range(-20000, 20001):
        wanted = -((server << 48) + (port << 32)) * GOLDEN & WORD
        for at in bisect.bisect(HOSTS, wanted) - 1, bisect.bisect(HOSTS, wanted):
            if 0 <= at < len(HOSTS) and abs(HOSTS[at] - wanted) < NEAR:
                yield (*HOST_OF[HOSTS[at]], port)


def _pairs(difference, tids):
    """Clients that differ so: ((address, port), (address, port))."""
    third, fourth, port = difference
    chance = random.Random(1350)
    for _ in range(1000):
        one = (chance.randrange(100, 200), chance.randrange(1, 255), chance.randrange(65536))
        two = (one[0] + third, one[1] + fourth, one[2] + port)
        if not (9 <= two[0] <= 250 and 1 <= two[1] <= 254 and 0 <= two[2] <= 65535):
            continue
        clients = [(bytes((10, 77, *who[:2])), _swapped(who[2])) for who in (one, two)]
        keys = [address + struct.pack("!HH", own, tid)
                for (address, own), tid in zip(clients, tids)]
        if min(own for _, own in clients) > 1023 and len(
                {(set_of(key), tag_of(key)) for key in keys}) == 1:
            yield clients


def twins(tid, others):
    """
    Two clients: (address, port) of one that reads from `tid`, and of one that reads from another;
    and which that is.
    """
    for other in others:
        for difference in _differences(_swapped(other) - _swapped(tid)):
            for clients in _pairs(difference, (tid, other)):
                return (*clients, other)
    raise AssertionError("no two transfers have the same tag")

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Where transfers stand, in the server's own maps `sessions` and `stories`: read, moved to a far block
or to an earlier time, forgotten.
"""

import contextlib
import struct

from prog_run import pinned_map
from tables import constant

WAYS = constant("limits.h", "XDPXE_SESSION_WAYS")
SETS = constant("limits.h", "XDPXE_SESSION_SETS")
SESSION, STORY = struct.Struct("=Q"), 56
TAG_BITS, ACKED_BITS, SENT_BITS, UNIT_MS = 20, 24, 20, 8  # of a session, as in abi_tftp.h
GOLDEN, WORD = 0x9E3779B97F4A7C15, (1 << 64) - 1
FREE = bytes(SESSION.size)


def key_of(reader):
    """A transfer's key: the client's address and port, the server's port."""
    return reader.address + struct.pack("!HH", reader.port, reader.tid)


def _hash(key):
    word, = struct.unpack("<Q", key)
    return word * GOLDEN & WORD


def set_of(key):
    """Number of the set that a key belongs to."""
    return _hash(key) * SETS >> 64


def tag_of(key):
    """The tag of a key's session."""
    return (_hash(key) * SETS & WORD) >> (64 - TAG_BITS) or 1


def _pack(tag, acked, sent):
    return SESSION.pack(tag << (ACKED_BITS + SENT_BITS) | acked << SENT_BITS | sent)


def _unpack(way):
    """(tag, acked, sent) of a session."""
    word, = SESSION.unpack(way)
    return (word >> (ACKED_BITS + SENT_BITS), word >> SENT_BITS & (1 << ACKED_BITS) - 1,
            word & (1 << SENT_BITS) - 1)


def _is_of(way, key):
    return way != FREE and _unpack(way)[0] == tag_of(key)


@contextlib.contextmanager
def _table(box, name, size):
    """A map of sets."""
    table = pinned_map(box.folder / name, 4, WAYS * size)
    try:
        yield table
    finally:
        table.close()


def _ways(table, number, size=SESSION.size):
    """The ways of a set, a list."""
    value = table.get(struct.pack("=I", number))
    return [value[at:at + size] for at in range(0, len(value), size)]


def _change(box, reader, change):
    """Replace the session of a transfer; whether it had one."""
    key = key_of(reader)
    number = set_of(key)
    with _table(box, "sessions", SESSION.size) as table:
        ways = _ways(table, number)
        fresh = [change(way) if _is_of(way, key) else way for way in ways]
        table.put(b"".join(fresh), struct.pack("=I", number))
    return any(_is_of(way, key) for way in ways)


def forward(box, reader, acked):
    """As if the client had acknowledged all blocks up to this one long ago, and been sent more."""
    assert _change(box, reader, lambda way: _pack(_unpack(way)[0], acked, 1)), "it has no session"


def quiet(box, reader, milliseconds):
    """As if nothing had been sent for so long."""
    def earlier(way):
        tag, acked, sent = _unpack(way)
        return _pack(tag, acked, (sent - milliseconds // UNIT_MS) % (1 << SENT_BITS))
    assert _change(box, reader, earlier), "it has no session"


def forget(box, reader):
    """As if the map had been emptied of this transfer."""
    assert _change(box, reader, lambda way: FREE), "it has no session"


def knows(box, reader):
    """Is there a session of this transfer?"""
    key = key_of(reader)
    with _table(box, "sessions", SESSION.size) as table:
        return any(_is_of(way, key) for way in _ways(table, set_of(key)))


def is_marked(box):
    """Does the map say that it holds every transfer?"""
    with _table(box, "sessions", SESSION.size) as table:
        return _ways(table, SETS)[0][:8] != bytes(8)


def mark(box, complete):
    """Say that it does, or does not."""
    value = (b"\xff" * 8 if complete else bytes(8)).ljust(WAYS * SESSION.size, b"\0")
    with _table(box, "sessions", SESSION.size) as table:
        table.put(value, struct.pack("=I", SETS))


@contextlib.contextmanager
def incomplete(box):
    """The map does not hold every transfer meanwhile."""
    mark(box, False)
    try:
        yield
    finally:
        mark(box, True)


def story(box, reader):
    """(state, repeats, suppressed) of a transfer."""
    key = key_of(reader)
    with _table(box, "stories", STORY) as table:
        value, = (one for one in _ways(table, set_of(key), STORY) if one[:8] == key)
    _, _, repeats, suppressed = struct.unpack_from("=IIII", value, 8)
    return value[38], repeats, suppressed


def crowded(address, tid, count):
    """(address, port) of so many clients whose transfers share a set."""
    head, server = address[:3], struct.pack("!H", tid)
    found = {}
    for last in range(100, 250):
        for port in range(1024, 65536, 7):
            host = head + bytes((last,))
            clients = found.setdefault(set_of(host + struct.pack("!H", port) + server), [])
            clients.append((host, port))
            if len(clients) == count:
                return clients
    raise AssertionError("no set has so many")

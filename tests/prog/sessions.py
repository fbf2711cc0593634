# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Where transfers stand, in the server's own maps `sessions` and `stories`: read, moved to a far block
or to an earlier time, forgotten.
"""

import contextlib
import struct

from prog_run import pinned_map
from tables import constant

WAYS, WAY, STORY = 4, struct.Struct("=4s2s2sII"), 48
SETS = constant("limits.h", "XDPXE_SESSION_SETS")
GOLDEN, WORD = 0x9E3779B97F4A7C15, (1 << 64) - 1
FREE = bytes(WAY.size)


def key_of(reader):
    """A transfer's key: the client's address and port, the server's port."""
    return reader.address + struct.pack("!HH", reader.port, reader.tid)


def set_of(key):
    """Number of the set that a key belongs to."""
    word, = struct.unpack("<Q", key)
    return (word * GOLDEN & WORD) >> 48


@contextlib.contextmanager
def _table(box, name, size):
    """A map of sets."""
    table = pinned_map(box.folder / name, 4, WAYS * size)
    try:
        yield table
    finally:
        table.close()


def _ways(table, number):
    """The ways of a set, a list."""
    value = table.get(struct.pack("=I", number))
    return [value[at:at + WAY.size] for at in range(0, len(value), WAY.size)]


def _change(box, reader, change):
    """Replace the session of a transfer; whether it had one."""
    key = key_of(reader)
    number = set_of(key)
    with _table(box, "sessions", WAY.size) as table:
        ways = _ways(table, number)
        fresh = [change(way) if way[:8] == key else way for way in ways]
        table.put(b"".join(fresh), struct.pack("=I", number))
    return any(way[:8] == key for way in ways)


def forward(box, reader, acked):
    """As if the client had acknowledged all blocks up to this one long ago, and been sent more."""
    assert _change(box, reader, lambda way: WAY.pack(
        *WAY.unpack(way)[:3], acked, 1)), "it has no session"


def quiet(box, reader, milliseconds):
    """As if nothing had been sent for so long."""
    assert _change(box, reader, lambda way: WAY.pack(
        *WAY.unpack(way)[:4], (WAY.unpack(way)[4] - milliseconds) & 0xFFFFFFFF)), \
        "it has no session"


def forget(box, reader):
    """As if the map had been emptied of this transfer."""
    assert _change(box, reader, lambda way: FREE), "it has no session"


def knows(box, reader):
    """Is there a session of this transfer?"""
    key = key_of(reader)
    with _table(box, "sessions", WAY.size) as table:
        return any(way[:8] == key for way in _ways(table, set_of(key)))


def is_marked(box):
    """Does the map say that it holds every transfer?"""
    with _table(box, "sessions", WAY.size) as table:
        return _ways(table, SETS)[0][:8] != bytes(8)


def mark(box, complete):
    """Say that it does, or does not."""
    value = (b"\xff" * 8 if complete else bytes(8)).ljust(WAYS * WAY.size, b"\0")
    with _table(box, "sessions", WAY.size) as table:
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
    with _table(box, "sessions", WAY.size) as table:
        way = [one[:8] for one in _ways(table, set_of(key))].index(key)
    with _table(box, "stories", STORY) as table:
        value = table.get(struct.pack("=I", set_of(key)))[way * STORY:(way + 1) * STORY]
    _, _, repeats, suppressed = struct.unpack_from("=IIII", value)
    return value[30], repeats, suppressed


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

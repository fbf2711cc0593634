# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The bpf(2) system call: pinned objects, BPF_PROG_TEST_RUN, and maps as they lie in memory."""

import ctypes
import os
import platform
import struct
from typing import NamedTuple

from lib.process import LIBC

SYS_BPF = {"x86_64": 321, "aarch64": 280}[platform.machine()]
(MAP_LOOKUP, MAP_UPDATE, MAP_DELETE, MAP_NEXT_KEY, OBJ_GET, PROG_RUN, MAP_FD_BY_ID, OBJ_INFO,
 MAP_TAKE, MAP_LOOKUP_BATCH) = 1, 2, 3, 4, 7, 10, 14, 15, 21, 24
ACTIONS = ("ABORTED", "DROP", "PASS", "TX", "REDIRECT")

PROG_RUN_ATTR = struct.Struct("=IIIIQQIIIIQQIII")
XDP_MD = struct.Struct("=IIIIII")
RUN_RETVAL, RUN_SIZE_OUT = 4, 12
OUT_SIZE = 4096
INFO_SIZES = 8  # of a map: key_size, value_size
INFO_SIZE, INFO_XLATED, INFO_VERIFIED = 256, 20, 216


def bpf(command, attr):
    """The system call; attr is a ctypes buffer. Returns what it returns, or raises OSError."""
    result = LIBC.syscall(SYS_BPF, command, attr, ctypes.sizeof(attr))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _attr(layout, *values):
    """struct bpf_attr, zero behind what is given."""
    return ctypes.create_string_buffer(struct.pack("=" + layout, *values), 128)


def obj_get(path):
    """Descriptor of a pinned program or map."""
    name = ctypes.create_string_buffer(os.fsencode(path))
    return bpf(OBJ_GET, _attr("QII", ctypes.addressof(name), 0, 0))


def instructions(prog):
    """(instructions of a program as the kernel runs it, those the verifier had to look at)."""
    info = ctypes.create_string_buffer(INFO_SIZE)
    bpf(OBJ_INFO, _attr("IIQ", prog, INFO_SIZE, ctypes.addressof(info)))
    xlated, = struct.unpack_from("=I", info, INFO_XLATED)
    verified, = struct.unpack_from("=I", info, INFO_VERIFIED)
    return xlated // 8, verified


class Program:
    """An XDP program that frames of one interface are run through."""

    def __init__(self, path, ifindex):
        self.prog, self.ifindex = obj_get(path), ifindex
        self.out = ctypes.create_string_buffer(OUT_SIZE)

    def close(self):
        """No more."""
        os.close(self.prog)
        self.prog = None

    def prepare(self, frame, repeat=1):
        """A run of this frame, to be given to run_prepared(); it can be used again."""
        context = ctypes.create_string_buffer(
            XDP_MD.pack(0, len(frame), 0, self.ifindex, 0, 0), XDP_MD.size)
        data = ctypes.create_string_buffer(frame, len(frame))
        packed = PROG_RUN_ATTR.pack(
            self.prog, 0, len(frame), OUT_SIZE, ctypes.addressof(data),
            ctypes.addressof(self.out), repeat, 0, XDP_MD.size, 0, ctypes.addressof(context), 0, 0, 0, 0)
        return ctypes.create_string_buffer(packed, len(packed)), data, context

    def run_prepared(self, prepared):
        """(action, bytes the frame ends with)"""
        attr = prepared[0]
        struct.pack_into("=I", attr, RUN_SIZE_OUT, OUT_SIZE)
        bpf(PROG_RUN, attr)
        retval, = struct.unpack_from("=I", attr, RUN_RETVAL)
        size, = struct.unpack_from("=I", attr, RUN_SIZE_OUT)
        return ACTIONS[retval], self.out[:size]

    def run(self, frame):
        """Run a frame: (action, bytes it ends with)."""
        return self.run_prepared(self.prepare(frame))


class Map:
    """A map: bytes to bytes."""

    def __init__(self, descriptor, key_size, value_size):
        self.map, self.key_size, self.value_size = descriptor, key_size, value_size
        info = ctypes.create_string_buffer(INFO_SIZE)
        bpf(OBJ_INFO, _attr("IIQ", descriptor, INFO_SIZE, ctypes.addressof(info)))
        sizes = struct.unpack_from("=II", info, INFO_SIZES)
        assert sizes == (key_size, value_size), "the kernel would write beyond what is read into"

    def close(self):
        """No more."""
        os.close(self.map)

    def _element(self, command, key, value_size, value=b""):
        """One element's command; returns the value's buffer."""
        key = ctypes.create_string_buffer(key, max(len(key), 1))
        value = ctypes.create_string_buffer(value, max(value_size, 1))
        where = ctypes.addressof(key) if self.key_size else 0
        bpf(command, _attr("IIQQQ", self.map, 0, where, ctypes.addressof(value), 0))
        return value.raw[:value_size]

    def get(self, key):
        """Value of a key."""
        return self._element(MAP_LOOKUP, key, self.value_size)

    def put(self, value, key=b""):
        """Set a key, or push into a queue."""
        self._element(MAP_UPDATE, key, self.value_size, value)

    def forget(self, key):
        """Remove a key."""
        key = ctypes.create_string_buffer(key, len(key))
        bpf(MAP_DELETE, _attr("IIQ", self.map, 0, ctypes.addressof(key)))

    def keys(self):
        """Every key."""
        found = []
        try:
            key = self._next_key(0)
            while True:
                found.append(key)
                held = ctypes.create_string_buffer(key, self.key_size)
                key = self._next_key(ctypes.addressof(held))
        except FileNotFoundError:
            return found

    def _next_key(self, where):
        """The key behind the one at this place."""
        key = ctypes.create_string_buffer(self.key_size)
        bpf(MAP_NEXT_KEY, _attr("IIQQ", self.map, 0, where, ctypes.addressof(key)))
        return key.raw

    def drain(self):
        """Take all that is in a queue."""
        taken = []
        try:
            while True:
                taken.append(self._element(MAP_TAKE, b"", self.value_size))
        except FileNotFoundError:
            return taken


def pinned_map(path, key_size, value_size):
    """A pinned map."""
    return Map(obj_get(path), key_size, value_size)


def inner_map(outer, key, key_size, value_size):
    """The map that an array of maps has at a key."""
    number, = struct.unpack("=I", outer.get(key))
    return Map(bpf(MAP_FD_BY_ID, _attr("III", number, 0, 0)), key_size, value_size)


def possible_cpus():
    """How many values a per-CPU map has for each key."""
    with open("/sys/devices/system/cpu/possible", encoding="ascii") as cpus:
        return int(cpus.read().strip().replace(",", "-").split("-")[-1]) + 1


class Row(NamedTuple):
    """A row of reasons.def."""

    number: int
    name: str
    action: str


class Counters:
    """The per-CPU array of counters, read whole by one system call."""

    def __init__(self, path, rows, size):
        self.rows, self.size, self.cpus = rows, size, possible_cpus()
        self.map = obj_get(path)
        self.keys = ctypes.create_string_buffer(4 * size)
        self.values = ctypes.create_string_buffer(8 * self.cpus * size)
        self.mark = ctypes.create_string_buffer(8)

    def close(self):
        """No more."""
        os.close(self.map)

    def read(self):
        """Every counter by number, all CPUs together."""
        attr = _attr("QQQQIIQQ", 0, ctypes.addressof(self.mark), ctypes.addressof(self.keys),
                     ctypes.addressof(self.values), self.size, self.map, 0, 0)
        try:
            bpf(MAP_LOOKUP_BATCH, attr)
        except FileNotFoundError:  # the batch reached the end, which is what it was to do
            pass
        flat = struct.unpack(f"={self.cpus * self.size}Q", self.values)
        return [sum(flat[at:at + self.cpus]) for at in range(0, len(flat), self.cpus)]

    def moved(self, before):
        """Name -> by how much, of those that moved."""
        now = self.read()
        return {row.name: now[row.number] - before[row.number] for row in self.rows
                if now[row.number] != before[row.number]}

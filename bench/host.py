# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The machine that is measured on: what it is, and room for large storms for a while."""

import contextlib
import os
import pathlib
import resource
import time

NEIGHBOURS = pathlib.Path("/proc/sys/net/ipv4/neigh/default")
OPEN_FILES = 200_000
SOCKETS = pathlib.Path("/proc/sys/net/core/rmem_default")
# What the kernel has, and what serves others best: with 32 MiB they answer what is too old.
DEFAULT_BUFFER, LARGE_BUFFER = 212_992, 4 << 20
ROOM = {NEIGHBOURS / "gc_thresh3": 131_072, NEIGHBOURS / "gc_thresh2": 65_536,
        NEIGHBOURS / "gc_thresh1": 32_768, SOCKETS: LARGE_BUFFER}


def facts():
    """What a reader of the figures has to know of it."""
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    model = next((line.partition(":")[2].strip() for line in lines
                  if line.startswith("model name")), os.uname().machine)
    kib = pathlib.Path("/proc/meminfo").read_text(encoding="ascii").split()[1]
    return {"kernel": os.uname().release, "cpu": model, "cpus": os.cpu_count(),
            "memory_gib": round(int(kib) / (1 << 20)),
            "virtual": any(line.startswith("flags") and " hypervisor" in line for line in lines),
            "open_files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
            "date": time.strftime("%Y-%m-%d", time.gmtime())}


def _raise_open_files():
    """As many as a server may need, or the most that is allowed."""
    for most in (OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
            return


@contextlib.contextmanager
def raised(room):
    """Kernel settings (path -> least value) for a while; they are put back at the end."""
    before = {path: path.read_text(encoding="ascii") for path in room}
    try:
        for path, least in room.items():
            if int(before[path]) < least:
                path.write_text(str(least), encoding="ascii")
        yield
    finally:
        for path, value in reversed(before.items()):
            path.write_text(value, encoding="ascii")


@contextlib.contextmanager
def room():
    """
    Open files, neighbours and socket buffers for servers with sockets. These settings are the
    host's, not a namespace's own: by default 1,024 neighbours, and 208 KiB for each socket.
    """
    _raise_open_files()
    with raised(ROOM):
        yield


@contextlib.contextmanager
def default_buffers():
    """Socket buffers as the kernel has them, inside room()."""
    before = SOCKETS.read_text(encoding="ascii")
    SOCKETS.write_text(str(DEFAULT_BUFFER), encoding="ascii")
    try:
        yield
    finally:
        SOCKETS.write_text(before, encoding="ascii")

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The machine that is measured on: what it is, and room for large storms for a while."""

import contextlib
import os
import pathlib
import resource
import time

NEIGHBOURS = pathlib.Path("/proc/sys/net/ipv4/neigh/default")
OPEN_FILES = 200_000
ROOM = {"gc_thresh1": 32_768, "gc_thresh2": 65_536, "gc_thresh3": 131_072}


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
            "socket_buffer": int(pathlib.Path("/proc/sys/net/core/rmem_default").read_text("ascii")),
            "date": time.strftime("%Y-%m-%d", time.gmtime())}


def _raise_open_files():
    """As many as a server may need, or the most that is allowed."""
    for most in (OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
            return


@contextlib.contextmanager
def room():
    """
    Open files and neighbours for servers with sockets. The neighbour table has 1,024 entries by
    default, and its size is the host's, not a namespace's own: it is put back at the end.
    """
    _raise_open_files()
    before = {name: (NEIGHBOURS / name).read_text(encoding="ascii") for name in ROOM}
    try:
        for name in reversed(ROOM):
            if int(before[name]) < ROOM[name]:
                (NEIGHBOURS / name).write_text(str(ROOM[name]), encoding="ascii")
        yield
    finally:
        for name, value in before.items():
            (NEIGHBOURS / name).write_text(value, encoding="ascii")

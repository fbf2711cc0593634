# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the kernel remembers of transfers is taken away, as a table that overflows loses it."""

import ctypes
import os

from lib.namespace import BPFFS

SETS, SET_BYTES = 16384, 64  # XDPXE_SESSION_SETS and struct xdpxe_session_set; then the mark
LIBBPF = ctypes.CDLL("libbpf.so.1", use_errno=True)


def sessions(server):
    """Path of the pinned map of a server's transfers."""
    path, = (BPFFS / "xdpxe").glob(f"{server.lab.server.inode}-*/sessions")
    return path


def forget_transfers(server):
    """Empty it, with the mark that says it is complete; returns how many sets held something."""
    held = 0
    nothing, value = bytes(SET_BYTES), ctypes.create_string_buffer(SET_BYTES)
    map_fd = LIBBPF.bpf_obj_get(os.fsencode(sessions(server)))
    assert map_fd >= 0, os.strerror(ctypes.get_errno())
    try:
        for slot in range(SETS + 1):
            key = ctypes.c_uint32(slot)
            assert LIBBPF.bpf_map_lookup_elem(map_fd, ctypes.byref(key), value) == 0
            if value.raw != nothing:
                held += 1
                assert LIBBPF.bpf_map_update_elem(map_fd, ctypes.byref(key), nothing, 0) == 0
    finally:
        os.close(map_fd)
    return held

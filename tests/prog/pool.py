# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Leases and pools in the server's own maps: time that passes at once, and what is free."""

import contextlib
import struct
import time

from prog_run import inner_map, pinned_map
from tables import constant

CLOCK_AHEAD = 1 << 30  # of the clock of leases: xdpxe/abi_dhcp.h
CLIENT, LEASE, ADDRESS, PORT = 24, 32, 4, 24
HALF = constant("limits.h", "XDPXE_NETWORKS_MAX")
LONG_AGO = 1  # second of CLOCK_MONOTONIC


@contextlib.contextmanager
def opened(table):
    """Close a map in the end."""
    try:
        yield table
    finally:
        table.close()


def expire_leases(folder):
    """As if the time of every lease and offer had passed."""
    with opened(pinned_map(folder / "leases", CLIENT, LEASE)) as leases:
        for key in leases.keys():
            value = leases.get(key)
            word = struct.unpack_from("=Q", value)[0] & 0xFFFFFFFF | LONG_AGO << 32
            leases.put(struct.pack("=Q", word) + value[8:], key)


def end_quarantine(folder):
    """As if the time of every declined address had passed; returns those addresses."""
    with opened(pinned_map(folder / "owners", ADDRESS, CLIENT)) as owners:
        declined = [key for key in owners.keys() if owners.get(key)[5] == 0]
        for key in declined:
            owners.put(struct.pack("=I", LONG_AGO) + owners.get(key)[4:], key)
    return declined


def network_of(folder, number):
    """Slot of the network that an interface is told to serve."""
    with opened(pinned_map(folder / "ports", 4, PORT)) as ports:
        return struct.unpack_from("=IH", ports.get(struct.pack("=I", number)))[1]


@contextlib.contextmanager
def opened_queue(folder, slot):
    """The queue of a network."""
    with opened(pinned_map(folder / "pools", 4, 4)) as pools, \
            opened(inner_map(pools, struct.pack("=I", slot), 0, ADDRESS)) as queue:
        yield queue


def free_of(folder, slot):
    """Addresses in the queue of a network, in order; they stay there."""
    with opened_queue(folder, slot) as queue:
        free = queue.drain()
        for address in free:
            queue.put(address)
    return free


def lose_lease(folder, mac, address):
    """As if a machine's lease had been in a memory that lost its power."""
    with opened(pinned_map(folder / "leases", CLIENT, LEASE)) as leases:
        for key in [key for key in leases.keys() if mac in key]:
            leases.forget(key)
    with opened(pinned_map(folder / "owners", ADDRESS, CLIENT)) as owners:
        owners.forget(address)


def lease_of(folder, mac):
    """(state, seconds until it runs out, address) of a machine's lease."""
    with opened(pinned_map(folder / "leases", CLIENT, LEASE)) as leases:
        key, = (key for key in leases.keys() if mac in key)
        word, address = struct.unpack_from("=Q4s", leases.get(key))
        return word & 0xFF, (word >> 32) - CLOCK_AHEAD - int(time.monotonic()), address

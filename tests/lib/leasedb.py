# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The database of leases, read and written by another hand than the daemon's: Python's sqlite3."""

import contextlib
import ipaddress
import sqlite3
import time

FIRST = int(ipaddress.ip_address("10.77.1.0"))
SUBNET = int(ipaddress.ip_address("10.77.0.0"))


@contextlib.contextmanager
def opened(path):
    """The database, for a change or a look."""
    base = sqlite3.connect(path, isolation_level=None, timeout=5)
    try:
        yield base
    finally:
        base.close()


def mac_of(number):
    """Hardware address of the machine of this number."""
    return b"\x52\x54\x01" + number.to_bytes(3, "big")


def put(base, number, address, expires, subnet=SUBNET):
    """A lease of machine `number` until `expires`, Unix time."""
    base.execute("INSERT OR REPLACE INTO lease VALUES (?,?,1,?,?,?,?,NULL,0,0)",
                 (int(ipaddress.ip_address(address)), subnet, mac_of(number), int(expires),
                  int(expires) - 600, int(expires) - 600))


def fill(path, count, expires=None, first=FIRST):
    """So many machines with a lease, by address, in a database that the daemon has made."""
    expires = int(expires or time.time() + 600)
    with opened(path) as base:
        base.execute("BEGIN")
        for number in range(count):
            put(base, number, first + number, expires)
        base.execute("COMMIT")


def _rows(path, sql):
    """What a query yields; nothing while there is no database yet, or somebody has locked it."""
    with contextlib.suppress(sqlite3.OperationalError):
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
            return base.execute(sql).fetchall()
    return []


def leases(path):
    """hardware address as text -> (address, Unix time of its end)"""
    rows = _rows(path, "SELECT hardware, address, expires FROM lease")
    return {mac.hex(":"): (str(ipaddress.ip_address(address)), expires)
            for mac, address, expires in rows}


def declined(path):
    """Addresses that were declined."""
    rows = _rows(path, "SELECT address FROM declined")
    return {str(ipaddress.ip_address(address)) for address, in rows}

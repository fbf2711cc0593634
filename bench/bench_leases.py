# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
How long 60,000 leases take from the database into the kernel, and a whole start with them. The
daemon itself makes the database: leases are put into its maps, and it is stopped.
"""

import pathlib
import re
import statistics
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests"))

from lib.lab import Lab
from lib.leasedb import fill
from lib.server import Xdpxe, config

LEASES, ROUNDS = 60000, 5


def start(server):
    """Seconds until it serves, and what it says of the restoring: (leases, milliseconds)."""
    begun = time.monotonic()
    server.start()
    seconds = time.monotonic() - begun
    said = "\n".join(server.process.stderr)
    found = re.search(r"(\d+) leases restored .* in (\d+) ms", said)
    return seconds, (int(found[1]), int(found[2])) if found else (0, 0)


def main():
    with Lab() as lab:
        server = Xdpxe(lab, config(lab))
        empty = start(server)[0]
        server.stop()
        fill(lab.dir / "leases.db", LEASES)
        runs = []
        for _ in range(ROUNDS):
            runs.append(start(server))
            server.stop()
        leases = {leases for _, (leases, _) in runs}
        assert leases == {LEASES}, leases
        print(f"{LEASES} leases: {statistics.median(ms for _, (_, ms) in runs):.0f} ms from the "
              f"database into the kernel; start to ready: {statistics.median(s for s, _ in runs):.2f}"
              f" s, without any {empty:.2f} s (medians of {ROUNDS})")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
Seconds that 50,000 reservations take, each with an address, a host name and an iPXE URL of its own:
to check, to start, and to reload. Written into the configuration, as CSV and as a YAML list.
"""

import pathlib
import statistics
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests"))

from lib.lab import Lab
from lib.many_hosts import KINDS, many, write
from lib.server import Xdpxe, config

COUNT, ROUNDS = 50_000, 3


def timed(work):
    """The median of some rounds, in seconds."""
    taken = []
    for number in range(ROUNDS):
        begun = time.monotonic()
        work(number)
        taken.append(time.monotonic() - begun)
    return statistics.median(taken)


class Bench:
    """A server, and hosts to be written for it."""

    def __init__(self, lab, kind):
        self.lab, self.kind = lab, kind
        self.bare = config(lab, {"ipxe": "http://10.77.0.1/boot.ipxe"})
        self.server = Xdpxe(lab, self.bare)

    def say(self, hosts):
        """Write the hosts down."""
        self.server.write(self.bare + write(self.lab, self.kind, hosts))

    def reload(self, hosts):
        """Seconds from the command to its answer."""
        self.say(hosts)
        begun = time.monotonic()
        self.server.command("reload")
        return time.monotonic() - begun

    def start(self, _round=0):
        """Until it serves, and away with it."""
        self.server.start().stop()

    def run(self):
        """A row."""
        hosts = many(COUNT)
        bare = timed(self.start)
        self.say(hosts)
        check = timed(lambda _: self.server.command("check", "-c", self.server.path))
        start = timed(self.start)
        self.server.start()
        same = statistics.median(self.reload(hosts) for _ in range(ROUNDS))
        one = statistics.median(
            self.reload(hosts[:-1] + [hosts[-1]._replace(hostname=f"other{number}")])
            for number in range(ROUNDS))
        every = statistics.median(self.reload(many(COUNT, f"s{number}")) for number in range(ROUNDS))
        self.server.stop()
        print(f"{self.kind:8} {check:8.2f} {bare:8.2f} {start:8.2f} {same:8.2f} {one:8.2f} "
              f"{every:8.2f}", flush=True)


def main():
    """A row for each way of writing them."""
    print(f"{COUNT} hosts, seconds, medians of {ROUNDS}")
    print(f"{'':8} {'':>8} {'start':>8} {'start':>8} {'reload':>8} {'reload':>8} {'reload':>8}")
    print(f"{'':8} {'check':>8} {'no hosts':>8} {'':>8} {'same':>8} {'one new':>8} "
          f"{'all new':>8}")
    for kind in KINDS:
        with Lab() as lab:
            Bench(lab, kind).run()


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
4-way DHCP exchanges a second over one veth pair: xdpxe, Kea (memfile) and dnsmasq, each alone, with
the same load: clients in XDP (exchanges.bpf.c), so many exchanges at a time, one machine after
another until all have an address or the time is up. Rounds are interleaved, each with a server
started anew; medians are printed. Every address is written down: a machine that was left without
one although its exchange began is lost, an address that two machines have is double, and wrong are
NAKs, answers that nobody waited for, and ACKs that differ from their OFFER.
"""

import os
import pathlib
import statistics
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests"), str(TOP / "tests/prog"), str(TOP / "bench")]

from dhcp_servers import SERVERS
from exchanges import Exchanges
from lib.lab import Lab

MACHINES, AT_ONCE = 60_000, 32
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "3")), 5


def exchange(start):
    """One server, all machines."""
    with Lab() as lab:
        load = Exchanges(lab, MACHINES)
        process = start(lab)
        outcome = load.run(AT_ONCE, SECONDS)
        assert process.running(), process.report()
    return outcome


def show(name, outcomes, ours):
    """One row; returns the rate."""
    rate = statistics.median(one.rate for one in outcomes)
    done, lost, double, other = (
        [sum(values) for values in zip(*((one.done, one.lost, one.doubles,
                                          one.changed + one.refused + one.strays)
                                         for one in outcomes))])
    print(f"{name:22} {rate:11,.0f} {ours / rate:9.1f} {done:10,} {lost:6} {double:6} {other:6}")
    return rate


def main():
    outcomes = {name: [] for name in SERVERS}
    for _ in range(ROUNDS):
        for name, start in SERVERS.items():
            outcomes[name].append(exchange(start))
            print(f"{name}: {outcomes[name][-1].rate:,.0f}/s", file=sys.stderr)
    print(f"{MACHINES:,} machines, {AT_ONCE} at a time, at most {SECONDS} s, medians of {ROUNDS}\n"
          "server                 exchanges/s  xdpxe is       done   lost double  wrong")
    ours = statistics.median(one.rate for one in outcomes["xdpxe"])
    rates = {name: show(name, rows, ours) for name, rows in outcomes.items()}
    bad = sum(one.lost + one.doubles + one.changed + one.refused + (one.done != MACHINES)
              for one in outcomes["xdpxe"])
    print(f"xdpxe is {ours / max(rate for name, rate in rates.items() if name != 'xdpxe'):.0f} "
          f"times the fastest of the others; its faults: {bad}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

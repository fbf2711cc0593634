# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
How fast `xdpxe storm` itself is: the rate that it reaches with the bare reflector, and beside it
with xdpxe and with the fastest other servers, under the same storm. Rounds are interleaved, and the
medians printed.
"""

import argparse
import pathlib
import random
import statistics
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests"), str(TOP / "tests/prog"), str(TOP / "bench")]

import dhcp_servers
import host
import measure
import reflector
from lib import storm as storm_lib
from lib.lab import Lab
from measure import BARE
from peers import BOOT, BOOT_SERVERS, DHCP_SERVERS, TFTP_SERVERS

ROUNDS, BLOCKS, BLKSIZE = 5, 20_000, 1468
READERS = 16
# Machines that boot, and that only ask for addresses, all at once; of servers with sockets fewer
# ask, since a veth's ring has no room for more of their DISCOVERs, and a lost one takes a second.
BOOTS, ASKS, FEWER_ASKS = 1000, 40_000, 128
NO_LIMITS = "limits: { messages: none, offers: none }\n"


class Read:
    """A long file, alone."""

    figure = "blocks_per_s"

    def __init__(self, window, others):
        self.window = window
        self.title = f"TFTP, window {window}"
        self.servers = [BARE, "xdpxe", *others]

    def run(self, lab, peer):
        """The summary of one storm. One machine goes first: servers may have to read the file."""
        path = lab.put("long", random.Random(1).randbytes(BLKSIZE * BLOCKS))
        if peer == BARE:
            reflector.file(lab, path, BLKSIZE, self.window)
        else:
            TFTP_SERVERS[peer](lab)
        storm_lib.make_room(lab)
        options = [*measure.READING, "--client", "ipxe", "--blksize", BLKSIZE, "--windowsize",
                   self.window, "-e", path]
        measure.run_storm(lab, "-n", 1, *options)
        return measure.run_storm(lab, "-n", READERS, *options)


class Exchange:
    """DHCP alone."""

    figure, title = "exchanges_per_s", "DHCP"
    servers = [BARE, "xdpxe", "Kea, no lease file", "dnsmasq, no lease file"]

    def run(self, lab, peer):
        """The summary of one storm."""
        if peer == BARE:
            reflector.boot(lab, BOOT)
        elif peer == "xdpxe":
            dhcp_servers.xdpxe(lab, database=False, more=NO_LIMITS)
        else:
            DHCP_SERVERS[peer](lab)
        storm_lib.make_room(lab)
        return measure.run_storm(lab, "-n", ASKS if peer in (BARE, "xdpxe") else FEWER_ASKS,
                                 "--stage", "dhcp", "--mix", "efi-x64")


class Boot:
    """All of it."""

    figure, title = "boots_per_s", "full boot"
    servers = [BARE, "xdpxe", "Kea + atftpd"]

    def run(self, lab, peer):
        """The summary of one storm."""
        if peer == BARE:
            reflector.boot(lab, BOOT)
        else:
            BOOT_SERVERS[peer](lab)
        storm_lib.make_room(lab)
        return measure.run_storm(lab, "-n", BOOTS, *measure.boot_options(lab))


STORMS = {"tftp": Read(1, ["dnsmasq"]), "windows": Read(8, ["atftpd"]), "dhcp": Exchange(),
          "full": Boot()}


def measured(storm, peer):
    """The rate of one storm, in a laboratory of its own."""
    with Lab() as lab:
        measure.files(lab)
        return storm.run(lab, peer)[storm.figure]


def show(storm, rates):
    """A row for each server."""
    base = statistics.median(rates[BARE])
    for peer, values in rates.items():
        rate = statistics.median(values)
        print(f"{storm.title:15}  {peer:22}  {storm.figure:15}  {rate:9,.0f}  {base / rate:15.2f}",
              flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("storms", nargs="*", metavar="STORM",
                        help=f"of {', '.join(STORMS)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    unknown = [name for name in options.storms if name not in STORMS]
    if unknown:
        sys.exit(f"bench_storm: {', '.join(unknown)}; legal are {', '.join(STORMS)}")
    print("storm            server                  figure              median  reflector to it")
    with host.room():
        for name in options.storms or STORMS:
            storm = STORMS[name]
            rates = {peer: [] for peer in storm.servers}
            for _ in range(options.rounds):
                for peer, values in rates.items():
                    values.append(measured(storm, peer))
            show(storm, rates)


if __name__ == "__main__":
    main()

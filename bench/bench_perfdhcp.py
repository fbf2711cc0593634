# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
perfdhcp, of the Kea project, at rising rates against xdpxe and against Kea (memfile, with its lease
file). Each run has a server and machines of its own. Two numbers: requests that the server left
without an answer, and answers that came but found the buffer of perfdhcp's own socket full, which
the kernel counts. The server is to blame for the first only.
"""

import contextlib
import os
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP / "tests"), str(TOP / "bench")]

from dhcp_servers import SERVERS
from lib.lab import Lab

RATES = [int(word) for word in os.environ.get("RATES", "2000 5000 10000 15000 20000").split()]
SECONDS, MACHINES = 3, 60_000
COMPARED = ("xdpxe", "kea, lease file")


def statistics_of(text):
    """Kind of exchange -> (sent, received)."""
    found = {}
    for kind, body in re.findall(r"\*\*\*Statistics for: (\S+)\*\*\*(.*?)(?=\*\*\*|\Z)", text, re.S):
        sent, got = (int(re.search(rf"{word} packets: (\d+)", body).group(1))
                     for word in ("sent", "received"))
        found[kind] = sent, got
    return found


def overflown(lab):
    """Datagrams that the clients' sockets had no room for."""
    names, values = [line.split()[1:] for line in
                     lab.client.run("cat", "/proc/net/snmp").stdout.splitlines()
                     if line.startswith("Udp:")]
    return int(dict(zip(names, values))["RcvbufErrors"])


def exchange(name, rate):
    """(requests sent, unanswered by the server, lost by the client) at a rate."""
    with Lab() as lab:
        process = SERVERS[name](lab)
        done = lab.client.run("perfdhcp", "-4", "-l", "cli0", "-r", rate, "-R", MACHINES, "-p",
                              SECONDS, "-W", 1_000_000, check=False, timeout=SECONDS + 60)
        assert process.running(), process.report()
        own = overflown(lab)
    found = statistics_of(done.stdout)
    assert len(found) == 2, done.stdout + done.stderr
    sent, received = (sum(column) for column in zip(*found.values()))
    return sent, sent - received - own, own


def main():
    with contextlib.suppress(OSError):
        os.nice(-15)  # server and perfdhcp alike go before whatever else runs here
    print(f"{SECONDS} s of perfdhcp, {MACHINES:,} machines: requests sent, left without an answer, "
          "and lost by perfdhcp itself\n  rate/s" +
          "".join(f"  {name:>33}" for name in COMPARED))
    unanswered = 0
    for rate in RATES:
        row = {name: exchange(name, rate) for name in COMPARED}
        unanswered += row["xdpxe"][1]
        print(f"{rate:8,}" + "".join(
            f"  {sent:8,} {lost:7,} {100 * lost / max(sent, 1):5.1f} % {own:8,}"
            for sent, lost, own in row.values()), flush=True)
    sys.exit(1 if unanswered else 0)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What was wanted of xdpxe beside what was measured: the first table of the results."""

from results import Medians

GROW_COPY = ("bare: grow, copy", "bare: grow, copy a file")  # as pingpong.py has them
FULL_STORM, LARGE_STORMS, LARGEST_BLOCK = 1000, (5000, 20_000), 1468
TIMES_FASTER, TIMES_CHEAPER, TIMES_REFLECTOR, TIMES_LOSS = 5, 20, 1.3, 3
# Where leases are kept, xdpxe so, others so.
LEASES = (("in a file", "xdpxe", ("Kea", "dnsmasq")),
          ("in memory, no machine followed", "xdpxe, no database, no telemetry",
           ("Kea, no lease file", "dnsmasq, no lease file")))


def _faster(medians):
    """The storm of 1,000."""
    booted = medians.span("success", "xdpxe", FULL_STORM)
    if not booted:
        return
    again = medians.span("dhcp_again", "xdpxe", FULL_STORM)
    yield ("1,000 machines at once: all boot, none asks for its address twice",
           f"{booted[1] * 100:.4g} %, {again[1]:,.0f} retries ({again[2]:,} in the worst round)",
           booted[0] == 1 and again[2] == 0)
    best = medians.best_other("boots_per_s", FULL_STORM)
    if best:
        ratio = medians.get("boots_per_s", "xdpxe", FULL_STORM) / best[1]
        yield (f"the same, at least {TIMES_FASTER} times faster than the fastest other",
               f"{ratio:.1f} times {best[0]}", ratio >= TIMES_FASTER)


def _large(medians):
    """Storms that others do not survive."""
    for clients in LARGE_STORMS:
        booted = medians.span("success", "xdpxe", clients)
        if booted:
            best = medians.best_other("success", clients)
            yield (f"{clients:,} at once: all boot",
                   f"{booted[0] * 100:.4g} %" + (f"; best other {best[1] * 100:.3g} % ({best[0]})"
                                                 if best else ""), booted[0] == 1)


def _loss(medians):
    """Bad networks."""
    for clients in medians.values(0):
        for loss in medians.values(1):
            booted = medians.get("success", "xdpxe", clients, loss)
            sent = medians.get("sent_per_block", "xdpxe", clients, loss)
            if booted is not None and sent is not None:
                most = 1 + TIMES_LOSS * loss / 100
                yield (f"{clients:,} at once, {loss} % lost: all boot, below {most:.2f} DATA a "
                       "block", f"{booted * 100:.4g} %, {sent:.3f}", booted == 1 and sent < most)


def _exchanges(medians):
    """Exchanges for a second of server CPU, among those that keep leases alike."""
    for where, ours, others in LEASES:
        rate = medians.get("per_cpu_s", ours, True)
        best = max(((value, peer) for peer in others
                    if (value := medians.get("per_cpu_s", peer, True))), default=None)
        if rate and best:
            yield (f"4-way exchanges for a server CPU second, leases {where}: at least "
                   f"{TIMES_CHEAPER} times the best other",
                   f"{rate:,.0f}, {rate / best[0]:.1f} times {best[1]}",
                   rate / best[0] >= TIMES_CHEAPER)


def _cheaper(medians, title, abouts):
    """Work for a second of server CPU, each server where it is at its best."""
    ours = max((medians.get("per_cpu_s", "xdpxe", *about) or 0 for about in abouts), default=0)
    best = max((found[::-1] for about in abouts
                if (found := medians.best_other("per_cpu_s", *about))), default=None)
    if ours and best:
        ratio = ours / best[0]
        yield (f"{title} for a server CPU second: at least {TIMES_CHEAPER} times the best other",
               f"{ours:,.0f}, {ratio:.1f} times {best[1]}", ratio >= TIMES_CHEAPER)


def _reflector(medians):
    """Beside the bare reflector, as time for the same."""
    for storm in medians.values(0):
        ratio = medians.ratio("seconds", "xdpxe", "bare reflector", storm)
        if ratio:
            yield (f"within {TIMES_REFLECTOR} times of the bare reflector under the same storm "
                   f"({storm})", f"{ratio:.2f} times", ratio <= TIMES_REFLECTOR)


def _pingpong(medians):
    """Packet by packet beside the same program without a server in it."""
    for figure, threads, words in (("both_ns", False, "both ends in one softirq"),
                                   ("server_ns", True, "the server's end alone")):
        ratios = {peer: medians.ratio(figure, "xdpxe", peer, threads) for peer in GROW_COPY}
        ratio, of_file = (ratios[peer] for peer in GROW_COPY)
        same = of_file or ratio  # the bytes come from where xdpxe's come from
        if same:
            more = f"; {ratio:.2f} if it copies 64 blocks that stay in a cache" if of_file else ""
            yield (f"veth ping-pong: within {TIMES_REFLECTOR} times of a bare program that grows "
                   f"and copies ({words})", f"{same:.2f} times{more}", same <= TIMES_REFLECTOR)


def rows(found):
    """(what was wanted, what was measured, is it so), for what was measured."""
    def medians(section):
        return Medians(section, found[section]["runs"]) if section in found else None
    if storm := medians("storm"):
        yield from _faster(storm)
        yield from _large(storm)
    if loss := medians("loss"):
        yield from _loss(loss)
    if tftp := medians("tftp"):
        yield from _cheaper(tftp, "TFTP blocks of 1,468 bytes",
                            [(True, LARGEST_BLOCK, window) for window in tftp.values(2)])
    if dhcp := medians("dhcp"):
        yield from _exchanges(dhcp)
    if reflector := medians("reflector"):
        yield from _reflector(reflector)
    if pingpong := medians("pingpong"):
        yield from _pingpong(pingpong)

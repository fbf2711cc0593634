# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Plots of the results, as SVG."""

import math

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

from results import Medians

# Colours that people with any kind of sight can tell apart (Okabe and Ito), and a mark for each.
STYLES = {"xdpxe": ("#d55e00", "o"), "dnsmasq": ("#0072b2", "s"),
          "dnsmasq, no lease file": ("#56b4e9", "D"), "Kea + tftpd-hpa": ("#009e73", "^"),
          "Kea + atftpd": ("#cc79a7", "v"), "tftpd-hpa": ("#009e73", "^"),
          "atftpd": ("#cc79a7", "v")}
OTHER = ("#666666", "x")
PANELS = (("boots_per_s", "boots a second", True), ("success", "machines booted, %", False),
          ("p99", "time of 99 % of those booted, s", True))


def save(figure, path):
    """Alike for alike figures, so that a repository does not change for nothing."""
    with matplotlib.rc_context({"svg.hashsalt": "xdpxe", "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    pyplot.close(figure)
    text = path.read_text(encoding="utf-8")
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")


def _plain(value, _place):
    """1,000 and not 10 to the power of 3."""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _whole_decades(axis):
    """Have a number at both ends of a logarithmic axis."""
    least, most = axis.get_ylim()
    axis.set_ylim(10 ** math.floor(math.log10(least)), 10 ** math.ceil(math.log10(most)))
    axis.yaxis.set_major_formatter(_plain)


def storm(path, runs):
    """Three panels over the number of machines."""
    medians = Medians("storm", runs)
    figure, axes = pyplot.subplots(1, 3, figsize=(13, 4))
    for axis, (name, title, steep) in zip(axes, PANELS):
        for peer in medians.peers():
            points = [(clients, value) for clients in medians.values(0)
                      if (value := medians.get(name, peer, clients)) is not None]
            scale = 100 if name == "success" else 1
            colour, mark = STYLES.get(peer, OTHER)
            axis.plot([x for x, _ in points], [y * scale for _, y in points], color=colour,
                      marker=mark, label=peer, linewidth=2.5 if peer == "xdpxe" else 1.5,
                      zorder=3 if peer == "xdpxe" else 2)
        axis.set_xscale("log")
        axis.xaxis.set_major_formatter(_plain)
        if steep:
            axis.set_yscale("log")
            _whole_decades(axis)
        else:
            axis.set_ylim(0, 105)
        axis.set_title(title)
        axis.set_xlabel("machines, all at once")
        axis.grid(True, which="major", color="#dddddd")
    axes[1].legend(loc="lower left", frameon=False)
    save(figure, path)


def tftp(path, runs):
    """Bars: blocks a second of server CPU, by window, of the largest block size."""
    medians = Medians("tftp", runs)
    blksize = max(medians.values(1), default=1468)
    windows, peers = medians.values(2), medians.peers()
    figure, axis = pyplot.subplots(figsize=(7, 4))
    width = 0.8 / max(len(peers), 1)
    for place, peer in enumerate(peers):
        bars = [(index + place * width, value) for index, window in enumerate(windows)
                if (value := medians.get("per_cpu_s", peer, True, blksize, window)) is not None]
        axis.bar([x for x, _ in bars], [y for _, y in bars], width, label=peer,
                 color=STYLES.get(peer, OTHER)[0])
    axis.set_yscale("log")
    _whole_decades(axis)
    axis.set_xticks([index + width * (len(peers) - 1) / 2 for index in range(len(windows))],
                    [f"window {window}" for window in windows])
    axis.set_title(f"blocks of {blksize:,} bytes for a second of server CPU")
    axis.grid(True, axis="y", color="#dddddd")
    axis.set_axisbelow(True)
    axis.legend(frameon=False)
    save(figure, path)


def write(folder, found):
    """The plots of section -> results, into a folder."""
    for section, plot in (("storm", storm), ("tftp", tftp)):
        if section in found:
            plot(folder / f"{section}.svg", found[section]["runs"])

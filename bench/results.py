# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Results of `make bench` on disk, and their medians."""

import json
import statistics

SECTIONS = ("storm", "untuned", "loss", "tftp", "dhcp", "reflector", "pingpong")
# What tells the measurements of a section apart, beside the server.
ABOUT = {"storm": ("clients",), "untuned": ("clients",), "loss": ("clients", "loss"),
         "tftp": ("threads", "blksize", "window"), "dhcp": ("threads",), "reflector": ("storm",),
         "pingpong": ("threads",)}


def read(folder, section):
    """A section's results, or None if there are none."""
    path = folder / f"{section}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def write(folder, section, results):
    """One record a line, so that a difference can be read."""
    folder.mkdir(parents=True, exist_ok=True)
    head = {name: value for name, value in results.items() if name != "runs"}
    lines = ",\n".join(json.dumps(run) for run in results["runs"])
    text = json.dumps(head, indent=1)[:-2] + f',\n "runs": [\n{lines}\n]\n}}\n'
    (folder / f"{section}.json").write_text(text, encoding="utf-8")


def figures_of(run):
    """The figures that are looked at, of one record."""
    found = dict(run)
    for name in ("p50", "p99", "max"):
        found[name] = run.get("boot_time", {}).get(name)
    if "again" in run:
        found["dhcp_again"] = run["again"]["sent_dhcp"]
        found["sent_per_block"] = per_block(run)
    if "clients" in run and "booted" in run:
        found["success"] = run["booted"] / run["clients"]
    if "kernel_s" in run:
        spent = run["kernel_s"] + run["process_s"]
        found["cpu_s"] = spent
        if run.get("bytes"):
            found["cpu_s_per_gb"] = spent * 1e9 / run["bytes"]
        found["per_cpu_s"] = (run.get("blocks") or run.get("done", 0)) / spent if spent else None
    return found


def per_block(run):
    """
    DATA sent for each block needed. Those that arrived are counted; of those that were sent, the
    storm lost the share that it was told to.
    """
    if not run["blocks"]:
        return None
    heard = run["blocks"] + run["again"]["heard_blocks"] + run["again"]["heard_beyond_gap"]
    return heard / (1 - run.get("loss", 0) / 100) / run["blocks"]


class Medians:
    """Medians of a section's runs, by server and what else tells them apart."""

    def __init__(self, section, runs):
        self.about = ABOUT[section]
        self.groups = {}
        for run in runs:
            key = (run["peer"], *(run.get(name) for name in self.about))
            self.groups.setdefault(key, []).append(run)

    def peers(self):
        """Servers, in the order in which they were measured."""
        return list(dict.fromkeys(key[0] for key in self.groups))

    def values(self, index):
        """Different values of one of the things that tell runs apart, in order."""
        return sorted({key[index + 1] for key in self.groups if key[index + 1] is not None})

    def runs(self, peer, *about):
        """Records of one measurement."""
        return self.groups.get((peer, *about), [])

    def get(self, figure, peer, *about):
        """Median of a figure over the rounds, or None if no round has it."""
        values = [value for run in self.runs(peer, *about)
                  if (value := figures_of(run).get(figure)) is not None]
        return statistics.median(values) if values else None

    def span(self, figure, peer, *about):
        """(least, median, most) of a figure over the rounds, or None."""
        values = [value for run in self.runs(peer, *about)
                  if (value := figures_of(run).get(figure)) is not None]
        return (min(values), statistics.median(values), max(values)) if values else None

    def trouble(self, peer, *about):
        """Why there is no figure: an error, or why it was not tried; None if it was not run."""
        found = [run.get("error") or run.get("skipped") for run in self.runs(peer, *about)]
        return next((words for words in found if words), None)

    def ratio(self, figure, peer, other, *about):
        """Median of the ratios of two servers' figures in the same round, or None."""
        def by_round(name):
            return {run["round"]: value for run in self.runs(name, *about)
                    if (value := figures_of(run).get(figure)) is not None}
        ours, others = by_round(peer), by_round(other)
        ratios = [ours[number] / others[number] for number in ours if others.get(number)]
        return statistics.median(ratios) if ratios else None

    def best_other(self, figure, *about):
        """The highest median of the servers other than xdpxe: (name, value), or None."""
        found = [(value, peer) for peer in self.peers()
                 if not peer.startswith("xdpxe") and (value := self.get(figure, peer, *about))]
        return max(found)[::-1] if found else None

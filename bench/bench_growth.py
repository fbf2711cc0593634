# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
How the cost of a packet grows, by build/bench_growth: bench/results/growth.json, growth.md (tables)
and growth.svg (plot). ns a packet without the harness; cores: packets a second of all together.
"""

import json
import pathlib
import subprocess

import matplotlib

TOP = pathlib.Path(__file__).resolve().parents[1]
RESULTS = TOP / "bench/results"
PACKETS = ("ACK -> DATA", "RRQ -> OACK", "DISCOVER -> OFFER")
REMEMBERED = 262_144  # transfers; beyond that DATA is sent without


def pick(rows, series, packet):
    """One line of the plot: {count: value}."""
    return {row["count"]: row.get("ns", row.get("per_second"))
            for row in rows if (row["series"], row["packet"]) == (series, packet)}


def table(rows, series, head):
    """Markdown: a row for each packet, a column for each count."""
    lines = {packet: pick(rows, series, packet) for packet in PACKETS}
    counts = sorted({count for line in lines.values() for count in line})
    out = [f"| {head} | " + " | ".join(f"{count:,}" for count in counts) + " |",
           "|---" * (len(counts) + 1) + "|"]
    for packet, line in lines.items():
        if line:
            out.append(f"| {packet} | " + " | ".join(
                f"{line[count]:,.0f}" if count in line else "" for count in counts) + " |")
    return "\n".join(out)


def bare_table(rows):
    """xdpxe beside the least that an answer can cost."""
    bare = {name: pick(rows, "bare", name)[1] for name in ("grow", "grow and copy")}
    ours = pick(rows, "sessions", "ACK -> DATA")[100]
    out = ["| Program | ns | to grow and copy |", "|---|---|---|"]
    for name, value in (*((f"bare: {name}", value) for name, value in bare.items()),
                        ("xdpxe: ACK -> DATA, 100 sessions", ours)):
        out.append(f"| {name} | {value:,.0f} | {value / bare['grow and copy']:.2f} |")
    return "\n".join(out)


def plot(rows):
    """Cost over the number of sessions, and over that of files."""
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "xdpxe"  # the same figures, the same file
    from matplotlib import pyplot  # pylint: disable=import-outside-toplevel
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), width_ratios=(2, 1), sharey=True)
    for axes, series, label in ((left, "sessions", "clients in turn (sessions, leases)"),
                                (right, "files", "files of 16 KB, read by 5,000 clients")):
        for packet in PACKETS:
            line = pick(rows, series, packet)
            if line:
                axes.plot(line.keys(), line.values(), marker="o", label=packet)
        axes.set_xscale("log")
        axes.set_xlabel(label)
        axes.grid(alpha=0.3)
    left.axvline(REMEMBERED, color="gray", linestyle=":")
    left.text(REMEMBERED, 0, " sessions\n remembered", color="gray", fontsize=8, va="bottom")
    left.axhline(pick(rows, "bare", "grow and copy")[1], color="gray", linestyle="--",
                 label="bare: grow, copy 1,468 bytes")
    left.set_ylabel("ns a packet")
    left.set_ylim(bottom=0)
    left.legend()
    figure.tight_layout()
    path = RESULTS / "growth.svg"
    figure.savefig(path, metadata={"Date": None})
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(line.rstrip() + "\n" for line in lines), encoding="utf-8")


def main():
    done = subprocess.run([TOP / "build/bench_growth"], stdout=subprocess.PIPE, text=True,
                          check=True)
    rows = json.loads(done.stdout)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "growth.json").write_text(done.stdout, encoding="utf-8")
    text = "\n\n".join((bare_table(rows), table(rows, "sessions", "ns, by clients"),
                        table(rows, "files", "ns, by files"),
                        table(rows, "cores", "a second, by CPUs"))) + "\n"
    (RESULTS / "growth.md").write_text(text, encoding="utf-8")
    plot(rows)
    print(text)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
How the cost of a packet grows, by build/bench_growth: growth.json, growth.md (tables) and
growth.svg (plot) in bench/results, all three at its end. ns a packet without the harness; cores:
packets a second of all together.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import host
from result_plots import pyplot, save

TOP = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = TOP / "build/bench_growth"
PACKETS = ("ACK -> DATA", "RRQ -> OACK", "DISCOVER -> OFFER")
REMEMBERED = 131_072  # transfers; beyond that DATA is sent without


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


def cores_table(rows):
    """Both CPUs beside one; empty where there is but one."""
    out = ["| packets a second | one CPU | two at once | times |", "|---|---|---|---|"]
    for row in rows:
        if row["series"] == "cores" and row["count"] == 2:
            alone = pick(rows, "cores", row["packet"])[1]
            out.append(f"| {row['packet']} | {alone:,.0f} | {row['per_second']:,.0f} | "
                       f"{row['times']:.2f} |")
    return "\n".join(out) if len(out) > 2 else "One CPU: two were not measured."


def bare_table(rows):
    """xdpxe beside the least that an answer can cost, in the same rounds."""
    bare = {name: pick(rows, "bare", name)[1] for name in ("grow", "grow and copy")}
    ours = pick(rows, "bare", "ACK -> DATA")[100]
    out = ["| Program | ns | to grow and copy |", "|---|---|---|"]
    for name, value in (*((f"bare: {name}", value) for name, value in bare.items()),
                        ("xdpxe: ACK -> DATA, 100 sessions", ours)):
        out.append(f"| {name} | {value:,.0f} | {value / bare['grow and copy']:.2f} |")
    return "\n".join(out)


def plot(rows, path):
    """Cost over the number of sessions, and over that of files."""
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
    save(figure, path)


def page(machine, rows):
    """growth.md."""
    head = (f"Written by `make bench-growth` on {machine['date']}: {machine['cpus']} CPUs "
            f"({machine['cpu']}), kernel {machine['kernel']}. Every frame was answered.")
    return "\n\n".join((head, bare_table(rows), table(rows, "sessions", "ns, by clients"),
                        table(rows, "files", "ns, by files"), cores_table(rows))) + "\n"


def measure(program):
    """Rows as they are found, each told; an error if not all went well."""
    rows, begun = [], time.monotonic()
    with subprocess.Popen([program], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            row = json.loads(line)
            rows.append(row)
            figure = (f"{row['ns']:,.0f} ns" if "ns" in row
                      else f"{row['per_second']:,.0f} a second")
            print(f"{time.monotonic() - begun:4.0f} s  {row['series']}: {row['packet']}, "
                  f"{row['count']:,}: {figure}", flush=True)
    if process.returncode or not rows:
        sys.exit(f"bench-growth: {program} ended with {process.returncode}: nothing is written")
    return rows


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=pathlib.Path, default=TOP / "bench/results", metavar="DIR")
    parser.add_argument("--program", type=pathlib.Path, default=PROGRAM, help="build/bench_growth")
    options = parser.parse_args(words)
    machine, rows = host.facts(), measure(options.program)
    options.into.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(row) for row in rows)
    (options.into / "growth.json").write_text(
        f'{{"machine": {json.dumps(machine)},\n"rows": [\n{lines}\n]}}\n', encoding="utf-8")
    text = page(machine, rows)
    (options.into / "growth.md").write_text(text, encoding="utf-8")
    plot(rows, options.into / "growth.svg")
    print(f"\n{text}")


if __name__ == "__main__":
    main()

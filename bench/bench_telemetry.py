# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
What following the machines costs: a packet (bench/telemetry_prog.c), and a storm of booting machines, with `telemetry`
and without, in turns; the median of each, and of the rounds' ratios. --json for programs.
"""

import argparse
import json
import pathlib
import statistics
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests"))

from lib import storm
from lib.images import put_boot_files
from lib.lab import Lab
from lib.namespace import sh
from lib.server import BOOT, Xdpxe, config


def seconds(telemetry, clients):
    """A storm on a server of its own: seconds until every machine has booted."""
    with Lab() as lab:
        put_boot_files(lab)
        text = config(lab, BOOT).replace("    lease-time", "    conflict-check: no\n    lease-time")
        server = Xdpxe(lab, f"{text}telemetry: {telemetry}\n").start()
        storm.make_room(lab)
        summary = storm.boot(lab, "-n", clients, "--mix", "efi-x64")
        lost = server.counter("event_lost")
        server.stop()
        return summary["seconds"], lost


def compare(rounds, clients):
    """{"without_s", "with_s", "ratio", "event_lost"}"""
    times, lost = {"yes": [], "no": []}, 0
    for number in range(rounds):
        for telemetry in ("no", "yes") if number % 2 else ("yes", "no"):
            taken, more = seconds(telemetry, clients)
            times[telemetry].append(taken)
            lost += more
    ratios = [told / untold for told, untold in zip(times["yes"], times["no"])]
    return {"clients": clients, "without_s": statistics.median(times["no"]),
            "with_s": statistics.median(times["yes"]), "ratio": statistics.median(ratios),
            "event_lost": lost}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=1000)
    asked = parser.parse_args()
    packets = json.loads(sh(TOP / "build/telemetry_prog", "--json", timeout=200).stdout)
    boots = compare(asked.rounds, asked.clients)
    if asked.json:
        print(json.dumps({"packets": packets, "storm": boots}, indent=1))
        return
    print(f"{'ns a packet':28}{'without':>10}{'with':>10}{'ratio':>8}")
    for name, row in packets.items():
        print(f"{name:28}{row['without_ns']:10.0f}{row['with_ns']:10.0f}{row['ratio']:8.3f}")
    print(f"{'s, storm of ' + str(asked.clients):28}{boots['without_s']:10.2f}"
          f"{boots['with_s']:10.2f}{boots['ratio']:8.3f}")
    print(f"events lost: {boots['event_lost']}")


if __name__ == "__main__":
    main()

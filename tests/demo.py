#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
A whole machine room boots from an XDP program: simulated machines of three kinds and two real
firmwares in QEMU, in network namespaces that cannot touch this host. Exit code 0 only if all of
them reached the second stage and XDP answered.
"""

import argparse
import contextlib
import os
import sys
import time

from lib import dialect, firmware
from lib.board import Board, table
from lib.crowd import Crowd
from lib.images import arm64_image, put_boot_files
from lib.lab import Lab
from lib.machine import Machine
from lib.router import Router
from lib.server import BOOT, Xdpxe, alive, config, sockets
from lib.wait import TimedOut, until

KINDS = ((dialect.BIOS, BOOT["bios"]), (dialect.UEFI_X64, BOOT["efi-x64"]),
         (dialect.UEFI_ARM64, BOOT["efi-arm64"]))
REAL = (firmware.Bios, firmware.UefiX64)
HEADS = ("machine", "firmware", "address", "file", "bytes", "seconds", "second stage reached")
COUNTERS = ("dhcp_offer", "dhcp_ack", "tftp_oack", "tftp_blocks")
SECONDS = 75


def gathered(wrong):
    """The same fault of many machines as one line."""
    whose = {}
    for machine, fault in wrong:
        whose.setdefault(fault, []).append(machine)
    return [f"{fault}  [{machines[0]}{f' and {len(machines) - 1} more' if machines[1:] else ''}]"
            for fault, machines in whose.items()]


def simulated(files, each):
    """So many machines of each kind."""
    return [Machine(f"52:54:00:{kind:02x}:00:{number:02x}", spoken, (name, files[name]),
                    BOOT["ipxe"], hurry=False)
            for kind, (spoken, name) in enumerate(KINDS) for number in range(1, each + 1)]


def share(machine):
    """How far a simulated machine is, 0..1: the file is nearly all of it."""
    result = machine.result
    if result.stage == "done":
        return 1
    answered = 0.05 if result.address else 0
    return answered + 0.9 * result.bytes / max(1, len(machine.expected_bytes))


def board_rows(machines, real):
    """Rows for the board: a row for each kind, and one for each real firmware."""
    rows = []
    for spoken, _ in KINDS:
        kin = [machine for machine in machines if machine.firmware is spoken]
        done = sum(machine.result.stage == "done" for machine in kin)
        failed = sum(machine.result.stage == "failed" for machine in kin)
        note = f"{done} of {len(kin)} booted" + (f", {failed} failed" if failed else "")
        rows.append((spoken.name, [share(machine) for machine in kin], note))
    for machine in real:
        words = machine.reached()
        name, got = machine.watch.biggest()
        size = (machine.lab.root / machine.boots).stat().st_size
        note = f"{machine.seconds:.1f} s" if words else f"{machine.watch.stage} {name}".rstrip()
        rows.append((machine.name, [1 if words else 0.9 * min(1, got / size)], note))
    return rows


def boot(lab, machines, real):
    """Boot all of them at once, with a board."""
    board = Board(lambda: board_rows(machines, real))
    limit = time.monotonic() + SECONDS
    with Crowd(lab.client, "sim0") as crowd:
        crowd.boot(machines, SECONDS, board.draw)
    while not all([machine.reached() for machine in real]) and time.monotonic() < limit:
        board.draw()
        time.sleep(0.1)
    board.draw()


def rows_of(machines, real):
    """Rows of the table, and what went wrong."""
    rows, wrong = [], []
    for result in (machine.result for machine in machines):
        reached = result.second_stage if result.done else "NO"
        rows.append((result.mac, result.firmware, result.address, result.file, result.bytes,
                     f"{result.seconds.get('all', 0):.2f}", reached))
        wrong += [(result.mac, error) for error in result.errors]
    for machine in real:
        words = machine.reached()
        name, size = machine.watch.biggest()
        reached = f"{BOOT['ipxe']} ran on {words[2]}" if words else "NO"
        rows.append((machine.mac, machine.name, machine.watch.address, name, size,
                     f"{machine.seconds:.2f}", reached))
        wrong += [(machine.mac, fault) for fault in machine.watch.faults]
        if not words:
            wrong.append((machine.mac, f"no second stage in {SECONDS} s"))
        elif name != machine.boots:
            wrong.append((machine.mac, f"booted {name}, not {machine.boots}"))
    addresses = [row[2] for row in rows]
    if len(set(addresses)) != len(rows):
        wrong.append(("all", "two machines share an address"))
    return rows, gathered(wrong)


def prove(lab, server, machines, real):
    """
    No socket listens, and the XDP program counted every answer; returns what contradicts that.
    """
    wrong = []
    ports = sockets(lab.server)
    print(f"\nUDP sockets in the server's namespace: {len(ports) or 'none'}")
    if ports:
        wrong.append(f"UDP sockets are open ({sorted(ports)[:8]}): did XDP answer?")
    counters = server.json("status")["counters"]
    heard = [one.result.received for one in machines] + [one.watch.received for one in real]
    totals = [(name, counters.get(name, 0), sum(one.get(name, 0) for one in heard))
              for name in COUNTERS]
    twice = counters.get("dhcp_told_twice", 0)  # OFFERs and ACKs: iPXE asks again while it collects
    table(("answer", "sent by XDP", "received"), [*totals, ("dhcp_told_twice", twice, "")])
    wrong += [f"{name}: XDP counted {sent}, clients received {got}" for name, sent, got in totals
              if not sent + (twice if name.startswith("dhcp") else 0) >= got > 0]
    sent, got = (sum(row[column] for row in totals[:2]) for column in (1, 2))
    if sent + twice < got:
        wrong.append(f"DHCP: XDP counted {sent} and {twice} once more, clients received {got}")
    return wrong


def left_behind(lab, server, objects):
    """What should be gone and is not."""
    left = [f"namespace {space}" for space in lab.names if os.path.exists(f"/run/netns/{space}")]
    left += [f"process {pid}" for pid in lab.pids if os.path.exists(f"/proc/{pid}")]
    left += [f"pin {path}" for path in server.pins()]
    with contextlib.suppress(TimedOut):
        until(lambda: not alive(objects), 10, "the kernel to free programs and maps")
    left += [f"{kind} {number}" for kind, number in alive(objects)]
    return left + ([f"folder {lab.dir}"] if lab.dir.exists() else [])


def show(lab, binary, each):
    """
    The demonstration inside a laboratory; returns what went wrong, and what to look for afterwards.
    """
    files = put_boot_files(lab)
    server = Xdpxe(lab, config(lab, BOOT), binary).start()
    print(f"{each * len(KINDS)} simulated machines and {len(REAL)} real firmwares"
          " boot from one XDP program.")
    print(f"{BOOT['efi-arm64']} is {arm64_image()[1]}.")
    print(next(line for line in server.process.stdout if line.startswith("ready:")) + "\n")
    objects = server.objects()
    lab.bridge()
    lab.add_port("sim0")
    machines = simulated(files, each)
    with Router(lab.client, "br0"):
        real = [kind(lab, f"tap{at}", f"52:54:00:aa:00:{at + 1:02x}")
                for at, kind in enumerate(REAL)]
        boot(lab, machines, real)
    rows, wrong = rows_of(machines, real)
    print()
    table(HEADS, rows)
    wrong += prove(lab, server, machines, real)
    for machine in real:
        machine.off()
    if server.stop() != 0:
        wrong.append("xdpxe did not end with exit code 0")
    return wrong, server, objects


def main():
    """Options, the show, and the verdict."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--xdpxe", default="build/xdpxe",
                         help="the program (default: %(default)s)")
    options.add_argument("--each", type=int, default=12, help="simulated machines of each kind")
    given = options.parse_args()
    started = time.monotonic()
    lacking = firmware.missing(given.xdpxe, *firmware.Bios.needs, *firmware.UefiX64.needs)
    if os.geteuid() or lacking:
        print(f"demo: needs root and {lacking or 'root'}", file=sys.stderr)
        return 1
    with Lab() as lab:
        wrong, server, objects = show(lab, os.path.abspath(given.xdpxe), given.each)
    wrong += [f"left behind: {one}" for one in left_behind(lab, server, objects)]
    print("\n" + "\n".join(f"WRONG: {one}" for one in wrong) if wrong else
          "\nAll booted; nothing is left behind: no namespace, process, program, map, pin or file"
          f" ({time.monotonic() - started:.0f} s).")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\ndemo: interrupted; the laboratory is removed")
    except AssertionError as error:
        sys.exit(f"demo: {error}")

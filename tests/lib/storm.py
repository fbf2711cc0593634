# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""`xdpxe storm` in the client's namespace of a laboratory."""

import json
import subprocess

from lib.namespace import sh
from lib.server import BINARY, BOOT

FIRST_STAGES = {arch: BOOT[arch] for arch in ("bios", "efi-x64", "efi-arm64")}


def make_room(lab):
    """
    Take the laboratory's own XDP program off the clients' end. Beyond 1,024 machines the server's
    host does not answer ARP: its neighbour table is full, and its size is not a namespace's own.
    """
    lab.client.run("bpftool", "net", "detach", "xdpdrv", "dev", "cli0")


def expected(lab):
    """Options that name the boot files of each architecture."""
    return [word for arch, name in FIRST_STAGES.items()
            for word in ("-e", f"{arch}:{name}={lab.root}/{name}")]


def reading(name):
    """Options of machines that read a file without asking for an address first."""
    return ("--stage", "tftp", "--server", "10.77.0.1", "--addresses", "10.77.251.1",
            "--file", name)


def command(lab, *options):
    """Its command line."""
    return [BINARY, "storm", "-i", "cli0", *expected(lab), "--timeout", "60", *options]


def run(lab, *options):
    """Run it to its end; returns exit code and summary. A refusal has none, and shows its words."""
    done = subprocess.run([str(word) for word in lab.client.command(
        *command(lab, "--json", *options))], stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=90, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def boot(lab, *options):
    """Run one that must find nothing wrong; returns the summary."""
    code, summary = run(lab, *options)
    assert code == 0, json.dumps(summary, indent=1)
    assert summary["ok"] and summary["booted"] == summary["clients"]
    return summary


def faults(summary):
    """The classes of faults that were seen."""
    return {name for name, count in summary["faults"].items() if count}


def schedule(*options):
    """What --schedule prints."""
    return sh(BINARY, "storm", "--schedule", *options).stdout

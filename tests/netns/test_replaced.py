# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Maps of another version of xdpxe: they cannot be adopted, so they are replaced without a gap."""

import json
import time

import pytest

from lib import dialect
from lib.crowd import Crowd
from lib.download import Download
from lib.lab import TOP
from lib.machine import Machine
from lib.namespace import pins_of, sh
from lib.server import BOOT, Xdpxe, config

ABI = next(int(line.split()[2]) for line in (TOP / "include/xdpxe/limits.h").open(encoding="ascii")
           if "XDPXE_ABI_VERSION" in line)
KEY = ("key", "0", "0", "0", "0")


def make_other(lab, number):
    """What is pinned becomes that of a version with fewer maps, and another number."""
    folder, = pins_of(lab.server.inode)
    shown = sh("bpftool", "-j", "map", "lookup", "pinned", folder / "meta", *KEY).stdout
    sh("bpftool", "map", "update", "pinned", folder / "meta", *KEY, "value", number,
       *json.loads(shown)["value"][1:])
    (folder / "vlans").unlink()


def leases(server):
    """Who has what."""
    return {lease["mac"]: lease["address"] for lease in server.json("leases")
            if lease["state"] == "bound"}


def boots(lab, files, number):
    """A machine boots from end to end; returns its address."""
    name = BOOT["efi-x64"]
    with Crowd(lab.client) as crowd:
        result, = crowd.boot([Machine(f"52:54:00:00:00:0{number}", dialect.UEFI_X64,
                                      (name, files[name]), BOOT["ipxe"])], 20)
    assert result.done, result
    return result.address


@pytest.fixture(name="left")
def _left(lab, files):
    """A server whose daemon has gone; it had given an address, and its fast path goes on."""
    server = Xdpxe(lab, config(lab, BOOT)).start("--persist")
    boots(lab, files, 1)
    Download(lab, BOOT["efi-x64"])  # its block size and options are known from now on
    assert server.stop() == 0
    return server


def test_leases_of_the_version_before_are_taken_over(lab, left, files):
    """Also those that the fast path gave when no daemon ran, which no database has."""
    late = boots(lab, files, 2)
    had = leases(left)
    assert len(had) == 2
    make_other(lab, ABI - 1)
    (lab.dir / "leases.db").unlink()
    left.start()
    line, = [line for line in left.process.stderr if "cannot be adopted" in line]
    assert "srv0" in line and f"ABI {ABI - 1}, this is {ABI}" in line and "leases stay," in line
    assert leases(left) == had and late in had.values()
    assert left.process.stdout[0].startswith("ready:") and "adopted" not in left.process.stdout[0]


def test_of_a_version_whose_leases_cannot_be_read_those_in_the_database_stay(lab, left):
    had = leases(left)
    make_other(lab, 1)
    left.start()
    line, = [line for line in left.process.stderr if "cannot be adopted" in line]
    assert "as far as the database has them" in line
    assert leases(left) == had
    assert left.stop() == 0 and left.pins() == [] and left.attached() is None


def test_machines_find_a_server_while_the_other_version_is_replaced(lab, left):
    """Nobody is left without an answer: a transfer that begins at any moment is answered at once."""
    make_other(lab, ABI - 1)
    left.launch()
    tries = 0
    while not any(line.startswith("ready:") for line in left.process.stdout):
        assert left.process.running(), left.process.report()
        assert Download(lab, BOOT["efi-x64"]).repeats == 0
        time.sleep(0.005)  # below the limit of requests
        tries += 1
    assert tries > 1
    assert Download(lab, BOOT["efi-x64"]).finish()


def test_one_that_cannot_start_leaves_the_other_version_serving(lab, left):
    make_other(lab, ABI - 1)
    left.write(config(lab, BOOT).replace("64MiB", "64MiBs"))
    assert left.launch().join(20) == 1
    assert left.attached() and Download(lab, BOOT["efi-x64"]).step(3).repeats == 0

# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A database that cannot be used: serving goes on, the operator is told, nothing is overwritten."""

import contextlib
import shutil
import sqlite3

import pytest

from lasting import home
from lib import leasedb, packet
from lib.namespace import sh
from lib.wait import until

POOL = "10.77.1.1-10.77.1.50"


@pytest.fixture(name="one")
def _one():
    """
    A server that has leased two addresses, and was stopped. Newcomers begin with the first, where
    nothing is known of it.
    """
    with home(POOL) as one:
        one.first, one.known = one.boots(), one.boots()
        one.stop()
        yield one


def garbage(path):
    """No database at all."""
    path.write_bytes(b"leases, leases, leases " * 1000)


def torn(path):
    """The middle of the file is lost."""
    leasedb.fill(path, 2000, first=leasedb.FIRST + 4096)
    data = bytearray(path.read_bytes())
    data[len(data) // 2:len(data) // 2 + 20_000] = bytes(20_000)
    path.write_bytes(data)


def newer(path):
    """Of a later version."""
    with leasedb.opened(path) as base:
        base.execute("PRAGMA user_version = 99")


def foreign(path):
    """Of another program."""
    path.unlink()
    with leasedb.opened(path) as base:
        base.execute("CREATE TABLE recipes (name TEXT)")


def folder(path):
    """No file."""
    path.unlink()
    path.mkdir()


FAULTS = {"garbage": (garbage, "it is damaged"), "torn": (torn, "it is damaged"),
          "newer": (newer, "a later version of xdpxe"),
          "foreign": (foreign, "another program's database"), "a folder": (folder, "it is a folder")}


def content(path):
    """Its bytes."""
    return path.read_bytes() if path.is_file() else sorted(path.iterdir())


def serves(one):
    """A machine that was never seen gets an address."""
    return one.boots()


@pytest.mark.parametrize("fault,words", FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_used_is_told_once_and_left_as_it_is(one, fault, words):
    fault(one.database)
    before = content(one.database)
    one.start()
    assert words in one.until_state("trouble")
    for _ in range(3):
        serves(one)
    until(lambda: one.box.total("LEASES_NOT_SAVED") > 1, 10, "another try")
    assert one.told(words) == 1 and one.told(str(one.database)) >= 1
    assert "NOT SAVED" in one.server.command("status").stdout
    one.stop()
    assert content(one.database) == before


@pytest.mark.parametrize("fault", [newer, torn])
def test_what_can_be_read_of_it_is_given_to_nobody_else(one, fault):
    fault(one.database)
    one.start()
    assert one.renews(one.known)


def test_once_it_is_moved_away_a_new_one_is_made(one):
    garbage(one.database)
    one.start()
    one.until_state("trouble")
    machine = serves(one)
    one.database.rename(one.database.with_suffix(".damaged"))
    one.until_state("good")
    one.until_saved(machine)
    assert one.told("saved again") == 1


def test_a_copy_that_is_put_back_is_merged_with_what_was_leased_meanwhile(one):
    shutil.copy(one.database, one.lab.dir / "copy.db")
    garbage(one.database)
    one.start()
    one.until_state("trouble")
    machine = serves(one)
    assert machine.address == one.first.address, "nothing was known of it"
    (one.lab.dir / "copy.db").rename(one.database)
    one.until_state("good")
    one.until_saved(machine, one.known)
    assert one.renews(one.known) and one.renews(machine) and not one.renews(one.first)


@contextlib.contextmanager
def locked(path):
    """Another program has it for itself."""
    base = sqlite3.connect(path, isolation_level=None, timeout=5)
    base.execute("PRAGMA locking_mode = EXCLUSIVE")
    base.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        base.close()


def test_one_that_is_locked_at_start_is_read_as_it_lies_on_disk_and_again_when_it_is_free(one):
    with locked(one.database):
        one.start()
        assert "locked" in one.until_state("trouble")
        assert serves(one).address not in (one.first.address, one.known.address)
    one.until_state("good")
    one.until_saved(one.first, one.known)
    assert one.renews(one.first) and one.renews(one.known)


def test_one_that_is_locked_meanwhile_gets_everything_afterwards(one):
    one.start()
    with contextlib.closing(sqlite3.connect(one.database, isolation_level=None)) as base:
        base.execute("BEGIN IMMEDIATE")
        machines = [serves(one) for _ in range(5)]
        assert "locked" in one.until_state("trouble")
        base.execute("ROLLBACK")
    one.until_state("good")
    one.until_saved(*machines, one.known)


def test_one_that_is_removed_meanwhile_is_made_anew(one):
    one.start()
    first = serves(one)
    one.until_saved(first)
    for path in one.lab.dir.glob("leases.db*"):
        path.unlink()
    second = serves(one)
    one.until_saved(first, second, one.known)
    assert one.told("removed or replaced") == 1


@pytest.fixture(name="disk")
def _disk(one):
    """The database on a disk of its own, which is the place to fill and to write-protect."""
    disk = one.lab.dir / "disk"
    disk.mkdir()
    sh("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk)
    shutil.move(one.database, disk / "leases.db")
    one.database = disk / "leases.db"
    one.server.write(one.text.replace("/leases.db", "/disk/leases.db"))
    yield disk
    if one.server.process.running():
        one.stop()
    sh("umount", disk)


def test_a_full_disk_is_told_and_survived(one, disk):
    one.start()
    first = serves(one)
    one.until_saved(first)
    with contextlib.suppress(OSError), open(disk / "ballast", "wb") as ballast:
        while True:
            ballast.write(bytes(4096))
            ballast.flush()
    machines = []
    until(lambda: machines.append(serves(one)) or one.trouble()[0] == "trouble", 20, "no space")
    assert "no space" in one.trouble()[1] and one.told("no space") == 1
    assert packet.mac_text(first.mac) in one.saved()
    (disk / "ballast").unlink()
    one.until_state("good")
    one.until_saved(first, *machines)


def test_a_write_protected_disk_is_read_and_told(one, disk):
    sh("mount", "-o", "remount,ro", disk)
    before = content(one.database)
    one.start()
    assert "cannot be written" in one.until_state("trouble")
    assert one.renews(one.known)
    machine = serves(one)
    assert content(one.database) == before
    sh("mount", "-o", "remount,rw", disk)
    one.until_state("good")
    one.until_saved(machine, one.known)

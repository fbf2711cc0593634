# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What becomes of clients when the daemon ends, crashes, hangs or is replaced."""

import signal

import pytest

from lib import dialect
from lib.clients import udhcpc
from lib.crowd import Crowd
from lib.download import Download
from lib.machine import Machine
from lib.server import BOOT, alive
from lib.wait import until


def boots(lab, files, number=7):
    """A machine boots from end to end; returns its address."""
    name = BOOT["efi-x64"]
    with Crowd(lab.client) as crowd:
        result, = crowd.boot([Machine(f"52:54:00:00:00:0{number}", dialect.UEFI_X64,
                                      (name, files[name]), BOOT["ipxe"])], 20)
    assert result.done, result
    return result.address


def leases(server):
    """Who has what."""
    return {lease["mac"]: lease["address"] for lease in server.json("leases")}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_daemon_and_leaves_nothing(lab, server, files, number):
    boots(lab, files)
    objects, pid = server.objects(), server.process.pid
    assert objects and alive(objects) == objects and server.pins()
    server.process.signal(number)
    assert server.process.join(10) == 0
    assert server.attached() is None
    assert server.pins() == []
    until(lambda: not alive(objects), 10, "programs and maps to be freed")
    assert pid not in lab.server.pids()


def test_with_persist_the_kernel_keeps_serving_without_a_daemon(lab, server, files):
    server.stop()
    server.start("--persist")
    address = boots(lab, files)
    assert server.stop() == 0
    assert boots(lab, files) == address
    server.command("detach", "srv0")
    assert server.attached() is None and server.pins() == []


def test_after_a_crash_the_kernel_keeps_serving(lab, server, files):
    address = boots(lab, files)
    server.crash()
    assert boots(lab, files) == address
    assert server.attached()


def test_the_next_daemon_adopts_leases(lab, server, files):
    """
    The one that came second comes first now: a server that starts anew would give it the first
    address.
    """
    first, second = boots(lab, files, 1), boots(lab, files, 2)
    before = leases(server)
    assert len(before) == 2
    server.crash()
    server.start()
    assert leases(server) == before
    assert (boots(lab, files, 2), boots(lab, files, 1)) == (second, first)
    assert boots(lab, files, 3) not in (first, second), "the free addresses were adopted too"


def test_the_next_daemon_adopts_a_transfer_in_flight_of_a_file_that_changed_meanwhile(
        lab, server, noise):
    old, new = noise(100_000), noise(90_000)
    lab.put("file", old)
    server.command("reload")
    download = Download(lab, "file").step(5)
    server.crash()
    download.step(5)
    lab.put("file", new)
    server.start()
    download.step(5)
    assert Download(lab, "file").finish() == new
    assert download.finish() == old


def test_a_daemon_that_takes_over_leaves_no_gap(lab, server, files):
    """A client that never repeats an ACK would stall at the first frame that got lost."""
    name = BOOT["efi-arm64"]
    download = Download(lab, name, (("blksize", "32"),)).step(3)
    server.crash()
    server.launch()
    while not any(line.startswith("ready:") for line in server.process.stdout):
        assert server.process.running(), server.process.report()
        download.step(1)
        assert not download.complete, "the daemon took as long as the whole file"
    assert download.repeats == 0
    assert download.finish() == files[name]


def test_a_daemon_that_hangs_does_not_stop_known_machines(lab, server, files):
    address = boots(lab, files)
    server.freeze()
    assert boots(lab, files) == address
    server.thaw()
    assert udhcpc(lab)["ip"] != address


def test_a_daemon_that_hangs_still_lets_new_machines_have_addresses(lab, server, files):
    """Addresses of the pool wait in the kernel."""
    boots(lab, files)
    server.freeze()
    assert udhcpc(lab)["ip"].startswith("10.77.")
    server.thaw()

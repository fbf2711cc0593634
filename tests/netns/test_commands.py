# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Commands that look: right with the daemon and without it."""

import pytest

from lib import dialect
from lib.crowd import Crowd
from lib.download import Download
from lib.machine import Machine
from lib.namespace import sh
from lib.process import Process
from lib.server import BINARY, BOOT, Xdpxe, config

LOOKS = ("status", "leases", "transfers", "images")
MAC = "52:54:00:00:00:07"


@pytest.fixture(name="booted")
def _booted(lab, server, files):
    """A machine has booted, and one transfer runs; yields the machine's result."""
    with Crowd(lab.client) as crowd:
        result, = crowd.boot([Machine(MAC, dialect.UEFI_X64,
                                      (BOOT["efi-x64"], files[BOOT["efi-x64"]]))], 20)
    assert result.done, result
    download = Download(lab, BOOT["bios"]).step(3)
    yield result
    download.socket.close()
    assert server.path.exists()


def look(server, files, result):
    """Everything that is shown, as it should be."""
    counters = server.json("status")["counters"]
    assert counters["dhcp_ack"] >= 2 and all(isinstance(value, int) for value in counters.values())
    leases = server.json("leases")
    assert [(lease["mac"], lease["address"]) for lease in leases] == [(MAC, result.address)]
    images = {image["name"]: image["bytes"] for image in server.json("images")}
    assert images == {name: len(data) for name, data in files.items()}
    transfers = server.json("transfers")
    assert {BOOT["bios"], BOOT["efi-x64"]} <= {transfer["file"] for transfer in transfers}
    for name in LOOKS:
        done = server.command(name)
        assert done.stdout and not done.stderr, done
    assert result.address in server.command("leases").stdout
    assert BOOT["bios"] in server.command("transfers").stdout


def test_they_tell_the_truth_while_the_daemon_runs(server, files, booted):
    look(server, files, booted)


def test_they_tell_it_without_a_daemon(server, files, booted):
    server.crash()
    look(server, files, booted)


def test_commands_under_ip_netns_exec_find_what_a_daemon_under_it_serves(lab, files):
    """It gives each command a /sys of its own, with what is mounted there."""
    inside = ("ip", "netns", "exec", lab.server.name)
    server = Xdpxe(lab, config(lab, BOOT))
    process = Process([*inside, BINARY, "run", "-c", server.path])
    lab.processes.append(process)
    process.wait_line("ready:", 20)
    assert files and "srv0" in sh(*inside, BINARY, "status").stdout
    assert server.pins() and "srv0" in server.command("status").stdout
    assert "outside this mount namespace" in sh(*inside, BINARY, "doctor", check=False).stdout
    assert process.stop() == 0 and server.pins() == []


@pytest.mark.parametrize("name", LOOKS)
def test_with_nothing_attached_they_say_so(server, name):
    server.stop()
    done = server.command(name, "--json", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing is attached" in done.stderr

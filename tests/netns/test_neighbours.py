# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""More machines than a host keeps neighbours of: all find the server, and none needs the host."""

import pytest

from lib import dialect, packet
from lib.clients import SERVER, curl, fetch, tftp_hpa, udhcpc
from lib.crowd import Crowd
from lib.machine import Machine
from lib.server import BOOT, Xdpxe, config

MACHINES = 1500  # gc_thresh3, the most neighbours that a host keeps, is 1024 unless set
AT_ONCE = 100    # a veth holds 256 frames


class Asker(Machine):
    """A machine that gets its address, finds the server, and does no more."""

    def _boot(self):
        reply = yield from self._lease(self.firmware)
        yield from self._find_server(reply.server)


def neighbours(namespace):
    """Those that the host keeps."""
    return [line for line in namespace.run("ip", "neigh", "show").stdout.splitlines() if line]


def mac_of(namespace, interface):
    """The hardware address of an interface."""
    return namespace.run("ip", "-br", "link", "show", interface).stdout.split()[2]


def test_1500_machines_find_the_server_and_the_host_keeps_none_of_them(lab, server):
    askers = [Asker(f"52:54:0a:00:{number // 250:02x}:{number % 250:02x}", dialect.UEFI_X64)
              for number in range(MACHINES)]
    with Crowd(lab.client) as crowd:
        for first in range(0, MACHINES, AT_ONCE):
            for result in crowd.boot(askers[first:first + AT_ONCE]):
                assert not result.errors, result
    assert {one.server_mac for one in askers} == {packet.mac_bytes(mac_of(lab.server, "srv0"))}
    assert len({one.address for one in askers}) == MACHINES
    assert server.counter("arp_answered") >= MACHINES
    assert len(neighbours(lab.server)) <= 2, "the client's own interface perhaps"


def mute(lab):
    """The host of the laboratory answers no ARP for any address (ip-sysctl: arp_ignore)."""
    lab.server.run("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=8")


def leased(lab):
    """The client has the address that it is given, and knows nobody."""
    address = udhcpc(lab)["ip"]
    lab.client.run("ip", "addr", "flush", "dev", "cli0")
    lab.client.run("ip", "addr", "add", f"{address}/16", "dev", "cli0")
    lab.client.run("ip", "neigh", "flush", "all")


def arping(lab, *options):
    """busybox arping; returns what it says."""
    return lab.client.run("busybox", "arping", "-c", "1", "-w", "3", "-I", "cli0", *options, SERVER,
                          check=False)


@pytest.mark.parametrize("client", [tftp_hpa, curl])
def test_a_real_client_that_knows_no_neighbour_reads_a_file(lab, server, files, client):
    """The host being mute, it is xdpxe that was asked."""
    leased(lab)
    mute(lab)
    assert fetch(lab, client, BOOT["bios"])[1] == files[BOOT["bios"]]
    assert mac_of(lab.server, "srv0") in lab.client.run("ip", "neigh", "show", SERVER).stdout
    assert server.counter("arp_answered") >= 1 and not neighbours(lab.server)


def test_arping_is_answered_by_xdpxe_for_as_long_as_it_runs(lab, server):
    """Then by nobody, the host being mute."""
    leased(lab)
    mute(lab)
    heard = arping(lab)
    assert heard.returncode == 0 and mac_of(lab.server, "srv0").upper() in heard.stdout.upper()
    assert server.stop() == 0
    assert arping(lab).returncode != 0


def test_a_machine_with_an_address_of_its_own_is_answered_by_the_host(lab, server):
    assert arping(lab).returncode == 0
    mute(lab)
    assert arping(lab).returncode != 0
    assert server.counter("arp_answered") == 0


def test_the_host_defends_its_address_and_is_reached_by_what_is_its_own(lab, server):
    """A probe (RFC 5227), and a ping, for which the host asks in its turn."""
    leased(lab)
    assert arping(lab, "-D").returncode == 1, "the address is taken"
    assert server.counter("arp_answered") == 0
    lab.client.run("busybox", "ping", "-c", "1", "-W", "5", SERVER)
    assert server.counter("arp_answered") >= 1 and len(neighbours(lab.server)) == 1


def test_in_generic_mode_it_is_answered_too(lab, files):
    run = lab.server.run
    run("ip", "link", "add", "link", "srv0", "name", "gen0", "type", "macvlan", "mode", "bridge")
    run("ip", "addr", "flush", "dev", "srv0")
    run("ip", "addr", "add", "10.77.0.1/16", "dev", "gen0")
    run("ip", "link", "set", "gen0", "up")
    server = Xdpxe(lab, config(lab, BOOT).replace("[srv0]", "[gen0]")).start()
    assert files and "gen0 (generic)" in server.process.wait_line("ready:", 1)
    leased(lab)
    mute(lab)
    heard = arping(lab)
    assert heard.returncode == 0 and mac_of(lab.server, "gen0").upper() in heard.stdout.upper()
